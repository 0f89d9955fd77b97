// The gateway's ARP (RFC 826): it answers for its own address and leaves all others to their owners.
#pragma once

#include "dataplane/bridge/domain.hpp"
#include "dataplane/packet/packet.hpp"

namespace pontoon {

// True for an ARP request, outside of any VLAN, that asks for the gateway's address.
[[nodiscard]] bool asks_for_gateway(const Packet& packet, const BridgeDomain& domain);

// Turns such a request into the gateway's reply to its sender, in place.
void make_arp_reply(Packet& packet, const BridgeDomain& domain);

} // namespace pontoon
