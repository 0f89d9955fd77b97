#include "control/dns/tcp_server.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <memory>
#include <optional>

#include "control/dns/deadline.hpp"

namespace pontoon {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kPause{100}; // after an accept that failed: descriptors may come free

// How many connections there are, by address.
struct Open {
    std::map<Ipv4, std::size_t> of;
    std::size_t all = 0;
};

class Counted { // counts one
public:
    Counted(std::shared_ptr<Open> open, Ipv4 from) : open_(std::move(open)), from_(from) {
        ++open_->all;
        ++open_->of[from_];
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() {
        --open_->all;
        if (--open_->of[from_] == 0) {
            open_->of.erase(from_);
        }
    }

private:
    std::shared_ptr<Open> open_;
    Ipv4 from_;
};

// The answer to one message; empty: it deserves none, and the connection ends.
asio::awaitable<DnsBytes> answer(Resolver resolver, Ipv4 from, DnsBytes message) {
    auto decision = resolver.decide(from, message, true);
    if (decision.what == DnsDecision::What::forward) {
        co_return co_await resolver.forwarder.ask(from, std::move(message), std::move(decision.question), true);
    }
    co_return std::move(decision.reply);
}

// Nothing: the connection has ended, or said nothing for too long.
asio::awaitable<std::optional<DnsBytes>> read_message(tcp::socket& socket, TcpLimits limits) {
    error_code error;
    std::array<std::uint8_t, 2> length{};
    DnsBytes message;
    const Deadline deadline(socket, limits.idle);
    co_await asio::async_read(socket, asio::buffer(length), asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
        message.resize(std::size_t{length[0]} << 8 | length[1]);
        co_await asio::async_read(socket, asio::buffer(message), asio::redirect_error(asio::use_awaitable, error));
    }
    co_return error ? std::nullopt : std::optional(std::move(message));
}

// False: the connection has ended.
asio::awaitable<bool> write_message(tcp::socket& socket, TcpLimits limits, DnsBytes message) {
    error_code error;
    const std::array<std::uint8_t, 2> size{static_cast<std::uint8_t>(message.size() >> 8),
                                           static_cast<std::uint8_t>(message.size())};
    message.insert(message.begin(), size.begin(), size.end());
    const Deadline deadline(socket, limits.idle);
    co_await asio::async_write(socket, asio::buffer(message), asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
}

asio::awaitable<void> talk(tcp::socket& socket, Ipv4 from, Resolver resolver, TcpLimits limits) {
    for (;;) {
        auto message = co_await read_message(socket, limits);
        if (!message) {
            co_return;
        }
        auto reply = co_await answer(resolver, from, std::move(*message));
        if (reply.empty()) {
            co_return;
        }
        const bool is_there = co_await write_message(socket, limits, std::move(reply));
        if (!is_there) {
            co_return;
        }
    }
}

asio::awaitable<void> serve_one(tcp::socket socket, std::shared_ptr<Open> open, Ipv4 from, Resolver resolver,
                                TcpLimits limits) {
    const Counted place(std::move(open), from);
    try {
        co_await talk(socket, from, resolver, limits);
    } catch (const std::exception& error) {
        spdlog::debug("a connection for names: {}", error.what());
    }
}

} // namespace

asio::awaitable<void> serve_tcp(UniqueFd listener, Resolver resolver, TcpLimits limits) {
    const auto executor = co_await asio::this_coro::executor;
    tcp::acceptor acceptor(executor);
    acceptor.assign(tcp::v4(), listener.release());
    const auto open = std::make_shared<Open>();
    for (;;) {
        error_code error;
        auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            asio::steady_timer pause(executor, kPause);
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        const auto peer = socket.remote_endpoint(error);
        if (error) {
            continue; // it has gone already
        }
        const Ipv4 from{be32{peer.address().to_v4().to_uint()}};
        const auto found = open->of.find(from);
        if (open->all < limits.connections && (found == open->of.end() || found->second < limits.of_one)) {
            asio::co_spawn(executor, serve_one(std::move(socket), open, from, resolver, limits), asio::detached);
        }
    }
}

} // namespace pontoon
