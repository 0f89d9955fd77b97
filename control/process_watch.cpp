#include "control/process_watch.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "control/process.hpp"

namespace pontoon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kPatience{2};

} // namespace

ProcessWatch::ProcessWatch(asio::io_context& io, Containers& containers, Events& events)
    : io_(io), containers_(containers), subscription_(events.subscribe([this](const Event& event) {
          if (event.type == "container" && event.action == "start") {
              begin(event.id);
          }
      })) {}

void ProcessWatch::watch_all() {
    for (const auto& [id, container] : containers_.state().containers.all()) {
        begin(id);
    }
}

void ProcessWatch::begin(const std::string& id) {
    const auto* container = containers_.state().containers.by_id(id);
    if (container != nullptr && container->is_running() && !container->foreign) {
        asio::co_spawn(io_, watch(id, static_cast<pid_t>(container->pid), container->pid_start), asio::detached);
    }
}

asio::awaitable<void> ProcessWatch::watch(std::string id, pid_t pid, std::uint64_t start) {
    try {
        if (auto process = open_process(pid, start)) {
            asio::posix::stream_descriptor end(io_, process.release());
            co_await end.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
        }
        asio::steady_timer patience(io_, kPatience);
        co_await patience.async_wait(asio::use_awaitable);
        const auto* container = containers_.state().containers.by_id(id);
        if (container != nullptr && container->is_running() && container->pid == pid && container->pid_start == start) {
            containers_.exited(id, pid, containers_.exit_code_in_file(*container));
        }
    } catch (const std::exception& error) {
        spdlog::error("container {}: {}", id, error.what());
    }
}

} // namespace pontoon
