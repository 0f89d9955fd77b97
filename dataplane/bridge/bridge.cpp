#include "dataplane/bridge/bridge.hpp"

namespace pontoon {

namespace {

// With icc=false no IP passes between containers, tagged or not. ARP does, and so does IPv6 neighbour discovery, which
// is its counterpart (RFC 4861).
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

} // namespace

PortId find_output(const Packet& p, const Segment& segment) {
    if ((p.data[0] & 1) != 0) { // a group address
        return kNoPort;
    }
    return segment.fdb.find(p.destination_key, segment.now);
}

Verdict bridge(const Packet& p, const Segment& segment, PortId output) {
    if (p.destination_mac().is_link_local()) {
        return drop(Reason::link_local_mac);
    }
    if (output == segment.port) {
        return drop(Reason::same_port);
    }
    if (!segment.domain.icc && icc_denies(p)) {
        return drop(Reason::icc_denied);
    }
    return output == kNoPort ? flood() : forward_to(output);
}

} // namespace pontoon
