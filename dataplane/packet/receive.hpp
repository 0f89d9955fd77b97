// An mbuf that came in becomes a Packet.
#pragma once

#include <rte_mbuf.h>

#include "dataplane/packet/offload.hpp"
#include "dataplane/packet/parse.hpp"

namespace pontoon {

// What `read` does where the port says something of its checksums, or of what is left to hardware.
[[nodiscard]] bool read_offloaded(Packet& packet);
// The long way for all others. A debt that only the checksum field tells of is marked in the mbuf, so that it is paid
// where the packet leaves.
void read_any(Packet& packet);

// Opens and parses it. True if it is of the commonest kinds (parse_common, parse_offloaded), and so without fault.
[[gnu::always_inline]] inline bool read(Packet& packet, rte_mbuf* mbuf) {
    packet.mbuf = mbuf;
    packet.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    packet.length = mbuf->pkt_len;
    packet.first = mbuf->data_len;
    packet.segment = 0;
    if ((mbuf->ol_flags & (kVerified | kLeftToHardware)) != 0) [[unlikely]] {
        return read_offloaded(packet);
    }
    if (parse_common(packet)) [[likely]] {
        return true;
    }
    read_any(packet);
    return false;
}

} // namespace pontoon
