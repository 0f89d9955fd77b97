// The workers as threads: how they begin, sleep, wake and end.
#include <pthread.h>
#include <rte_lcore.h>
#include <rte_rcu_qsbr.h>
#include <sched.h>
#include <sys/prctl.h>

#include <chrono>
#include <cstring>
#include <stdexcept>

#include "dataplane/engine.hpp"

namespace pontoon {

namespace {

constexpr Nanoseconds kSpin = 50'000;               // of nothing, before a worker sleeps
constexpr Nanoseconds kAskEvery = 50'000;           // ports that cannot say when they have something
constexpr Nanoseconds kLookAfterHeld = 100'000'000; // packets that wait for time to pass
constexpr auto kSettleWithin = std::chrono::seconds(1);

Nanoseconds monotonic_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<Nanoseconds>(std::chrono::nanoseconds(now).count());
}

void pin(pthread_t thread, unsigned worker, unsigned cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set); // none that is out of range
    if (const int error = pthread_setaffinity_np(thread, sizeof set, &set); error != 0) {
        throw std::runtime_error("worker " + std::to_string(worker) + " cannot run on processor " +
                                 std::to_string(cpu) + ": " + std::strerror(error));
    }
}

} // namespace

bool Engine::settle() {
    const auto end = std::chrono::steady_clock::now() + kSettleWithin;
    for (reclaim(); !retired_.empty(); reclaim()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(20)); // a turn or two
    }
    return true;
}

void Engine::start(const Threads& threads) {
    if (!threads.cpus.empty() && threads.cpus.size() < workers_.size()) {
        throw std::runtime_error(std::to_string(workers_.size()) + " workers on " +
                                 std::to_string(threads.cpus.size()) + " processors: name one for each");
    }
    stopping_ = false;
    pollers_.clear();
    try {
        for (unsigned worker = 0; worker < workers_.size(); ++worker) {
            pollers_.push_back(std::make_unique<Poller>(worker));
            workers_[worker]->set_poller(pollers_.back().get());
            if (!inboxes_.empty()) {
                inboxes_[worker]->set_waker(&pollers_.back()->waker());
            }
        }
        for (unsigned worker = 0; worker < workers_.size(); ++worker) {
            spawn(worker, threads);
        }
    } catch (...) {
        stop();
        throw;
    }
}

void Engine::spawn(unsigned worker, const Threads& threads) {
    rte_rcu_qsbr_thread_online(qsbr_.get(), worker);
    threads_.emplace_back([this, worker, threads] { run(worker, threads); });
    const pthread_t thread = threads_.back().native_handle();
    pthread_setname_np(thread, ("worker-" + std::to_string(worker)).c_str());
    if (!threads.cpus.empty()) {
        pin(thread, worker, threads.cpus[worker]);
    }
}

void Engine::stop() {
    stopping_ = true;
    wake_all();
    threads_.clear();
    for (unsigned worker = 0; worker < workers_.size(); ++worker) {
        rte_rcu_qsbr_thread_offline(qsbr_.get(), worker);
        workers_[worker]->set_poller(nullptr);
        if (!inboxes_.empty()) {
            inboxes_[worker]->set_waker(nullptr);
        }
    }
    reclaim();
}

void Engine::wake_all() {
    for (const auto& poller : pollers_) {
        poller->waker().wake();
    }
}

void Engine::run(unsigned worker, const Threads& threads) {
    const bool registered = rte_thread_register() == 0; // gives the thread its own mbuf cache
    prctl(PR_SET_TIMERSLACK, 1UL);                      // else kAskEvery is twice as long
    Nanoseconds idle_since = 0;                         // 0: it is not
    while (!stopping_.load(std::memory_order_relaxed)) {
        const Nanoseconds now = monotonic_now();
        const bool busy = workers_[worker]->turn(now);
        rte_rcu_qsbr_quiescent(qsbr_.get(), worker);
        if (busy) {
            idle_since = 0;
        } else if (idle_since == 0) {
            idle_since = now;
        } else if (threads.sleeps && now - idle_since >= kSpin) {
            sleep(worker, threads.longest_sleep);
        }
    }
    if (registered) {
        rte_thread_unregister();
    }
}

// Until there is something to do. What was found to be nothing once is nothing until the next event, so that after a
// sleep in vain the next one follows at once.
void Engine::sleep(unsigned worker, Nanoseconds longest) {
    if (!workers_[worker]->is_current()) {
        return; // the poller still knows ports that may be there no longer
    }
    Poller& poller = *pollers_[worker];
    poller.rest();
    poller.waker().announce();
    if (workers_[worker]->is_current() && !stopping_.load(std::memory_order_relaxed)) {
        Nanoseconds most = workers_[worker]->router().packets_held() != 0 ? kLookAfterHeld : longest;
        if (poller.must_ask()) {
            most = kAskEvery;
        }
        rte_rcu_qsbr_thread_offline(qsbr_.get(), worker); // nobody waits for who sleeps
        poller.wait(most);
        rte_rcu_qsbr_thread_online(qsbr_.get(), worker);
    }
    poller.waker().rise();
}

PollStats Engine::polling(unsigned worker) const {
    const PollCounters& counters = pollers_[worker]->counters();
    return {counters.turns.read(), counters.looks.read(), counters.sleeps.read()};
}

} // namespace pontoon
