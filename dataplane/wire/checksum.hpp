// The Internet checksum (RFC 1071), its incremental update (RFC 1624) and SCTP's CRC32c (RFC 9260 appendix A).
//
// Sums are kept in the byte order of the wire: ones' complement addition does not care (RFC 1071 section 2 B), so
// nothing is swapped on the way.
#pragma once

#include <cstddef>
#include <cstdint>

#include "dataplane/wire/address.hpp"
#include "dataplane/wire/byte_order.hpp"

namespace pontoon {

// A ones' complement sum that has not been folded to 16 bits yet. Never overflows for less than 2^32 words.
using Sum = std::uint64_t;

// Adds `length` bytes; an odd last byte is padded with zero.
[[nodiscard]] Sum sum_bytes(const std::uint8_t* data, std::size_t length, Sum sum = 0);

// The pseudo-header of TCP and UDP over IPv4 (RFC 9293 section 3.1) and of everything over IPv6 (RFC 8200 section 8.1);
// `length` is that of the header and its data, in host byte order.
[[nodiscard]] Sum sum_pseudo_header(Ipv4 source, Ipv4 destination, std::uint8_t protocol, std::uint32_t length);
[[nodiscard]] Sum sum_pseudo_header(const Ipv6& source, const Ipv6& destination, std::uint8_t protocol,
                                    std::uint32_t length);

[[nodiscard]] constexpr std::uint16_t fold(Sum sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

// The checksum field for data that sums to `sum` with the field itself zero.
[[nodiscard]] constexpr be16 checksum_of(Sum sum) {
    return be16::from_raw(static_cast<std::uint16_t>(~fold(sum)));
}

// Data that carries its checksum sums to all ones.
[[nodiscard]] constexpr bool sums_right(Sum sum) {
    return fold(sum) == 0xffff;
}

// The checksum after a 16-bit word it covers went from `before` to `after` (RFC 1624 equation 3).
[[nodiscard]] constexpr be16 updated(be16 checksum, be16 before, be16 after) {
    const Sum sum =
        Sum{static_cast<std::uint16_t>(~checksum.raw())} + static_cast<std::uint16_t>(~before.raw()) + after.raw();
    return checksum_of(sum);
}

// CRC32c of a byte range; `crc` continues from an earlier range and starts at kCrc32cStart. Finish with `~crc`.
inline constexpr std::uint32_t kCrc32cStart = ~std::uint32_t{0};
[[nodiscard]] std::uint32_t crc32c(const std::uint8_t* data, std::size_t length, std::uint32_t crc);

} // namespace pontoon
