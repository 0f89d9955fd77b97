// The daemon at work: what wakes it up.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "control/daemon.hpp"
#include "control/notify.hpp"
#include "control/undo.hpp"
#include "control/uplink_state.hpp"

namespace pontoon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kLookAfterPorts{1};
constexpr std::chrono::milliseconds kDrainStep{10};
constexpr int kDrainSteps = 100;

// A coroutine that ends by an exception ends the daemon.
void report(const std::exception_ptr& error) {
    if (error) {
        std::rethrow_exception(error);
    }
}

} // namespace

void Daemon::run() {
    asio::co_spawn(io_, wait_for_signal(), report);
    asio::co_spawn(io_, follow_kernel(), report);
    asio::co_spawn(io_, look_after_ports(), report);
    server_->start();
    notify("READY=1");
    spdlog::info("ready: {}", options_.socket.string());
    io_.run();
}

asio::awaitable<void> Daemon::wait_for_signal() {
    const int signal = co_await signals_.async_wait(asio::use_awaitable);
    leaves_interfaces_ = options_.keep_interfaces && signal == SIGTERM;
    spdlog::info("going down");
    notify("STOPPING=1");
    server_->close();
    for (int step = 0; step < kDrainSteps && server_->busy() != 0; ++step) {
        asio::steady_timer pause(io_, kDrainStep);
        co_await pause.async_wait(asio::use_awaitable);
    }
    io_.stop();
}

asio::awaitable<void> Daemon::follow_kernel() {
    asio::posix::stream_descriptor news(io_, ::dup(watch_.fd()));
    for (;;) {
        co_await news.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
        if (watch_.read()) {
            follow(watch_.state());
        }
    }
}

void Daemon::follow(const InterfaceState& state) {
    if (uplink_ && state.index == 0) {
        lose_uplink("it has been deleted");
        return;
    }
    const auto uplink = uplink_ ? uplink_of(state) : desired_.uplink;
    if (state.host_addresses == desired_.host_addresses && !is_news(desired_.uplink, uplink)) {
        return;
    }
    try {
        if (uplink) {
            check_apart(*uplink, desired_.networks);
        }
        change_uplink(uplink, state.host_addresses);
        spdlog::info("the uplink or the host's addresses have changed");
    } catch (const std::exception& error) {
        spdlog::error("the uplink or the host's addresses have changed, and the switch has not followed: {}",
                      error.what());
    }
}

void Daemon::change_uplink(const std::optional<Uplink>& uplink, const std::vector<Ipv4>& host_addresses) {
    Undo undo;
    undo.later([this, before = desired_.uplink, addresses = desired_.host_addresses] {
        desired_.uplink = before;
        desired_.host_addresses = addresses;
    });
    desired_.uplink = uplink;
    desired_.host_addresses = host_addresses;
    host_.publish(desired_, {});
    undo.keep();
}

void Daemon::lose_uplink(const std::string& why) {
    spdlog::error("the uplink {} is lost: {}; going on without", options_.uplink, why);
    uplink_ = false;
    try {
        host_.lose_uplink();
        change_uplink(std::nullopt, watch_.state().host_addresses);
    } catch (const std::exception& error) {
        spdlog::error("the uplink {}: {}", options_.uplink, error.what());
    }
}

asio::awaitable<void> Daemon::look_after_ports() {
    asio::steady_timer timer(io_);
    for (;;) {
        timer.expires_after(kLookAfterPorts);
        co_await timer.async_wait(asio::use_awaitable);
        for (const auto& port : host_.failed()) {
            look_after(port);
        }
        containers_->lose_gone();
    }
}

// The device of a port has gone: somebody removed it, or its namespace.
void Daemon::look_after(const std::string& port) {
    if (desired_.attachments.contains(port)) {
        containers_->lose(port, "its interface or the container's namespace has gone");
        return;
    }
    if (port == kUplinkName && uplink_) {
        lose_uplink("its device has gone");
        return;
    }
    spdlog::error("the device of {} has gone; going on without", port);
    try {
        host_.withdraw(desired_, {port}, {});
    } catch (const std::exception& error) {
        spdlog::error("{}: {}", port, error.what());
    }
}

} // namespace pontoon
