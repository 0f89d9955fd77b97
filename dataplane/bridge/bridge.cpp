#include "dataplane/bridge/bridge.hpp"

namespace pontoon {

// Tagged or not: a VLAN is no way around the filter. ARP passes, and so does IPv6 neighbour discovery, which is its
// counterpart (RFC 4861).
bool icc_denies(const Packet& p) {
    if (!p.is_ip()) {
        return false;
    }
    if (p.protocol != protocol::kIcmp6 || p.l4 == 0) {
        return true;
    }
    const auto type = p.header<std::uint8_t>(p.l4);
    return type != icmp6::kNeighborSolicitation && type != icmp6::kNeighborAdvertisement;
}

} // namespace pontoon
