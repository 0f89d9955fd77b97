#include "tools/bench_ports.hpp"

#include <rte_mbuf.h>
#include <rte_memcpy.h>

#include <algorithm>

namespace pontoon {

namespace {

static_assert(FrameList::kLongest <= Pool::kBufferBytes);

void fill(rte_mbuf* packet, std::span<const std::uint8_t> frame) {
    rte_memcpy(rte_pktmbuf_mtod(packet, void*), frame.data(), frame.size());
    packet->data_len = static_cast<std::uint16_t>(frame.size());
    packet->pkt_len = static_cast<std::uint32_t>(frame.size());
}

} // namespace

unsigned LoopPort::receive(std::span<rte_mbuf*> packets) {
    const auto count = static_cast<unsigned>(packets.size());
    if (frames_.empty() || rte_pktmbuf_alloc_bulk(pool_.get(), packets.data(), count) != 0) {
        return 0;
    }
    for (rte_mbuf* packet : packets) {
        fill(packet, frames_[next_]);
        next_ = next_ + 1 == frames_.size() ? 0 : next_ + 1;
    }
    return count;
}

unsigned LoopPort::transmit(std::span<rte_mbuf*> packets) {
    rte_pktmbuf_free_bulk(packets.data(), static_cast<unsigned>(packets.size()));
    return static_cast<unsigned>(packets.size());
}

void PlayPort::listen(std::size_t most) {
    heard_.assign(most, {}); // not only reserved: what is written later must not look like someone else's memory
    heard_.clear();
    most_ = most;
}

unsigned PlayPort::receive(std::span<rte_mbuf*> packets) {
    if (is_done()) {
        return 0;
    }
    const auto count = static_cast<unsigned>(std::min(packets.size(), frames_->size() - next_));
    if (rte_pktmbuf_alloc_bulk(pool_.get(), packets.data(), count) != 0) {
        return 0;
    }
    for (rte_mbuf* packet : packets.first(count)) {
        fill(packet, (*frames_)[next_++]);
    }
    return count;
}

unsigned PlayPort::transmit(std::span<rte_mbuf*> packets) {
    for (const rte_mbuf* packet : packets) {
        if (heard_.size() < most_) {
            const auto ends = ends_of({rte_pktmbuf_mtod(packet, const std::uint8_t*), packet->data_len});
            if (ends) {
                heard_.push_back(*ends);
            }
        }
    }
    const auto count = static_cast<unsigned>(packets.size());
    given_ += count;
    rte_pktmbuf_free_bulk(packets.data(), count);
    return count;
}

} // namespace pontoon
