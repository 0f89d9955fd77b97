#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <set>
#include <vector>

#include "control/proxy_endpoint.hpp"
#include "control/proxy_listener.hpp"

namespace pontoon {
namespace {

using boost::asio::awaitable;
using boost::asio::detached;
using boost::asio::use_awaitable;
using boost::asio::ip::tcp;

constexpr std::size_t kBytesAtOnce = 64 * 1024;

struct Connection {
    tcp::socket client;
    tcp::socket container;
    int directions = 2; // that still carry

    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        container.close(ignored);
    }
};

// Until `from` has said all; then `to` hears that there is no more.
awaitable<void> copy(Connection& connection, tcp::socket& from, tcp::socket& to) {
    std::vector<char> buffer(kBytesAtOnce);
    boost::system::error_code error;
    while (true) {
        const auto size = co_await from.async_read_some(boost::asio::buffer(buffer),
                                                        boost::asio::redirect_error(use_awaitable, error));
        if (error) {
            break;
        }
        co_await boost::asio::async_write(to, boost::asio::buffer(buffer, size),
                                          boost::asio::redirect_error(use_awaitable, error));
        if (error) {
            connection.close();
            co_return;
        }
    }
    if (error == boost::asio::error::eof) {
        to.shutdown(tcp::socket::shutdown_send, error);
    } else {
        connection.close();
    }
}

class TcpListener : public ProxyListener, public std::enable_shared_from_this<TcpListener> {
public:
    TcpListener(boost::asio::io_context& context, const ProxyPort& port, const ProxyTarget& target)
        : acceptor_(context), pause_(context), target_(endpoint_of<tcp::endpoint>(target)) {
        const auto where = endpoint_of<tcp::endpoint>(port);
        acceptor_.open(where.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true)); // of connections that have ended
        acceptor_.set_option(FreeBind(true));
        acceptor_.bind(where);
        acceptor_.listen();
    }

    void start() {
        co_spawn(acceptor_.get_executor(), [self = shared_from_this()] { return self->accept(); }, detached);
    }

    void stop() override {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        for (const auto& connection : connections_) {
            connection->close();
        }
    }

private:
    awaitable<void> accept() {
        while (acceptor_.is_open()) {
            boost::system::error_code error;
            auto client = co_await acceptor_.async_accept(boost::asio::redirect_error(use_awaitable, error));
            if (!error) {
                co_spawn(
                    acceptor_.get_executor(),
                    [self = shared_from_this(), socket = std::move(client)]() mutable {
                        return self->serve(std::move(socket));
                    },
                    detached);
            } else if (acceptor_.is_open()) { // out of descriptors
                pause_.expires_after(std::chrono::milliseconds(100));
                co_await pause_.async_wait(boost::asio::redirect_error(use_awaitable, error));
            }
        }
    }

    awaitable<void> serve(tcp::socket client) {
        if (!acceptor_.is_open()) {
            co_return;
        }
        const auto executor = client.get_executor();
        const auto connection = std::make_shared<Connection>(Connection{std::move(client), tcp::socket(executor)});
        connections_.insert(connection);
        boost::system::error_code error;
        co_await connection->container.async_connect(target_, boost::asio::redirect_error(use_awaitable, error));
        if (error || !acceptor_.is_open()) {
            connection->close();
            connections_.erase(connection);
            co_return;
        }
        connection->client.set_option(tcp::no_delay(true), error);
        connection->container.set_option(tcp::no_delay(true), error);
        co_spawn(executor, carry(shared_from_this(), connection, connection->container, connection->client), detached);
        co_await carry(shared_from_this(), connection, connection->client, connection->container);
    }

    static awaitable<void> carry(std::shared_ptr<TcpListener> self, std::shared_ptr<Connection> connection,
                                 tcp::socket& from, tcp::socket& to) {
        co_await copy(*connection, from, to);
        if (--connection->directions == 0) {
            self->connections_.erase(connection);
        }
    }

    tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    tcp::endpoint target_;
    std::set<std::shared_ptr<Connection>> connections_;
};

} // namespace

std::shared_ptr<ProxyListener> listen_tcp(boost::asio::io_context& context, const ProxyPort& port,
                                          const ProxyTarget& target) {
    auto listener = std::make_shared<TcpListener>(context, port, target);
    listener->start();
    return listener;
}

} // namespace pontoon
