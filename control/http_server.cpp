#include "control/http_server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <utility>

namespace pontoon {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Stream = beast::basic_stream<asio::local::stream_protocol>;
using Parser = http::request_parser<http::string_body>;

constexpr std::uint32_t kMostHead = 16 << 10;
constexpr std::uint64_t kMostBody = 1 << 20;
constexpr std::chrono::seconds kPatience{30};

HttpRequest to_request(const http::request<http::string_body>& message) {
    const std::string target(message.target());
    const auto question = target.find('?');
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.path = target.substr(0, question);
    request.query = question == std::string::npos ? std::string() : target.substr(question + 1);
    request.body = message.body();
    return request;
}

http::response<http::string_body> to_message(HttpResponse response, unsigned version, bool keep_alive) {
    http::response<http::string_body> message(static_cast<http::status>(response.status), version);
    message.set(http::field::server, "pontoon/" PONTOON_VERSION);
    if (response.status != 204) {
        message.set(http::field::content_type, response.type);
    }
    if (!response.allow.empty()) {
        message.set(http::field::allow, response.allow);
    }
    message.keep_alive(keep_alive);
    message.body() = std::move(response.body);
    if (response.status != 204) { // which has no body, and says nothing of its length
        message.prepare_payload();
    }
    return message;
}

// What a request that cannot be read gets, or 0 for nothing: there is nobody to tell.
unsigned status_of(const beast::error_code& error) {
    if (error == http::error::body_limit) {
        return 413;
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return 431;
    }
    const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
    return error.category() == make_error_code(http::error::bad_version).category() && !gone ? 400 : 0;
}

} // namespace

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
    Stream stream(std::move(socket));
    beast::flat_buffer buffer(kMostHead + kMostBody);
    for (bool keep_alive = true; keep_alive;) {
        Parser parser;
        parser.header_limit(kMostHead);
        parser.body_limit(kMostBody);
        beast::error_code error;
        stream.expires_after(kPatience);
        co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
        const unsigned status = error ? status_of(error) : 200;
        if (status == 0) {
            co_return;
        }
        ++busy_;
        auto response = error ? HttpResponse::error(status, "bad request: " + error.message())
                              : response_to(to_request(parser.get()));
        keep_alive = !error && !closed_ && parser.get().keep_alive();
        auto message = to_message(std::move(response), error ? 11 : parser.get().version(), keep_alive);
        stream.expires_after(kPatience);
        co_await http::async_write(stream, message, asio::redirect_error(asio::use_awaitable, error));
        --busy_;
        keep_alive = keep_alive && !error;
    }
    beast::error_code ignored;
    stream.socket().shutdown(Socket::socket::shutdown_send, ignored);
}

HttpResponse HttpServer::response_to(HttpRequest request) {
    return closed_ ? HttpResponse::error(503, "the daemon is going down") : answer_(std::move(request));
}

} // namespace pontoon
