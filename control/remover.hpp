// Takes interfaces away without waiting for the kernel to forget them. An interface is out of sight in a few
// milliseconds, but the request ends only when nobody in the kernel can be looking at it any more (rcu_barrier), about
// 20 ms later; so threads wait for that, several at once when a daemon goes.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "control/netns.hpp"

namespace pontoon {

class Remover {
public:
    Remover();
    Remover(const Remover&) = delete;
    Remover& operator=(const Remover&) = delete;
    ~Remover(); // when all have gone

    // Returns at once. What the kernel refuses is logged.
    void start(NetNs netns, std::string interface);
    // Returns when there is no interface of that name in the namespace, or after a second.
    void remove(NetNs netns, const std::string& interface);

private:
    struct Task {
        NetNs netns;
        std::string interface;
    };

    void work();

    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<Task> tasks_;
    bool closed_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace pontoon
