// Requests and responses as Beast has them.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "control/http.hpp"

namespace pontoon {

using HttpParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// `refusal` becomes why Docker would not take it: a version that is not spoken.
[[nodiscard]] HttpRequest to_request(const boost::beast::http::request<boost::beast::http::string_body>& message,
                                     std::string& refusal);

// The head of a response, with what Docker says in each, and no length yet.
[[nodiscard]] boost::beast::http::response<boost::beast::http::string_body> to_head(const HttpResponse& response,
                                                                                    unsigned version, bool keep_alive);

// What a request that cannot be read gets, or 0 for nothing: there is nobody to tell.
[[nodiscard]] unsigned status_of(const boost::beast::error_code& error);

} // namespace pontoon
