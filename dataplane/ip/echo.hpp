// The gateway's answer to ping (RFC 792, RFC 1122 section 3.2.2.6).
#pragma once

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// True for an ICMP echo request that is whole.
[[nodiscard]] bool is_echo_request(const Packet& packet);

// Turns an echo request into its reply, in place: addresses swapped, a new TTL, all checksums right.
void make_echo_reply(Packet& packet);

} // namespace pontoon
