#include "control/http.hpp"

#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <optional>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        parts.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

// What stands for the {...} of `pattern`, if `path` is one of it.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
    std::vector<std::string> captured;
    if (pattern.size() != path.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (pattern[i].starts_with('{') && !path[i].empty()) {
            captured.push_back(path[i]);
        } else if (pattern[i] != path[i]) {
            return std::nullopt;
        }
    }
    return captured;
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

HttpResponse guarded(const HttpRoutes::Handler& handler, const HttpRequest& request) {
    try {
        return handler(request);
    } catch (const Refused& refused) {
        return HttpResponse::error(status_of(refused.why()), refused.what());
    } catch (const InputError& bad) {
        return HttpResponse::error(400, bad.what());
    } catch (const std::exception& error) {
        spdlog::error("{} {}: {}", request.method, shown(request.path), error.what());
        return HttpResponse::error(500, error.what());
    }
}

} // namespace

HttpResponse HttpResponse::error(unsigned status, std::string_view message) {
    HttpResponse response;
    response.status = status;
    response.body = boost::json::serialize(boost::json::object{{"message", message}}) + "\n";
    return response;
}

void HttpRoutes::add(const std::string& method, const std::string& pattern, Handler handler) {
    routes_.push_back({method, parts_of(pattern), std::move(handler)});
}

HttpResponse HttpRoutes::answer(HttpRequest request) const {
    const auto parts = parts_of(request.path);
    std::string allow;
    for (const auto& route : routes_) {
        auto captured = match(route.parts, parts);
        if (captured && route.method == request.method) {
            request.captured = std::move(*captured);
            return guarded(route.handler, request);
        }
        if (captured) {
            allow += (allow.empty() ? "" : ", ") + route.method;
        }
    }
    if (allow.empty()) {
        return HttpResponse::error(404, "page not found");
    }
    auto response = HttpResponse::error(405, "method not allowed");
    response.allow = allow;
    return response;
}

} // namespace pontoon
