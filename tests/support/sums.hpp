// Checksums once more, byte by byte as the RFCs put it and independent of dataplane/wire/checksum: what the tests
// trust.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tests/support/bytes.hpp"

namespace pontoon::test {

// RFC 1071: the ones' complement sum of 16-bit words, not complemented.
[[nodiscard]] std::uint16_t internet_sum(std::span<const std::uint8_t> bytes);

// RFC 9260 appendix A.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

// The pseudo-header of a transport packet; addresses of 4 or of 16 bytes.
[[nodiscard]] Bytes pseudo_header(std::span<const std::uint8_t> source, std::span<const std::uint8_t> destination,
                                  std::uint8_t protocol, std::size_t length);

// Recomputes every checksum of a frame that is otherwise well formed: IPv4, TCP, UDP, ICMP, ICMPv6, SCTP, behind VLAN
// tags and IPv6 extension headers too. Returns what is wrong, or nothing. A fragment's transport is not looked at.
[[nodiscard]] std::optional<std::string> find_wrong_sum(std::span<const std::uint8_t> frame);

} // namespace pontoon::test
