#include "control/errands.hpp"

#include <net/if.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <utility>

#include "control/interface.hpp"

namespace pontoon {

namespace {

constexpr unsigned kThreads = 8;
constexpr std::chrono::microseconds kLook{250};
constexpr std::chrono::seconds kPatience{10}; // the kernel may be busy with other devices

} // namespace

Errands::Errands() {
    for (unsigned i = 0; i < kThreads; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

Errands::~Errands() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    more_.notify_all();
}

void Errands::start(Errand errand) {
    const std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
    more_.notify_one();
}

void Errands::start_after(std::chrono::milliseconds delay, Errand errand) {
    if (delay == delay.zero()) {
        start(std::move(errand));
        return;
    }
    const std::lock_guard lock(mutex_);
    later_.emplace(Clock::now() + delay, std::move(errand));
    more_.notify_one();
}

void Errands::remove(NetNs netns, const std::string& interface) {
    start([netns = std::move(netns), interface] { remove_interface(netns, interface); });
}

void Errands::remove_seen(NetNs netns, const std::string& interface) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    netns.run([&] {
        remove(NetNs::current(), interface);
        while (::if_nametoindex(interface.c_str()) != 0 && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(kLook);
        }
    });
}

Errands::Errand Errands::next() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (!errands_.empty()) {
            Errand errand = std::move(errands_.front());
            errands_.pop_front();
            return errand;
        }
        if (closed_) {
            return nullptr;
        }
        if (later_.empty()) {
            more_.wait(lock);
        } else if (later_.begin()->first <= Clock::now()) {
            Errand errand = std::move(later_.begin()->second);
            later_.erase(later_.begin());
            return errand;
        } else {
            const auto due = later_.begin()->first;
            more_.wait_until(lock, due);
        }
    }
}

void Errands::work() {
    while (Errand errand = next()) {
        try {
            errand();
        } catch (const std::exception& error) {
            spdlog::error("{}", error.what());
        }
    }
}

} // namespace pontoon
