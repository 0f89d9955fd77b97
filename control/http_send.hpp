// Sends responses: whole ones, and those whose body comes in pieces.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/error.hpp>

#include "control/http.hpp"

namespace pontoon {

using HttpSocket = boost::beast::basic_stream<boost::asio::local::stream_protocol>;

struct HttpReply {
    HttpResponse response;
    unsigned version = 11; // as Beast counts
    bool keep_alive = true;
    bool with_body = true; // false: the request was HEAD
};

// Gives what went wrong, if something did. A client has 30 s for each piece.
[[nodiscard]] boost::asio::awaitable<boost::beast::error_code> send_whole(HttpSocket& socket, HttpReply reply);
// Until the stream is closed or the client has gone.
[[nodiscard]] boost::asio::awaitable<void> send_stream(HttpSocket& socket, HttpReply reply);

} // namespace pontoon
