#include "dataplane/packet/receive.hpp"

namespace pontoon {

void read_any(Packet& packet) {
    packet.csum_partial = packet.csum_trusted = false;
    parse_any(packet);
    if (packet.csum_partial && packet.fault == Reason::none) {
        (void)mark_offload(packet, 0);
    }
}

bool read_offloaded(Packet& packet) {
    const std::uint64_t flags = packet.mbuf->ol_flags;
    packet.csum_partial = (flags & kLeftToHardware) != 0;
    packet.csum_trusted = packet.csum_partial || (flags & kVerified) == kVerified;
    if (!packet.csum_trusted) { // only one of its sums was verified
        const bool common = parse_common(packet);
        if (!common) {
            read_any(packet);
        }
        return common;
    }
    const bool common = parse_offloaded(packet);
    if (!common) {
        parse_any(packet);
    }
    if (packet.csum_partial && packet.fault == Reason::none && !take_offload(packet)) {
        packet.fault = Reason::offload_bad;
        return false;
    }
    return common;
}

} // namespace pontoon
