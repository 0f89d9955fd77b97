// A network as the bridge sees it: numbers instead of names.
#pragma once

#include <string>
#include <vector>

#include "dataplane/bridge/fdb.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// The switch itself as a destination in the FDB.
inline constexpr PortId kGatewayPort = Fdb::kMaxPort;

struct BridgeDomain {
    std::string name;
    Prefix4 subnet;
    Ipv4 gateway;
    Mac gateway_mac;
    bool icc = true;
    std::vector<PortId> ports;        // the endpoints', in the order of the configuration
    std::vector<Fdb::Static> statics; // the endpoints' MACs and the gateway's

    friend bool operator==(const BridgeDomain&, const BridgeDomain&) = default;
};

// All networks of the switch, as each gateway needs to know them.
struct Routes {
    std::vector<Prefix4> subnets;
    std::vector<Ipv4> gateways;
};

} // namespace pontoon
