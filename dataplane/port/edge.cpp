#include "dataplane/port/edge.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "dataplane/packet/offload.hpp"
#include "dataplane/packet/segment.hpp"

namespace pontoon {

// One call: finished packets gather in `ready_` and leave when it is full.
class Edge::Finisher {
public:
    Finisher(const Edge& edge, Port& port, rte_mempool* pool) : edge_(edge), port_(port), pool_(pool) {}

    void finish(rte_mbuf* packet) {
        if (outcome_.refused != 0) { // it took no more before, and order is kept
            give_up(packet, outcome_.refused);
        } else if ((packet->ol_flags & kToSegment & edge_.beyond_) != 0) {
            cut(packet);
        } else if (rte_mbuf* const finished = finish_whole(packet)) {
            put(finished);
        }
    }

    Outcome end() {
        send();
        return outcome_;
    }

private:
    [[nodiscard]] rte_mempool* pool_for(const rte_mbuf* packet) const {
        return pool_ != nullptr ? pool_ : packet->pool;
    }
    // Bytes of the longest frame that can be made for the port.
    [[nodiscard]] std::size_t room_for(const rte_mbuf* packet) const {
        const std::size_t buffer = rte_pktmbuf_data_room_size(pool_for(packet)) - std::size_t{RTE_PKTMBUF_HEADROOM};
        return edge_.can_.chains ? edge_.can_.frame : std::min<std::size_t>(edge_.can_.frame, buffer);
    }
    [[nodiscard]] bool must_sum(const rte_mbuf* packet) const {
        return !is_to_segment(*packet) && (packet->ol_flags & kOwesChecksum & edge_.beyond_) != 0;
    }

    static void give_up(rte_mbuf* packet, unsigned& why) {
        ++why;
        rte_pktmbuf_free(packet);
    }

    // The packet in a form that the port takes; null if it was dropped.
    rte_mbuf* finish_whole(rte_mbuf* packet) {
        if (packet->pkt_len > edge_.can_.frame && !is_to_segment(*packet)) {
            give_up(packet, outcome_.too_long);
            return nullptr;
        }
        const bool flatten = packet->nb_segs > 1 && !edge_.can_.chains;
        if (flatten && packet->pkt_len > room_for(packet)) {
            give_up(packet, outcome_.too_long);
            return nullptr;
        }
        if (flatten || (must_sum(packet) && rte_mbuf_refcnt_read(packet) > 1)) {
            rte_mbuf* const copy = rte_pktmbuf_copy(packet, pool_for(packet), 0, packet->pkt_len);
            if (copy == nullptr) {
                give_up(packet, outcome_.no_buffer);
                return nullptr;
            }
            rte_pktmbuf_free(packet);
            packet = copy;
        }
        if (must_sum(packet)) {
            finish_checksum(*packet);
        }
        return packet;
    }

    void cut(rte_mbuf* packet) {
        Segmenter segments(*packet);
        if (segments.longest() > room_for(packet)) {
            give_up(packet, outcome_.too_long);
            return;
        }
        unsigned became = 0;
        for (; segments.more(); ++became) {
            rte_mbuf* const segment = outcome_.refused == 0 ? segments.next(pool_for(packet)) : nullptr;
            if (segment == nullptr) {
                ++became; // the rest
                ++(outcome_.refused != 0 ? outcome_.refused : outcome_.no_buffer);
                break;
            }
            if (must_sum(segment)) {
                finish_checksum(*segment);
            }
            put(segment);
        }
        outcome_.made += became - 1;
        rte_pktmbuf_free(packet);
    }

    void put(rte_mbuf* packet) {
        ready_[count_++] = packet;
        if (count_ == ready_.size()) {
            send();
        }
    }

    void send() {
        const std::span packets(ready_.data(), count_);
        std::uint64_t bytes = 0;
        for (const rte_mbuf* packet : packets) {
            bytes += packet->pkt_len;
        }
        const unsigned sent = count_ == 0 ? 0 : port_.transmit(packets);
        for (rte_mbuf* packet : packets.subspan(sent)) {
            bytes -= packet->pkt_len;
            give_up(packet, outcome_.refused);
        }
        outcome_.sent += sent;
        outcome_.bytes += bytes;
        count_ = 0;
    }

    const Edge& edge_;
    Port& port_;
    rte_mempool* const pool_;
    Outcome outcome_;
    std::array<rte_mbuf*, 64> ready_{};
    unsigned count_ = 0;
};

Edge::Edge(const Capabilities& port)
    : can_(port), beyond_((port.checksum ? 0 : kOwesChecksum) | (port.tcp_segmentation ? 0 : RTE_MBUF_F_TX_TCP_SEG) |
                          (port.udp_segmentation ? 0 : RTE_MBUF_F_TX_UDP_SEG)),
      limited_(port != Capabilities{}) {}

// All fields that are looked at stand in 32 bytes, which are read and combined at once.
Edge::Glance Edge::glance_at(std::span<rte_mbuf* const> packets) {
    using Fields = std::uint32_t __attribute__((vector_size(32)));
    constexpr std::size_t begin = offsetof(rte_mbuf, rearm_data);
    constexpr auto place = [](std::size_t offset) { return (offset - begin) / sizeof(std::uint32_t); };
    constexpr std::size_t length = place(offsetof(rte_mbuf, pkt_len));
    constexpr std::size_t flags = place(offsetof(rte_mbuf, ol_flags));
    constexpr std::size_t buffers = place(offsetof(rte_mbuf, nb_segs));
    static_assert(offsetof(rte_mbuf, nb_segs) % sizeof(std::uint32_t) == 0 && length < 8 && flags + 1 < 8);
    Fields sum{};
    Fields any{};
    Fields most{};
    for (const rte_mbuf* packet : packets) {
        Fields fields;
        std::memcpy(&fields, reinterpret_cast<const std::uint8_t*>(packet) + begin, sizeof fields);
        sum += fields;
        any |= fields;
        most = fields > most ? fields : most;
    }
    return {sum[length], any[flags] | std::uint64_t{any[flags + 1]} << 32, most[length],
            static_cast<std::uint16_t>(any[buffers])};
}

Edge::Outcome Edge::transmit(std::span<rte_mbuf* const> packets, Port& port, rte_mempool* pool) const {
    Finisher finisher(*this, port, pool);
    for (rte_mbuf* packet : packets) {
        finisher.finish(packet);
    }
    return finisher.end();
}

} // namespace pontoon
