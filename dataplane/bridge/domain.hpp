// A network as the bridge sees it: numbers instead of names.
#pragma once

#include <string>
#include <vector>

#include "dataplane/bridge/fdb.hpp"
#include "dataplane/config.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// The switch itself as a destination in the FDB, where the host is not attached.
inline constexpr PortId kGatewayPort = Fdb::kMaxPort;

struct BridgeDomain {
    std::string name;
    Prefix4 subnet;
    Ipv4 gateway;
    Mac gateway_mac;
    bool icc = true;
    // What may pass although icc is off: from one container to ports of another, and answers back.
    struct Link {
        Ipv4 from;
        Ipv4 to;
        std::uint8_t protocol;
        PortRange ports;

        friend bool operator==(const Link&, const Link&) = default;
    };

    std::vector<PortId> ports;        // the endpoints' and the host's, sorted
    std::vector<Fdb::Static> statics; // the endpoints' MACs, sorted, and the gateway's, which goes before theirs
    std::vector<Link> links{};
    PortId host = kNoPort; // where the host is attached: it is the gateway then; kNoPort: the switch itself is

    friend bool operator==(const BridgeDomain&, const BridgeDomain&) = default;
};

} // namespace pontoon
