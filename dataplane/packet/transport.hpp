// The part of the parser that reads TCP, UDP, SCTP, ICMP and ICMPv6.
#pragma once

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// Checks the `length` bytes of transport header and data at `packet.l4` for lies and returns the first one. `addresses`
// is the sum of the addresses for the pseudo-header, `version` that of IP. Sets `csum_partial` and `quote`.
[[nodiscard]] Reason parse_transport(Packet& packet, Sum addresses, std::uint32_t length, unsigned version);

} // namespace pontoon
