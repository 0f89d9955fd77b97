#include "dataplane/port/tap_frame.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "dataplane/port/pool.hpp"

namespace pontoon::tap_frame {

static_assert(kHeader <= RTE_PKTMBUF_HEADROOM);

std::uint8_t* with_header(rte_mbuf* buffer) {
    return rte_pktmbuf_mtod(buffer, std::uint8_t*) - kHeader;
}

void mark(rte_mbuf& packet, const std::uint8_t* header_bytes) {
    VirtioHeader header;
    std::memcpy(&header, header_bytes, sizeof header);
    if (!header.is_plain()) {
        mark_received(packet, header);
    }
}

rte_mbuf* take(rte_mbuf*& large, rte_mbuf*& small, std::size_t length) {
    const std::uint8_t* const bytes = with_header(large);
    const bool is_short = length <= Pool::kBufferBytes;
    rte_mbuf* const packet = std::exchange(is_short ? small : large, nullptr);
    const std::size_t held = std::min<std::size_t>(length, Pool::kLargeBytes);
    packet->data_len = static_cast<std::uint16_t>(held);
    packet->pkt_len = static_cast<std::uint32_t>(length);
    if (is_short) {
        std::memcpy(rte_pktmbuf_mtod(packet, void*), bytes + kHeader, length);
    } else if (held < length) {
        rte_mbuf* const end = std::exchange(small, nullptr);
        std::memcpy(rte_pktmbuf_mtod(end, void*), bytes + kHeader + held, length - held);
        end->data_len = static_cast<std::uint16_t>(length - held);
        packet->next = end;
        packet->nb_segs = 2;
    }
    mark(*packet, bytes);
    return packet;
}

bool takes_header(const rte_mbuf* packet) {
    return packet->nb_segs == 1 && rte_mbuf_refcnt_read(packet) == 1 && RTE_MBUF_DIRECT(packet) &&
           rte_pktmbuf_headroom(packet) >= kHeader;
}

const std::uint8_t* put_header(rte_mbuf& packet) {
    const auto header = header_for(packet);
    std::uint8_t* const bytes = with_header(&packet);
    std::memcpy(bytes, &header, sizeof header);
    return bytes;
}

} // namespace pontoon::tap_frame
