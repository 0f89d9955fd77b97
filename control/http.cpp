#include "control/http.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <ranges>

#include "control/http_text.hpp"
#include "control/json_reader.hpp"
#include "control/refused.hpp"
#include "control/utf8.hpp"

namespace pontoon {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kRest = "...}";

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        parts.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts, std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t i = first; i < first + count; ++i) {
        text += (i == first ? "" : "/") + parts[i];
    }
    return text;
}

// What stands for the {...} of `pattern`, if `path` is one of it.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
    std::vector<std::string> captured;
    if (path.size() < pattern.size()) {
        return std::nullopt;
    }
    std::size_t at = 0;
    for (const auto& part : pattern) {
        const std::size_t count = part.ends_with(kRest) ? path.size() - pattern.size() + 1 : 1;
        auto text = joined(path, at, count);
        at += count;
        if (part.starts_with('{') && !text.empty()) {
            captured.push_back(std::move(text));
        } else if (part != text) {
            return std::nullopt;
        }
    }
    return at == path.size() ? std::optional(std::move(captured)) : std::nullopt;
}

unsigned status_of(Refused::Why why) {
    switch (why) {
    case Refused::Why::bad: return 400;
    case Refused::Why::forbidden: return 403;
    case Refused::Why::missing: return 404;
    case Refused::Why::conflict: return 409;
    case Refused::Why::impossible: return 500;
    case Refused::Why::unsupported: break;
    }
    return 501;
}

} // namespace

std::optional<std::string> HttpRequest::parameter(std::string_view name) const {
    for (const auto part : std::views::split(query, '&')) {
        const std::string_view pair(part.begin(), part.end());
        const auto equals = pair.find('=');
        if (query_decoded(pair.substr(0, equals)) == name) {
            return equals == std::string_view::npos ? std::string() : query_decoded(pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

bool HttpRequest::flag(std::string_view name) const {
    auto value = parameter(name).value_or("");
    std::ranges::transform(value, value.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return !value.empty() && value != "0" && value != "no" && value != "false" && value != "none";
}

HttpResponse HttpResponse::error(unsigned status, std::string_view message) {
    HttpResponse response;
    response.status = status;
    response.body = boost::json::serialize(boost::json::object{{"message", as_utf8(message)}}) + "\n";
    return response;
}

HttpResponse HttpResponse::of(const std::exception_ptr& thrown, const HttpRequest& request) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Refused& refused) {
        return error(status_of(refused.why()), refused.what());
    } catch (const InputError& bad) {
        return error(400, bad.what());
    } catch (const std::exception& broken) {
        spdlog::error("{} {}: {}", request.method, shown(request.path), broken.what());
        return error(500, broken.what());
    }
}

void HttpRoutes::add(const std::string& method, const std::string& pattern, Handler handler) {
    routes_.push_back({method, parts_of(pattern), std::move(handler), {}});
}

void HttpRoutes::add_later(const std::string& method, const std::string& pattern, LaterHandler handler) {
    routes_.push_back({method, parts_of(pattern), {}, std::move(handler)});
}

const HttpRoutes::Route* HttpRoutes::find(HttpRequest& request, HttpResponse& refusal) const {
    auto parts = parts_of(request.path);
    std::ranges::transform(parts, parts.begin(), [](const std::string& part) { return path_decoded(part); });
    const std::string& method = request.method == "HEAD" ? "GET" : request.method; // whose body is not sent
    std::string allow;
    for (const auto& route : routes_) {
        auto captured = match(route.parts, parts);
        if (captured && (route.method == method || route.method == "*")) {
            request.captured = std::move(*captured);
            return &route;
        }
        if (captured) {
            allow += (allow.empty() ? "" : ", ") + route.method;
        }
    }
    refusal =
        allow.empty() ? HttpResponse::error(404, "page not found") : HttpResponse::error(405, "method not allowed");
    refusal.allow = allow;
    return nullptr;
}

asio::awaitable<HttpResponse> HttpRoutes::answer(HttpRequest request) const {
    HttpResponse refusal;
    const auto* route = find(request, refusal);
    if (route == nullptr) {
        co_return refusal;
    }
    try {
        if (route->later) {
            co_return co_await route->later(request);
        }
        co_return route->handler(request);
    } catch (...) {
        refusal = HttpResponse::of(std::current_exception(), request);
    }
    co_return refusal;
}

HttpResponse HttpRoutes::answer_now(HttpRequest request) const {
    HttpResponse refusal;
    const auto* route = find(request, refusal);
    if (route == nullptr || !route->handler) {
        return refusal;
    }
    try {
        return route->handler(request);
    } catch (...) {
        return HttpResponse::of(std::current_exception(), request);
    }
}

} // namespace pontoon
