// Watches the first processes of running containers: when one ends and nobody says so within two seconds, the container
// has exited with what who ran it wrote, or as one that was killed.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <string>

#include "control/model/containers.hpp"
#include "control/model/events.hpp"

namespace pontoon {

class ProcessWatch {
public:
    // Containers that begin from now on, and with `watch_all` those that run already.
    ProcessWatch(boost::asio::io_context& io, Containers& containers, Events& events);
    ProcessWatch(const ProcessWatch&) = delete;
    ProcessWatch& operator=(const ProcessWatch&) = delete;

    void watch_all();

private:
    boost::asio::awaitable<void> watch(std::string id, pid_t pid, std::uint64_t start);
    void begin(const std::string& id);

    boost::asio::io_context& io_;
    Containers& containers_;
    Events::Subscription subscription_;
};

} // namespace pontoon
