// What the switch itself answers: ARP and ping, for the gateway's address of each network and the host's others.
#pragma once

#include "dataplane/bridge/domain.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/verdict.hpp"

namespace pontoon {

// A frame for the gateway's MAC, or ARP that asks for its address, that is no IPv4 packet for the router.
[[nodiscard]] Verdict at_gateway(Packet& packet, const BridgeDomain& domain, PortId port);

// An IPv4 packet for an address of the host that nothing is published at; the answer goes back to `port`.
[[nodiscard]] Verdict for_host(Packet& packet, PortId port);

} // namespace pontoon
