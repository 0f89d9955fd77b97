#include "control/dns/exchange.hpp"

#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "control/dns/deadline.hpp"
#include "control/netns.hpp"

namespace pontoon {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::uint16_t random_id() {
    std::uint16_t id = 0;
    if (::getrandom(&id, sizeof id, 0) != sizeof id) {
        throw std::runtime_error("no random numbers");
    }
    return id;
}

UniqueFd new_socket(int family, int type) {
    UniqueFd fd(::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
        throw std::runtime_error(std::string("cannot make a socket: ") + std::strerror(errno));
    }
    return fd;
}

// The namespace may have gone, and its name may lead to another one now.
UniqueFd new_socket_from(const std::optional<Place>& place, int family, int type) {
    if (!place) {
        return new_socket(family, type);
    }
    const auto netns = NetNs::open(place->file());
    if (netns.id() != place->id) {
        throw std::runtime_error("the container's namespace has gone");
    }
    return netns.run([&] { return new_socket(family, type); });
}

template <typename Protocol>
typename Protocol::socket connected_later(const asio::any_io_executor& executor, const Upstream& upstream) {
    const auto protocol = upstream.address.is_v6() ? Protocol::v6() : Protocol::v4();
    UniqueFd fd = new_socket_from(upstream.from, protocol.family(), protocol.type());
    typename Protocol::socket socket(executor);
    socket.assign(protocol, fd.release());
    return socket;
}

asio::awaitable<std::optional<DnsBytes>> by_udp(asio::ip::udp::socket& socket, const Upstream& upstream,
                                                const DnsBytes& query, std::size_t question_end) {
    error_code error;
    socket.non_blocking(true, error);
    if (!error) {
        socket.connect({upstream.address, upstream.port}, error); // the kernel chooses a random port
    }
    if (!error) {
        socket.send(asio::buffer(query), 0, error);
    }
    while (!error) {
        co_await socket.async_wait(asio::ip::udp::socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
        thread_local std::array<std::uint8_t, 65535> room; // many questions wait, and none holds it meanwhile
        const auto size = error ? 0 : socket.receive(asio::buffer(room), 0, error);
        const auto reply = DnsView(room).first(size);
        if (!error && is_reply_to(reply, query, question_end)) {
            co_return DnsBytes(reply.begin(), reply.end());
        }
        if (error == asio::error::would_block) {
            error.clear();
        }
    }
    co_return std::nullopt;
}

asio::awaitable<std::optional<DnsBytes>> by_tcp(asio::ip::tcp::socket& socket, const Upstream& upstream,
                                                const DnsBytes& query, std::size_t question_end) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const asio::ip::tcp::endpoint server(upstream.address, upstream.port);
    co_await socket.async_connect(server, token);
    DnsBytes sent{static_cast<std::uint8_t>(query.size() >> 8), static_cast<std::uint8_t>(query.size())};
    sent.insert(sent.end(), query.begin(), query.end());
    if (!error) {
        co_await asio::async_write(socket, asio::buffer(sent), token);
    }
    DnsBytes reply(2);
    if (!error) {
        co_await asio::async_read(socket, asio::buffer(reply), token);
    }
    if (!error) {
        reply.resize(std::size_t{reply[0]} << 8 | reply[1]);
        co_await asio::async_read(socket, asio::buffer(reply), token);
    }
    if (error || !is_reply_to(reply, query, question_end)) {
        co_return std::nullopt;
    }
    co_return reply;
}

} // namespace

asio::awaitable<std::optional<DnsBytes>> exchange(Upstream upstream, DnsBytes query, std::size_t question_end,
                                                  bool stream, std::chrono::milliseconds patience) {
    const auto id = id_of(query);
    set_id(query, random_id());
    const auto executor = co_await asio::this_coro::executor;
    std::optional<DnsBytes> reply;
    if (stream) {
        auto socket = connected_later<asio::ip::tcp>(executor, upstream);
        const Deadline deadline(socket, patience);
        reply = co_await by_tcp(socket, upstream, query, question_end);
    } else {
        auto socket = connected_later<asio::ip::udp>(executor, upstream);
        const Deadline deadline(socket, patience);
        reply = co_await by_udp(socket, upstream, query, question_end);
    }
    if (reply) {
        set_id(*reply, id);
    }
    co_return reply;
}

} // namespace pontoon
