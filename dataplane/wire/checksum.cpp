#include "dataplane/wire/checksum.hpp"

#include <nmmintrin.h>

#include <cstring>

#include "dataplane/wire/headers.hpp"

namespace pontoon {

Sum sum_bytes(const std::uint8_t* data, std::size_t length, Sum sum) {
    Sum low = 0; // the 32-bit halves apart: nothing overflows, and no carry keeps the loop from vectors
    Sum high = 0;
    const std::size_t words = length / 8;
    for (std::size_t i = 0; i < words; ++i) {
        const auto word = load<std::uint64_t>(data + 8 * i);
        low += word & 0xffffffff;
        high += word >> 32;
    }
    std::uint64_t rest = 0;
    if (length % 8 != 0) {
        std::memcpy(&rest, data + 8 * words, length % 8);
    }
    return plus(plus(plus(sum, low), high), rest);
}

Sum sum_pseudo_header(Ipv4 source, Ipv4 destination, std::uint8_t protocol, std::uint32_t length) {
    return Sum{source.value.raw()} + destination.value.raw() + be32{protocol}.raw() + be32{length}.raw();
}

Sum sum_pseudo_header(const Ipv6& source, const Ipv6& destination, std::uint8_t protocol, std::uint32_t length) {
    Sum sum = Sum{be32{protocol}.raw()} + be32{length}.raw();
    sum = sum_bytes(source.bytes.data(), source.bytes.size(), sum);
    return sum_bytes(destination.bytes.data(), destination.bytes.size(), sum);
}

std::uint32_t crc32c(const std::uint8_t* data, std::size_t length, std::uint32_t crc) {
    for (; length >= 8; data += 8, length -= 8) {
        crc = static_cast<std::uint32_t>(_mm_crc32_u64(crc, load<std::uint64_t>(data)));
    }
    for (; length != 0; ++data, --length) {
        crc = _mm_crc32_u8(crc, *data);
    }
    return crc;
}

} // namespace pontoon
