// HTTP/1.1 on a Unix socket: one coroutine a connection, all on the thread that runs the io_context. A request has to
// be there whole in 30 s, with a head of 16 KiB and a body of 1 MiB at most; who is slow keeps nobody else waiting.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <functional>

#include "control/http.hpp"
#include "control/unique_fd.hpp"

namespace pontoon {

class HttpServer {
public:
    using Answer = std::function<boost::asio::awaitable<HttpResponse>(HttpRequest)>;

    // `listening` is a Unix stream socket that listens.
    HttpServer(boost::asio::io_context& io, UniqueFd listening, Answer answer);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Begins to accept.
    void start();
    // Accepts nobody any more; who is connected gets 503.
    void close();
    // Answers that are on their way, but streams.
    [[nodiscard]] unsigned busy() const { return busy_; }

private:
    using Socket = boost::asio::local::stream_protocol;
    struct Connection;

    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve(Socket::socket socket);
    // Answers one request; false: there is no other.
    boost::asio::awaitable<bool> serve_one(Connection& connection);

    boost::asio::io_context& io_;
    Socket::acceptor acceptor_;
    Answer answer_;
    bool closed_ = false;
    unsigned busy_ = 0;
};

} // namespace pontoon
