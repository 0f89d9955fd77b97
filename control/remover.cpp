#include "control/remover.hpp"

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
constexpr std::chrono::seconds kPatience{1};

} // namespace

Remover::Remover() {
    for (unsigned i = 0; i < kThreads; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

Remover::~Remover() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    more_.notify_all();
}

void Remover::start(NetNs netns, std::string interface) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({std::move(netns), std::move(interface)});
    more_.notify_one();
}

void Remover::remove(NetNs netns, const std::string& interface) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    netns.run([&] {
        start(NetNs::current(), interface);
        while (::if_nametoindex(interface.c_str()) != 0 && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(kLook);
        }
    });
}

void Remover::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        more_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
        if (tasks_.empty()) {
            return;
        }
        const Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        try {
            remove_interface(task.netns, task.interface);
        } catch (const std::exception& error) {
            spdlog::error("{}", error.what());
        }
    }
}

} // namespace pontoon
