#include "control/http_server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

#include "control/http_message.hpp"
#include "control/http_send.hpp"

// gcc 12 takes the two allocation functions of a coroutine's frame for strangers.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace pontoon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t kMostHead = 16 << 10;
constexpr std::uint64_t kMostBody = 1 << 20;
constexpr std::chrono::seconds kPatience{30};

// Counts as long as it lives.
class Counted {
public:
    explicit Counted(unsigned& count) : count_(count) { ++count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --count_; }

private:
    unsigned& count_;
};

} // namespace

struct HttpServer::Connection {
    HttpSocket stream;
    beast::flat_buffer buffer{kMostHead + kMostBody};
};

HttpServer::HttpServer(asio::io_context& io, UniqueFd listening, Answer answer)
    : io_(io), acceptor_(io, Socket(), listening.get()), answer_(std::move(answer)) {
    (void)listening.release();
}

void HttpServer::start() {
    asio::co_spawn(io_, accept(), asio::detached);
}

void HttpServer::close() {
    closed_ = true;
    acceptor_.close();
}

asio::awaitable<void> HttpServer::accept() {
    while (!closed_) {
        boost::system::error_code error;
        auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
        } else if (!closed_) { // out of descriptors: somebody will go
            spdlog::warn("accepting a connection: {}", error.message());
            asio::steady_timer pause(io_, std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
}

asio::awaitable<void> HttpServer::serve(Socket::socket socket) {
    Connection connection{HttpSocket(std::move(socket))};
    for (bool more = true; more;) {
        more = co_await serve_one(connection);
    }
    beast::error_code ignored;
    connection.stream.socket().shutdown(Socket::socket::shutdown_send, ignored);
}

asio::awaitable<bool> HttpServer::serve_one(Connection& connection) {
    HttpParser parser;
    parser.header_limit(kMostHead);
    parser.body_limit(kMostBody);
    beast::error_code error;
    connection.stream.expires_after(kPatience);
    co_await http::async_read(connection.stream, connection.buffer, parser,
                              asio::redirect_error(asio::use_awaitable, error));
    const unsigned status = error ? status_of(error) : 200;
    if (status == 0) {
        co_return false;
    }
    HttpReply reply;
    {
        const Counted counted(busy_);
        connection.stream.expires_never(); // an answer takes as long as it takes
        if (error) {
            reply.response = HttpResponse::error(status, "bad request: " + error.message());
        } else {
            std::string refusal;
            auto request = to_request(parser.get(), refusal);
            reply.with_body = request.method != "HEAD";
            if (closed_) { // not in one expression: gcc 12 destroys twice what co_await gives in a condition
                reply.response = HttpResponse::error(503, "the daemon is going down");
            } else if (!refusal.empty()) {
                reply.response = HttpResponse::error(400, refusal);
            } else {
                reply.response = co_await answer_(std::move(request));
            }
            reply.version = parser.get().version();
        }
        reply.keep_alive = !error && !closed_ && parser.get().keep_alive();
        if (!reply.response.stream) {
            const bool keep_alive = reply.keep_alive;
            error = co_await send_whole(connection.stream, std::move(reply));
            co_return keep_alive && !error;
        }
    }
    co_await send_stream(connection.stream, std::move(reply));
    co_return false;
}

} // namespace pontoon
