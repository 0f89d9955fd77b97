#include "tools/cli/daemon_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <limits>
#include <map>

namespace pontoon {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

namespace {

using Socket = asio::local::stream_protocol::socket;

[[noreturn]] void unreachable(const std::string& socket, const boost::system::system_error& error) {
    const auto code = error.code();
    if (code == asio::error::access_denied) {
        throw DaemonSays(fmt::format("permission denied while trying to connect to the pontoon daemon socket at "
                                     "unix://{}",
                                     socket),
                         0);
    }
    if (code == asio::error::connection_refused || code == boost::system::errc::no_such_file_or_directory) {
        throw DaemonSays(
            fmt::format("Cannot connect to the pontoon daemon at unix://{}. Is the pontoon daemon running?", socket),
            0);
    }
    throw DaemonSays(fmt::format("error during connect: unix://{}: {}", socket, code.message()), 0);
}

http::request<http::string_body> request_of(const std::string& method, const std::string& target,
                                            const json::value& body) {
    http::request<http::string_body> request(http::string_to_verb(method), target, 11);
    request.set(http::field::host, "pontoon");
    request.set(http::field::connection, "close");
    if (!body.is_null()) {
        request.set(http::field::content_type, "application/json");
        request.body() = json::serialize(body);
    }
    request.prepare_payload();
    return request;
}

[[noreturn]] void refused(unsigned status, const std::string& body) {
    boost::system::error_code error;
    const auto value = json::parse(body, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* message = object == nullptr ? nullptr : object->if_contains("message");
    const auto text = message != nullptr && message->is_string() ? std::string(message->get_string()) : body;
    throw DaemonSays("Error response from daemon: " +
                         (text.empty() ? fmt::format("it answers {} without a message", status) : text),
                     status);
}

} // namespace

json::value DaemonClient::ask(const std::string& method, const std::string& target, const json::value& body) const {
    try {
        asio::io_context io;
        Socket stream(io);
        stream.connect(asio::local::stream_protocol::endpoint(socket_));
        http::write(stream, request_of(method, target, body));
        boost::beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.body_limit(std::numeric_limits<std::uint64_t>::max()); // the list of containers may be long
        http::read(stream, buffer, parser);
        const auto& reply = parser.get();
        if (reply.result_int() >= 400) {
            refused(reply.result_int(), reply.body());
        }
        boost::system::error_code error;
        auto value = json::parse(reply.body(), error);
        return error ? json::value(nullptr) : value;
    } catch (const boost::system::system_error& error) {
        unreachable(socket_, error);
    }
}

void DaemonClient::stream(const std::string& target, const std::function<bool(std::string_view)>& take) const {
    try {
        asio::io_context io;
        Socket stream(io);
        stream.connect(asio::local::stream_protocol::endpoint(socket_));
        http::write(stream, request_of("GET", target, nullptr));
        boost::beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
        http::read_header(stream, buffer, parser);
        const auto status = parser.get().result_int();
        if (status >= 400) {
            http::read(stream, buffer, parser);
            refused(status, parser.get().body());
        }
        while (!parser.is_done()) {
            http::read_some(stream, buffer, parser);
            if (!take(std::exchange(parser.get().body(), {}))) {
                return;
            }
        }
    } catch (const boost::system::system_error& error) {
        if (error.code() != http::error::end_of_stream && error.code() != http::error::partial_message) {
            unreachable(socket_, error);
        }
    }
}

std::string percent_encoded(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = std::isalnum(byte) != 0 || std::string_view("-_.~").contains(c);
        result += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return result;
}

std::string container_path(const std::string& name, const std::string& rest) {
    return fmt::format("/containers/{}{}{}", percent_encoded(name), rest.empty() ? "" : "/", rest);
}

std::string network_path(const std::string& name, const std::string& rest) {
    return fmt::format("/networks/{}{}{}", percent_encoded(name), rest.empty() ? "" : "/", rest);
}

std::string query(const std::vector<std::pair<std::string, std::string>>& values) {
    std::string text;
    for (const auto& [key, value] : values) {
        if (!value.empty()) {
            text += fmt::format("{}{}={}", text.empty() ? '?' : '&', key, percent_encoded(value));
        }
    }
    return text;
}

std::string filters_text(const std::vector<std::string>& filters) {
    std::map<std::string, json::object> all;
    for (const auto& filter : filters) {
        const auto equals = filter.find('=');
        auto name = filter.substr(0, equals);
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        const auto first = name.find_first_not_of(" \t");
        const auto last = name.find_last_not_of(" \t");
        all[first == std::string::npos ? "" : name.substr(first, last + 1 - first)][filter.substr(equals + 1)] = true;
    }
    json::object object;
    for (const auto& [name, values] : all) {
        object[name] = values;
    }
    return all.empty() ? std::string() : json::serialize(object);
}

} // namespace pontoon
