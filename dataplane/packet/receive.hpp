// An mbuf that came in becomes a Packet.
#pragma once

#include <rte_mbuf.h>

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// Sets what `parse` needs.
[[gnu::always_inline]] inline void open(Packet& packet, rte_mbuf* mbuf) {
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    packet.mbuf = mbuf;
    packet.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    packet.length = mbuf->pkt_len;
    packet.first = mbuf->data_len;
    packet.csum_trusted = (mbuf->ol_flags & good) == good;
}

} // namespace pontoon
