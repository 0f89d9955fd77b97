// An mbuf that came in becomes a Packet.
#pragma once

#include <rte_mbuf.h>

#include "dataplane/packet/parse.hpp"

namespace pontoon {

// Opens and parses it. True if it is of the commonest kind (parse_common), and so without fault.
[[gnu::always_inline]] inline bool read(Packet& packet, rte_mbuf* mbuf) {
    packet.mbuf = mbuf;
    packet.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    packet.length = mbuf->pkt_len;
    packet.first = mbuf->data_len;
    if (parse_common(packet)) [[likely]] {
        return true;
    }
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    packet.csum_trusted = (mbuf->ol_flags & good) == good;
    parse_any(packet);
    return false;
}

} // namespace pontoon
