#include "dataplane/wire/checksum.hpp"

#include <nmmintrin.h>

#include "dataplane/wire/headers.hpp"

namespace pontoon {

Sum sum_bytes(const std::uint8_t* data, std::size_t length, Sum sum) {
    for (; length >= 4; data += 4, length -= 4) {
        sum += load<std::uint32_t>(data);
    }
    if (length >= 2) {
        sum += load<std::uint16_t>(data);
        data += 2;
        length -= 2;
    }
    if (length != 0) {
        const std::uint8_t padded[2] = {*data, 0};
        sum += load<std::uint16_t>(padded);
    }
    return sum;
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
