// What arrives at a network's gateway, which is the switch itself: it answers ARP and ping for its address, and is the
// only way from one network to anywhere else.
#pragma once

#include "dataplane/bridge/domain.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/packet/verdict.hpp"

namespace pontoon {

// Decides about a frame of `domain` that came in on `port` for the gateway's MAC, or asks for its address.
[[nodiscard]] Verdict at_gateway(Packet& packet, const BridgeDomain& domain, PortId port, const Routes& routes);

} // namespace pontoon
