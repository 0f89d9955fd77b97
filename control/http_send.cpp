#include "control/http_send.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "control/http_message.hpp"

namespace pontoon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::chrono::seconds kPatienceForPiece{30};

// Wakes `news` when the client says anything or goes: it has nothing to say any more.
void watch_for_end(HttpSocket& socket, const std::shared_ptr<asio::steady_timer>& news,
                   const std::shared_ptr<bool>& gone) {
    socket.socket().async_wait(asio::local::stream_protocol::socket::wait_read, [news, gone](const beast::error_code&) {
        *gone = true;
        news->cancel();
    });
}

asio::awaitable<beast::error_code> send_piece(HttpSocket& socket, const std::string& piece) {
    beast::error_code error;
    socket.expires_after(kPatienceForPiece);
    co_await asio::async_write(socket, http::make_chunk(asio::buffer(piece)),
                               asio::redirect_error(asio::use_awaitable, error));
    socket.expires_never();
    co_return error;
}

} // namespace

asio::awaitable<beast::error_code> send_whole(HttpSocket& socket, HttpReply reply) {
    auto message = to_head(reply.response, reply.version, reply.keep_alive);
    if (reply.response.status != 204) { // which has no body, and says nothing of its length
        message.content_length(reply.response.body.size());
    }
    if (reply.with_body) {
        message.body() = std::move(reply.response.body);
    }
    beast::error_code error;
    http::serializer<false, http::string_body> serializer(message);
    socket.expires_after(kPatienceForPiece);
    if (reply.with_body) {
        co_await http::async_write(socket, serializer, asio::redirect_error(asio::use_awaitable, error));
    } else {
        co_await http::async_write_header(socket, serializer, asio::redirect_error(asio::use_awaitable, error));
    }
    co_return error;
}

asio::awaitable<void> send_stream(HttpSocket& socket, HttpReply reply) {
    auto message = to_head(reply.response, reply.version, false);
    message.chunked(true);
    const auto stream = reply.response.stream;
    const auto news = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
    const auto gone = std::make_shared<bool>(false);
    beast::error_code error;
    http::serializer<false, http::string_body> serializer(message);
    socket.expires_after(kPatienceForPiece);
    co_await http::async_write_header(socket, serializer, asio::redirect_error(asio::use_awaitable, error));
    socket.expires_never();
    if (error || !reply.with_body) {
        co_return;
    }
    stream->on_news([news] { news->cancel(); });
    watch_for_end(socket, news, gone);
    for (std::string piece = reply.response.body + stream->take(); !error; piece = stream->take()) {
        if (!piece.empty()) {
            error = co_await send_piece(socket, piece);
        } else if (stream->is_closed() || *gone) {
            break;
        } else {
            beast::error_code woken;
            news->expires_at(asio::steady_timer::time_point::max());
            co_await news->async_wait(asio::redirect_error(asio::use_awaitable, woken));
        }
    }
    stream->on_news({});
    if (!error && !*gone) {
        co_await asio::async_write(socket, http::make_chunk_last(), asio::redirect_error(asio::use_awaitable, error));
    }
}

} // namespace pontoon
