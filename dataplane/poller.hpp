// Which of a worker's ports are asked for packets, and how the worker sleeps when none has any.
//
// To ask a port that has nothing is a system call (read, EAGAIN: 250 ns), and a worker may have a thousand ports. So
// only active ports are asked. A port with a descriptor is registered in the worker's epoll and becomes active by an
// event; it ends to be so after kPatience turns in a row in which it brought nothing. An event costs 330 ns, a look for
// events (epoll_wait of no time) 160 ns: every turn while no registered port is active, every kLookEvery while some
// are, never while all are. A port without a descriptor is always active.
//
// Events are edges, so one must not be lost: an event for an active port begins its turns anew, and a port that ends to
// be active is registered again, which looks whether it has become readable meanwhile. What the events of a port that
// left still say is told apart by the attachment's serial number.
//
// One owner, but for `waker` and the counters.
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/observe/counters.hpp"
#include "dataplane/packet/time.hpp"
#include "dataplane/plan.hpp"
#include "dataplane/waker.hpp"

namespace pontoon {

// What a worker does while nothing or little happens.
template <typename Number>
struct PollCount {
    Number turns{};
    Number looks{};  // for events
    Number sleeps{}; // each ends by an event, the waker or in time
};
using PollCounters = PollCount<Counter>;
using PollStats = PollCount<std::uint64_t>;

class Poller {
public:
    static constexpr unsigned kPatience = 16;
    static constexpr Nanoseconds kLookEvery = 10'000;

    // For the ports of this worker. Throws std::runtime_error if there is no descriptor left.
    explicit Poller(unsigned worker);
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    ~Poller();

    // Calls `serve(attachment)`, which says whether it brought something, for each active port of the plan, and says
    // whether any did.
    template <typename Serve>
    bool ask(const Plan& plan, Nanoseconds now, Serve serve) {
        counters_.turns.add(1);
        if (plan.generation != adopted_) [[unlikely]] {
            adopt(plan);
        }
        const std::size_t watched = active_.size() - always_active_; // and active
        if (watched != registered_ && (watched == 0 || now - looked_ >= kLookEvery)) {
            looked_ = now;
            look(0);
        }
        bool any = false;
        for (std::size_t i = 0; i < active_.size();) {
            Entry& entry = entries_[active_[i]];
            const bool brought = serve(*entry.attachment);
            any |= brought;
            entry.idle = brought ? 0 : entry.idle + 1;
            if (entry.idle >= kPatience && !goes_on(entry)) [[unlikely]] {
                active_[i] = active_.back();
                active_.pop_back();
            } else {
                ++i;
            }
        }
        return any;
    }

    // Waits for an event or the waker, at most so long. Not before `rest`.
    void wait(Nanoseconds most);
    // No port that has a descriptor is active any more.
    void rest();
    // Whether there is a port that has to be asked, because nothing tells when it has something.
    [[nodiscard]] bool must_ask() const { return always_active_ != 0; }

    [[nodiscard]] Waker& waker() { return waker_; }
    [[nodiscard]] const PollCounters& counters() const { return counters_; }

private:
    struct Entry {
        AttachedPort* attachment = nullptr; // null: none of this worker's
        std::uint64_t serial = 0;           // of the attachment
        int fd = -1;
        unsigned idle = 0;   // turns in which it brought nothing
        bool active = false; // in `active_`
        bool broken = false; // has an error for an event, which would come again and again
    };

    void adopt(const Plan& plan);
    template <typename Ids>
    void adopt(const Plan& plan, const Ids& ids);
    void add(PortId id, AttachedPort& attachment);
    void withdraw(Entry& entry);
    void activate(PortId id);
    [[nodiscard]] bool goes_on(Entry& entry);
    void look(Nanoseconds most);
    [[nodiscard]] bool control(int operation, int fd, std::uint64_t data);
    [[nodiscard]] static std::uint64_t data_of(const Entry& entry);

    const unsigned worker_;
    const int epoll_;
    Waker waker_;
    std::uint64_t adopted_ = 0;  // generation of the plan
    std::vector<Entry> entries_; // by PortId
    std::vector<PortId> active_;
    std::size_t always_active_ = 0; // how many of them have no descriptor
    std::size_t registered_ = 0;    // how many entries have one
    Nanoseconds looked_ = 0;
    PollCounters counters_;
};

} // namespace pontoon
