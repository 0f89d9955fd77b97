#include "dataplane/packet/segment.hpp"

#include <algorithm>
#include <cstring>

#include "dataplane/packet/offload.hpp"
#include "dataplane/wire/checksum.hpp"

namespace pontoon {

namespace {

constexpr std::uint8_t kFinAndPush = 0x09;
constexpr std::uint8_t kWindowReduced = 0x80; // CWR

be16 count_of(std::size_t bytes) {
    return be16{static_cast<std::uint16_t>(bytes)};
}

} // namespace

Segmenter::Segmenter(const rte_mbuf& packet)
    : packet_(packet), part_(&packet), offset_(packet.l2_len + packet.l3_len + packet.l4_len), l3_(packet.l2_len),
      l4_(l3_ + packet.l3_len), headers_(offset_), size_(packet.tso_segsz) {
    const auto* const ip = rte_pktmbuf_mtod_offset(&packet, const std::uint8_t*, l3_);
    const std::size_t length = (packet.ol_flags & RTE_MBUF_F_TX_IPV4) != 0
                                   ? view<Ipv4Header>(ip).total_length.host()
                                   : sizeof(Ipv6Header) + view<Ipv6Header>(ip).payload_length.host();
    data_ = left_ = l3_ + length - headers_; // what follows is padding
}

rte_mbuf* Segmenter::next(rte_mempool* pool) {
    rte_mbuf* const segment = rte_pktmbuf_alloc(pool);
    if (segment == nullptr) {
        return nullptr;
    }
    const std::size_t bytes = std::min(left_, size_);
    if (rte_pktmbuf_tailroom(segment) < headers_) {
        rte_pktmbuf_free(segment);
        return nullptr;
    }
    std::memcpy(rte_pktmbuf_append(segment, static_cast<std::uint16_t>(headers_)),
                rte_pktmbuf_mtod(&packet_, const void*), headers_);
    if (!append_data(segment, bytes)) {
        rte_pktmbuf_free(segment);
        return nullptr;
    }
    write_headers(segment, bytes);
    left_ -= bytes;
    ++made_;
    return segment;
}

bool Segmenter::append_data(rte_mbuf* segment, std::size_t bytes) {
    for (rte_mbuf* last = segment; bytes != 0;) {
        if (rte_pktmbuf_tailroom(last) == 0) {
            last->next = rte_pktmbuf_alloc(segment->pool);
            if (last->next == nullptr || rte_pktmbuf_tailroom(last->next) == 0) {
                return false;
            }
            last = last->next;
            ++segment->nb_segs;
        }
        while (offset_ == part_->data_len) {
            part_ = part_->next;
            offset_ = 0;
        }
        const std::size_t run = std::min({bytes, part_->data_len - offset_, std::size_t{rte_pktmbuf_tailroom(last)}});
        std::memcpy(rte_pktmbuf_mtod_offset(last, void*, last->data_len),
                    rte_pktmbuf_mtod_offset(part_, const void*, offset_), run);
        last->data_len = static_cast<std::uint16_t>(last->data_len + run);
        segment->pkt_len += static_cast<std::uint32_t>(run);
        offset_ += run;
        bytes -= run;
    }
    return true;
}

void Segmenter::write_headers(rte_mbuf* segment, std::size_t bytes) const {
    auto* const frame = rte_pktmbuf_mtod(segment, std::uint8_t*);
    const std::size_t less = data_ - bytes;
    if ((packet_.ol_flags & RTE_MBUF_F_TX_IPV4) != 0) {
        auto& ip = edit<Ipv4Header>(frame + l3_);
        ip.total_length = count_of(ip.total_length.host() - less);
        ip.id = count_of(ip.id.host() + made_);
        seal_ipv4(frame + l3_);
    } else {
        auto& ip = edit<Ipv6Header>(frame + l3_);
        ip.payload_length = count_of(ip.payload_length.host() - less);
    }
    const std::size_t transport = headers_ - l4_;
    std::size_t field = l4_ + offsetof(UdpHeader, checksum);
    if ((packet_.ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0) {
        auto& tcp = edit<TcpHeader>(frame + l4_);
        tcp.sequence = be32{static_cast<std::uint32_t>(tcp.sequence.host() + (data_ - left_))};
        const bool first = made_ == 0;
        const bool last = left_ == bytes;
        tcp.flags = static_cast<std::uint8_t>(tcp.flags & ~(last ? 0 : kFinAndPush) & ~(first ? 0 : kWindowReduced));
        field = l4_ + offsetof(TcpHeader, checksum);
    } else {
        edit<UdpHeader>(frame + l4_).length = count_of(transport + bytes);
    }
    // The pseudo-header's sum holds the length: out with the whole one, in with the segment's.
    const auto before = static_cast<std::uint16_t>(~count_of(transport + data_).raw());
    const Sum sum = Sum{load<be16>(frame + field).raw()} + before + count_of(transport + bytes).raw();
    store(frame + field, be16::from_raw(fold(sum)));

    segment->ol_flags |= packet_.ol_flags & (kOwesChecksum | RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6);
    segment->tx_offload = rte_mbuf_tx_offload(l3_, l4_ - l3_, transport, 0, 0, 0, 0);
}

} // namespace pontoon
