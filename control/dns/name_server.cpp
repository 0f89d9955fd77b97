#include "control/dns/name_server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <thread>
#include <utility>

#include "control/dns/resolver.hpp"
#include "control/dns/tcp_server.hpp"
#include "control/dns/udp_server.hpp"
#include "control/netns.hpp"

namespace pontoon {

namespace asio = boost::asio;

// In an order in which what is used lives longer than its users: the io_context ends all coroutines.
struct NameServer::Parts {
    Parts(const Names& names, const Settings& settings)
        : host(settings.host), forwarder(names, host, settings.forward) {}

    HostServers host;
    Forwarder forwarder;
    asio::io_context io{1};
    std::jthread thread;
};

namespace {

void run(asio::io_context& io) {
    try {
        io.run();
    } catch (const std::exception& error) {
        spdlog::error("names are not answered any more: {}", error.what());
    }
}

} // namespace

NameServer::NameServer(const Names& names, UniqueFd udp, UniqueFd listener, Settings settings)
    : parts_(std::make_unique<Parts>(names, settings)) {
    const Resolver resolver{.names = names, .host = parts_->host, .forwarder = parts_->forwarder};
    const auto report = [](const std::exception_ptr& error) {
        if (error) {
            std::rethrow_exception(error);
        }
    };
    asio::co_spawn(parts_->io, serve_udp(std::move(udp), resolver), report);
    const TcpLimits limits{
        .connections = settings.connections, .of_one = settings.connections_of_one, .idle = settings.idle};
    asio::co_spawn(parts_->io, serve_tcp(std::move(listener), resolver, limits), report);
    parts_->thread = std::jthread([&io = parts_->io] { run(io); });
}

NameServer::~NameServer() {
    parts_->io.stop();
    parts_->thread.join();
}

} // namespace pontoon
