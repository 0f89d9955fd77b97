// What the control thread does not wait for: removing an interface and closing a packet socket end only when nobody in
// the kernel can be looking at them any more (rcu_barrier, synchronize_net), about 20 ms later. Some threads wait
// instead, several at once when a daemon goes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
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

    // Removes an interface if it is there. `remove_seen` returns when it is out of sight, or after a second.
    void remove(NetNs netns, const std::string& interface);
    void remove_seen(NetNs netns, const std::string& interface);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<Errand> errands_;
    bool closed_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace pontoon
