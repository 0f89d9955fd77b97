// Ends what is waited for on a socket when it has taken too long: the socket is closed.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace pontoon {

template <typename Socket>
class Deadline {
public:
    // `socket` lives longer than this.
    Deadline(Socket& socket, std::chrono::milliseconds patience)
        : timer_(socket.get_executor(), patience), socket_(std::make_shared<Socket*>(&socket)) {
        start();
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() = default;

    void put_off(std::chrono::milliseconds patience) {
        timer_.expires_after(patience); // which cancels the wait
        start();
    }

private:
    // The wait may end after this object: then there is no socket any more.
    void start() {
        timer_.async_wait([held = std::weak_ptr<Socket*>(socket_)](const boost::system::error_code& error) {
            const auto socket = error ? nullptr : held.lock();
            if (socket) {
                boost::system::error_code ignored;
                (*socket)->close(ignored);
            }
        });
    }

    boost::asio::steady_timer timer_;
    std::shared_ptr<Socket*> socket_;
};

} // namespace pontoon
