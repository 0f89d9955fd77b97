#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <chrono>
#include <map>

#include "control/proxy_endpoint.hpp"
#include "control/proxy_listener.hpp"

namespace pontoon {
namespace {

using boost::asio::awaitable;
using boost::asio::detached;
using boost::asio::use_awaitable;
using boost::asio::ip::udp;

constexpr std::chrono::seconds kIdle{90}; // Docker's UDPConnTrackTimeout
constexpr std::size_t kMaxClients = 1024;
constexpr std::size_t kMaxDatagram = 65536;

// A client's own socket towards the container, so that answers say whom they are for.
struct Client {
    udp::socket container;
    boost::asio::steady_timer idle;

    void close() {
        boost::system::error_code ignored;
        container.close(ignored);
        idle.cancel();
    }
};

class UdpListener : public ProxyListener, public std::enable_shared_from_this<UdpListener> {
public:
    UdpListener(boost::asio::io_context& context, const ProxyPort& port, const ProxyTarget& target)
        : socket_(context), target_(endpoint_of<udp::endpoint>(target)) {
        const auto where = endpoint_of<udp::endpoint>(port);
        socket_.open(where.protocol());
        socket_.set_option(FreeBind(true));
        socket_.bind(where);
        socket_.non_blocking(true);
    }

    void start() {
        co_spawn(socket_.get_executor(), [self = shared_from_this()] { return self->receive(); }, detached);
    }

    void stop() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
        for (const auto& [from, client] : clients_) {
            client->close();
        }
    }

private:
    awaitable<void> receive() {
        std::vector<char> buffer(kMaxDatagram);
        while (socket_.is_open()) {
            udp::endpoint from;
            boost::system::error_code error;
            const auto size = co_await socket_.async_receive_from(boost::asio::buffer(buffer), from,
                                                                  boost::asio::redirect_error(use_awaitable, error));
            const auto client = error ? nullptr : client_of(from);
            if (client) {
                client->container.send(boost::asio::buffer(buffer, size), 0, error); // what does not fit is lost
                client->idle.expires_after(kIdle);
            }
        }
    }

    // Null where there is no room for another.
    std::shared_ptr<Client> client_of(const udp::endpoint& from) {
        if (const auto found = clients_.find(from); found != clients_.end()) {
            return found->second;
        }
        if (clients_.size() >= kMaxClients) {
            return nullptr;
        }
        const auto executor = socket_.get_executor();
        auto client =
            std::make_shared<Client>(Client{udp::socket(executor), boost::asio::steady_timer(executor, kIdle)});
        boost::system::error_code error;
        client->container.connect(target_, error); // which opens it
        if (error) {
            return nullptr;
        }
        client->container.non_blocking(true, error);
        clients_.emplace(from, client);
        co_spawn(executor, answer(shared_from_this(), client, from), detached);
        co_spawn(executor, expire(shared_from_this(), client, from), detached);
        return client;
    }

    static awaitable<void> answer(std::shared_ptr<UdpListener> self, std::shared_ptr<Client> client,
                                  udp::endpoint from) {
        std::vector<char> buffer(kMaxDatagram);
        while (client->container.is_open()) {
            boost::system::error_code error;
            const auto size = co_await client->container.async_receive(
                boost::asio::buffer(buffer), boost::asio::redirect_error(use_awaitable, error));
            if (!error) { // an error says that the container refused one datagram
                self->socket_.send_to(boost::asio::buffer(buffer, size), from, 0, error);
                client->idle.expires_after(kIdle);
            }
        }
    }

    // A timer that is set anew wakes who waits for it.
    static awaitable<void> expire(std::shared_ptr<UdpListener> self, std::shared_ptr<Client> client,
                                  udp::endpoint from) {
        boost::system::error_code error;
        while (client->container.is_open() && client->idle.expiry() > std::chrono::steady_clock::now()) {
            co_await client->idle.async_wait(boost::asio::redirect_error(use_awaitable, error));
        }
        client->close();
        self->clients_.erase(from);
    }

    udp::socket socket_;
    udp::endpoint target_;
    std::map<udp::endpoint, std::shared_ptr<Client>> clients_;
};

} // namespace

std::shared_ptr<ProxyListener> listen_udp(boost::asio::io_context& context, const ProxyPort& port,
                                          const ProxyTarget& target) {
    auto listener = std::make_shared<UdpListener>(context, port, target);
    listener->start();
    return listener;
}

} // namespace pontoon
