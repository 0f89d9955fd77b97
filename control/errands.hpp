// What the control thread does not wait for: removing an interface and closing a packet socket end only when nobody in
// the kernel can be looking at them any more (rcu_barrier, synchronize_net), about 20 ms later. Some threads wait
// instead, several at once when a daemon goes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "control/netns.hpp"

namespace pontoon {

class Errands {
public:
    using Errand = std::move_only_function<void()>;

    Errands();
    Errands(const Errands&) = delete;
    Errands& operator=(const Errands&) = delete;
    ~Errands(); // when all are done

    // Returns at once. What `errand` throws is logged.
    void start(Errand errand);

    // The same in a while; nothing if the end comes before.
    void start_after(std::chrono::milliseconds delay, Errand errand);

    // Removes an interface if it is there. `remove_seen` returns when it is out of sight, or after a second.
    void remove(NetNs netns, const std::string& interface);
    void remove_seen(NetNs netns, const std::string& interface);

private:
    using Clock = std::chrono::steady_clock;

    void work();
    // The next errand to do, in time; nothing when the end has come and all are done.
    [[nodiscard]] Errand next();

    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<Errand> errands_;
    std::multimap<Clock::time_point, Errand> later_;
    bool closed_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace pontoon
