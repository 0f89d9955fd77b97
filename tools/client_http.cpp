#include "tools/client_http.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>
#include <stdexcept>

namespace pontoon {

namespace asio = boost::asio;
namespace http = boost::beast::http;

Reply ask_daemon(const std::string& socket, const std::string& method, const std::string& target,
                 const std::string& body) {
    try {
        asio::io_context io;
        asio::local::stream_protocol::socket stream(io);
        stream.connect(asio::local::stream_protocol::endpoint(socket));
        http::request<http::string_body> request(http::string_to_verb(method), target, 11);
        request.set(http::field::host, "pontoon");
        request.set(http::field::connection, "close");
        if (!body.empty()) {
            request.set(http::field::content_type, "application/json");
        }
        request.body() = body;
        request.prepare_payload();
        http::write(stream, request);
        boost::beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.body_limit(std::numeric_limits<std::uint64_t>::max()); // the list of endpoints may be long
        http::read(stream, buffer, parser);
        return {parser.get().result_int(), parser.get().body()};
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error(fmt::format("cannot reach the daemon at {}: {}", socket, error.code().message()));
    }
}

} // namespace pontoon
