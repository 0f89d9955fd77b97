#include "dataplane/bridge/bridge.hpp"

#include <algorithm>

namespace pontoon {

namespace {

bool is_linked(const Packet& p, const std::vector<BridgeDomain::Link>& links) {
    if (!p.is_ipv4() || p.tagged || links.empty()) {
        return false;
    }
    const auto& ip = p.header<Ipv4Header>(p.l3);
    const bool has_ports =
        p.protocol == protocol::kTcp || p.protocol == protocol::kUdp || p.protocol == protocol::kSctp;
    const auto port = [&](std::size_t at) { return p.header<be16>(p.l4 + at).host(); };
    return std::ranges::any_of(links, [&](const BridgeDomain::Link& link) {
        const bool forth = link.from == ip.source && link.to == ip.destination;
        const bool back = link.to == ip.source && link.from == ip.destination;
        if ((!forth && !back) || link.protocol != p.protocol || !has_ports) {
            return false;
        }
        if (p.l4 == 0) {
            return true; // a later fragment: without the first one it is nothing
        }
        const auto of_server = port(forth ? sizeof(be16) : 0);
        return of_server >= link.ports.first && of_server <= link.ports.last;
    });
}

} // namespace

// Tagged or not: a VLAN is no way around the filter. ARP passes, and so does IPv6 neighbour discovery, which is its
// counterpart (RFC 4861).
bool icc_denies(const Packet& p, const BridgeDomain& domain) {
    if (!p.is_ip() || is_linked(p, domain.links)) {
        return false;
    }
    if (p.protocol != protocol::kIcmp6 || p.l4 == 0) {
        return true;
    }
    const auto type = p.header<std::uint8_t>(p.l4);
    return type != icmp6::kNeighborSolicitation && type != icmp6::kNeighborAdvertisement;
}

} // namespace pontoon
