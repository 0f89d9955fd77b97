// A port that threads may feed and watch, and that takes only so much at a time.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "dataplane/packet/offload.hpp"
#include "dataplane/port/port.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon {

// What a QueuePort leaves behind; it outlives the engine that owns the port.
struct Queue {
    std::mutex mutex;
    std::deque<rte_mbuf*> waiting;
    std::vector<frames::Bytes> sent;
    std::vector<unsigned> segments; // of each one sent: tso_segsz if it is still to be cut, else 0
    std::vector<bool> owing;        // and whether its checksum is still owed
    unsigned takes = 64;            // packets a transmit call takes
    Capabilities can{};             // as of when the port is attached

    void feed(rte_mbuf* packet) {
        const std::lock_guard lock(mutex);
        waiting.push_back(packet);
    }
    [[nodiscard]] std::size_t left() {
        const std::lock_guard lock(mutex);
        return waiting.size();
    }
};

class QueuePort final : public Port {
public:
    explicit QueuePort(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}
    ~QueuePort() override {
        for (auto* packet : queue_->waiting) {
            rte_pktmbuf_free(packet);
        }
    }

    unsigned receive(std::span<rte_mbuf*> packets) override {
        const std::lock_guard lock(queue_->mutex);
        unsigned count = 0;
        for (; count < packets.size() && !queue_->waiting.empty(); ++count) {
            packets[count] = queue_->waiting.front();
            queue_->waiting.pop_front();
        }
        return count;
    }

    unsigned transmit(std::span<rte_mbuf*> packets) override {
        const std::lock_guard lock(queue_->mutex);
        unsigned count = 0;
        for (; count < packets.size() && count < queue_->takes; ++count) {
            queue_->sent.push_back(bytes_of(packets[count]));
            queue_->segments.push_back(is_to_segment(*packets[count]) ? packets[count]->tso_segsz : 0U);
            queue_->owing.push_back(owes_checksum(*packets[count]));
            rte_pktmbuf_free(packets[count]);
        }
        return count;
    }

    [[nodiscard]] Capabilities capabilities() const override { return queue_->can; }

private:
    std::shared_ptr<Queue> queue_;
};

} // namespace pontoon
