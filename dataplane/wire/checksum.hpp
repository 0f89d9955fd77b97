// The Internet checksum (RFC 1071), its incremental update (RFC 1624) and SCTP's CRC32c (RFC 9260 appendix A).
//
// Sums are kept in the byte order of the wire: ones' complement addition does not care (RFC 1071 section 2 B), so
// nothing is swapped on the way.
#pragma once

#include <cstddef>
#include <cstdint>

#include "dataplane/wire/address.hpp"
#include "dataplane/wire/byte_order.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

// A ones' complement sum that has not been folded to 16 bits yet.
using Sum = std::uint64_t;

// Ones' complement addition: what overflows comes in again below.
[[nodiscard]] constexpr Sum plus(Sum a, Sum b) {
    if consteval {
        return a + b + (a + b < b ? 1 : 0);
    }
    asm("add %1, %0\n\tadc $0, %0" : "+r"(a) : "rm"(b) : "cc"); // compilers make a branch of it, which data decides
    return a;
}

// Adds `length` bytes; an odd last byte is padded with zero.
[[nodiscard]] Sum sum_bytes(const std::uint8_t* data, std::size_t length, Sum sum = 0);

// The same for short ranges, without a call. The 8 bytes in front of `data` have to be readable.
[[nodiscard, gnu::always_inline]] inline Sum sum_short(const std::uint8_t* data, std::size_t length, Sum sum = 0) {
    const std::uint8_t* const end = data + length;
    const auto add = [&](std::size_t words) {
        for (std::size_t word = 0; word < words; ++word, data += 8) {
            sum = plus(sum, load<std::uint64_t>(data));
        }
    };
    for (std::size_t left = length; left >= 32; left -= 32) {
        add(4);
    }
    if ((length & 16) != 0) {
        add(2);
    }
    if ((length & 8) != 0) {
        add(1);
    }
    // The bytes that are left are the last of a word that ends with them.
    return plus(sum, load<std::uint64_t>(end - 8) >> 1 >> (~(8 * length) & 63));
}

// The pseudo-header of TCP and UDP over IPv4 (RFC 9293 section 3.1) and of everything over IPv6 (RFC 8200 section 8.1);
// `length` is that of the header and its data, in host byte order.
[[nodiscard]] Sum sum_pseudo_header(Ipv4 source, Ipv4 destination, std::uint8_t protocol, std::uint32_t length);
[[nodiscard]] Sum sum_pseudo_header(const Ipv6& source, const Ipv6& destination, std::uint8_t protocol,
                                    std::uint32_t length);

[[nodiscard]] constexpr std::uint16_t fold(Sum sum) {
    sum = plus(sum, sum << 32 | sum >> 32) >> 32; // both halves added, in 32 bits
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum + (sum >> 16));
}

// The checksum field for data that sums to `sum` with the field itself zero.
[[nodiscard]] constexpr be16 checksum_of(Sum sum) {
    return be16::from_raw(static_cast<std::uint16_t>(~fold(sum)));
}

// Data that carries its checksum sums to all ones. Adding ones' complement words of any width keeps the remainder
// modulo 65535, so there is no need to fold: a multiple of an odd number times its inverse is at most 2^64 / 65535.
[[nodiscard]] constexpr bool nonzero_sums_right(Sum sum) {
    constexpr Sum inverse = 0xfffefffefffeffff; // of 65535 modulo 2^64
    constexpr Sum most = ~Sum{0} / 65535;
    static_assert(inverse * 65535 == 1);
    return sum * inverse <= most;
}

// Only words that are all zero sum to zero, and their checksum is wrong.
[[nodiscard]] constexpr bool sums_right(Sum sum) {
    return sum != 0 && nonzero_sums_right(sum);
}

// Folds the sum of two 16-bit ones' complement numbers.
[[nodiscard]] constexpr std::uint16_t fold_once(std::uint32_t sum) {
    return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

// The checksum after what it covers has changed by `delta`: the sum of ~before + after (RFC 1624 equation 3).
[[nodiscard]] constexpr be16 adjusted(be16 checksum, std::uint16_t delta) {
    const auto sum = static_cast<std::uint16_t>(~checksum.raw()) + std::uint32_t{delta};
    return be16::from_raw(static_cast<std::uint16_t>(~fold_once(sum)));
}

// The checksum after a 16-bit word it covers went from `before` to `after`.
[[nodiscard]] constexpr be16 updated(be16 checksum, be16 before, be16 after) {
    return adjusted(checksum, fold_once(static_cast<std::uint16_t>(~before.raw()) + std::uint32_t{after.raw()}));
}

// Makes the checksum of the IPv4 header at `header`, whose length it believes.
inline void seal_ipv4(std::uint8_t* header) {
    auto& ip = edit<Ipv4Header>(header);
    ip.checksum = be16{};
    ip.checksum = checksum_of(sum_bytes(header, ip.header_length()));
}

// CRC32c of a byte range; `crc` continues from an earlier range and starts at kCrc32cStart. Finish with `~crc`.
inline constexpr std::uint32_t kCrc32cStart = ~std::uint32_t{0};
[[nodiscard]] std::uint32_t crc32c(const std::uint8_t* data, std::size_t length, std::uint32_t crc);

} // namespace pontoon
