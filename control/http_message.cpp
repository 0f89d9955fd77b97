#include "control/http_message.hpp"

#include <boost/beast/http.hpp>

#include "control/http_text.hpp"

namespace pontoon {

namespace beast = boost::beast;
namespace http = boost::beast::http;

HttpRequest to_request(const http::request<http::string_body>& message, std::string& refusal) {
    const std::string target(message.target());
    const auto question = target.find('?');
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.path = target.substr(0, question);
    request.query = question == std::string::npos ? std::string() : target.substr(question + 1);
    request.body = message.body();
    request.content_type = std::string(message[http::field::content_type]);
    if (const auto versioned = split_version(request.path)) {
        refusal = version_refusal(*versioned);
        request.api_version = versioned->minor;
        request.path = std::string(versioned->rest);
    }
    return request;
}

http::response<http::string_body> to_head(const HttpResponse& response, unsigned version, bool keep_alive) {
    http::response<http::string_body> message(static_cast<http::status>(response.status), version);
    message.set(http::field::server, "pontoon/" PONTOON_VERSION " (linux)");
    message.set("Api-Version", std::to_string(kApiMajor) + "." + std::to_string(kNewestApi));
    message.set("Docker-Experimental", "false");
    message.set("Ostype", "linux");
    if (response.status != 204) {
        message.set(http::field::content_type, response.type);
    }
    if (!response.allow.empty()) {
        message.set(http::field::allow, response.allow);
    }
    message.keep_alive(keep_alive);
    return message;
}

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

} // namespace pontoon
