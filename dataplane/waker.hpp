// How a thread that may sleep is woken: a flag that says whether it sleeps, and an eventfd that it waits for.
//
// The sleeper says that it will sleep (`announce`) and then looks once more for what it might have missed. Whoever has
// something for it puts that where it is seen and then calls `wake`. Both have a full fence between their two steps, so
// at least one of them sees the other, and no wake-up is lost. To wake somebody who is awake costs the fence.
#pragma once

#include <atomic>

namespace pontoon {

class Waker {
public:
    // Throws std::runtime_error if there is no descriptor left.
    Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;
    ~Waker();

    // The sleeper.
    void announce() {
        asleep_.store(true, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_seq_cst);
    }
    void rise() { asleep_.store(false, std::memory_order_relaxed); }

    // Anybody.
    void wake() {
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (asleep_.load(std::memory_order_relaxed)) [[unlikely]] {
            signal();
        }
    }
    [[nodiscard]] bool asleep() const { return asleep_.load(std::memory_order_relaxed); }

    // Has an edge for each signal; nobody reads it.
    [[nodiscard]] int event() const { return event_; }

private:
    void signal();

    const int event_;
    std::atomic<bool> asleep_ = false;
};

} // namespace pontoon
