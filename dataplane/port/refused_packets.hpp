// What Port::transmit does with packets that the device refuses: they cost only themselves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

struct rte_mbuf;

namespace pontoon {

class RefusedPackets {
public:
    explicit RefusedPackets(std::span<rte_mbuf*> packets) : packets_(packets) {}

    // To be called in order: they wait at the front, in the places of what is sent.
    void add(rte_mbuf* packet) { packets_[count_++] = packet; }

    // Puts them behind those of the first `done` packets that are sent, and returns how many are.
    [[nodiscard]] unsigned settle(std::size_t done) {
        const auto refused = packets_.first(count_);
        std::ranges::copy_backward(refused, packets_.first(done).end());
        return static_cast<unsigned>(done - count_);
    }

private:
    std::span<rte_mbuf*> packets_;
    std::size_t count_ = 0;
};

} // namespace pontoon
