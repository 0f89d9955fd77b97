// A port as the kernel has them: a descriptor that is readable as long as packets wait.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "dataplane/port/port.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon {

// What an EventPort leaves behind; it outlives the engine that owns the port.
struct EventQueue {
    std::mutex mutex;
    std::deque<rte_mbuf*> waiting;
    std::vector<frames::Bytes> sent;
    unsigned asked = 0; // how often for packets
    int event = -1;     // -1: the port is gone
    bool failed = false;
    unsigned refusals = 0; // how often it brings nothing although packets wait: a port without buffers

    // False: the port is gone, and the packet still the caller's.
    [[nodiscard]] bool feed(rte_mbuf* packet) {
        const std::lock_guard lock(mutex);
        if (event < 0) {
            return false;
        }
        waiting.push_back(packet);
        const std::uint64_t one = 1;
        return ::write(event, &one, sizeof one) == sizeof one;
    }
    [[nodiscard]] std::size_t sent_count() {
        const std::lock_guard lock(mutex);
        return sent.size();
    }
    [[nodiscard]] std::size_t left() {
        const std::lock_guard lock(mutex);
        return waiting.size();
    }
    [[nodiscard]] bool has_port() {
        const std::lock_guard lock(mutex);
        return event >= 0;
    }
};

class EventPort final : public Port {
public:
    explicit EventPort(std::shared_ptr<EventQueue> queue)
        : queue_(std::move(queue)), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
        REQUIRE(event_ >= 0);
        queue_->event = event_;
    }
    ~EventPort() override {
        const std::lock_guard lock(queue_->mutex);
        for (auto* packet : queue_->waiting) {
            rte_pktmbuf_free(packet);
        }
        queue_->waiting.clear();
        queue_->event = -1;
        ::close(event_);
    }

    unsigned receive(std::span<rte_mbuf*> packets) override {
        const std::lock_guard lock(queue_->mutex);
        ++queue_->asked;
        if (queue_->refusals != 0 && !queue_->waiting.empty()) {
            --queue_->refusals;
            return 0;
        }
        unsigned count = 0;
        for (; count < packets.size() && !queue_->waiting.empty(); ++count) {
            packets[count] = queue_->waiting.front();
            queue_->waiting.pop_front();
        }
        std::uint64_t events = 0;
        if (queue_->waiting.empty()) {
            (void)!::read(event_, &events, sizeof events);
        }
        return count;
    }
    unsigned transmit(std::span<rte_mbuf*> packets) override {
        const std::lock_guard lock(queue_->mutex);
        for (rte_mbuf* packet : packets) {
            queue_->sent.push_back(bytes_of(packet));
            rte_pktmbuf_free(packet);
        }
        return static_cast<unsigned>(packets.size());
    }
    [[nodiscard]] int wait_fd() const override { return event_; }
    [[nodiscard]] bool failed() const override {
        const std::lock_guard lock(queue_->mutex);
        return queue_->failed;
    }

private:
    std::shared_ptr<EventQueue> queue_;
    const int event_;
};

} // namespace pontoon
