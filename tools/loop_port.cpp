#include "tools/loop_port.hpp"

#include <rte_mbuf.h>
#include <rte_memcpy.h>

#include <stdexcept>

namespace pontoon {

LoopPort::LoopPort(const std::vector<Frame>& frames, Pool& pool) : pool_(pool) {
    constexpr std::size_t line = 64;
    for (const auto& frame : frames) {
        if (frame.size() > Pool::kBufferBytes) {
            throw std::runtime_error("a frame of " + std::to_string(frame.size()) + " bytes does not fit a buffer");
        }
        offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
        lengths_.push_back(static_cast<std::uint16_t>(frame.size()));
        bytes_.insert(bytes_.end(), frame.begin(), frame.end());
        bytes_.resize((bytes_.size() + line - 1) / line * line);
    }
}

unsigned LoopPort::receive(std::span<rte_mbuf*> packets) {
    const auto count = static_cast<unsigned>(packets.size());
    if (lengths_.empty() || rte_pktmbuf_alloc_bulk(pool_.get(), packets.data(), count) != 0) {
        return 0;
    }
    for (rte_mbuf* packet : packets) {
        const std::uint16_t length = lengths_[next_];
        rte_memcpy(rte_pktmbuf_mtod(packet, void*), bytes_.data() + offsets_[next_], length);
        packet->data_len = length;
        packet->pkt_len = length;
        next_ = next_ + 1 == lengths_.size() ? 0 : next_ + 1;
    }
    return count;
}

unsigned LoopPort::transmit(std::span<rte_mbuf*> packets) {
    rte_pktmbuf_free_bulk(packets.data(), static_cast<unsigned>(packets.size()));
    return static_cast<unsigned>(packets.size());
}

} // namespace pontoon
