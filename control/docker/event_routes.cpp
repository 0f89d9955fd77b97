#include "control/docker/event_routes.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <memory>

#include "control/model/moment.hpp"

namespace pontoon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

// What a stream lives on.
struct Source {
    Events::Subscription subscription;
    asio::steady_timer end;
};

struct Wanted {
    Filters filters;
    std::optional<Time> since;
    std::optional<Time> until;
};

Wanted read_wanted(const HttpRequest& request) {
    Wanted wanted;
    wanted.filters = parse_filters(request.parameter("filters").value_or(""));
    check_filters(wanted.filters, {"config", "container", "daemon", "event", "image", "label", "network", "node",
                                   "plugin", "scope", "secret", "service", "type", "volume"});
    const auto now = Time::now();
    if (const auto since = request.parameter("since"); since && !since->empty()) {
        wanted.since = parse_moment(*since, now);
    }
    if (const auto until = request.parameter("until"); until && !until->empty()) {
        wanted.until = parse_moment(*until, now);
    }
    return wanted;
}

std::string line_of(const Event& event) {
    return json::serialize(event_json(event)) + "\n";
}

// Of a network or a container: its id or the beginning of it, or its name.
bool names(const Event& event, const char* type, const char* attribute, const std::set<std::string>& values) {
    if (values.empty()) {
        return true;
    }
    const auto name = event.attributes.find(event.type == type ? "name" : attribute);
    return std::ranges::any_of(values, [&](const std::string& value) {
        return (event.type == type && event.id.starts_with(value)) ||
               (name != event.attributes.end() && (name->second == value || name->second.starts_with(value)));
    });
}

HttpResponse stream_of(Events& events, const Wanted& wanted, asio::any_io_executor executor) {
    HttpResponse response;
    response.stream = std::make_shared<HttpStream>();
    const auto now = Time::now();
    for (const auto& event : events.past()) {
        const bool in_time =
            wanted.since && event.time >= *wanted.since && (!wanted.until || event.time <= *wanted.until);
        if (in_time && match_event(event, wanted.filters)) {
            response.body += line_of(event);
        }
    }
    if (wanted.until && *wanted.until <= now) {
        response.stream->close();
        return response;
    }
    const std::weak_ptr<HttpStream> stream = response.stream;
    auto source = std::make_shared<Source>(Source{{}, asio::steady_timer(std::move(executor))});
    source->subscription = events.subscribe([stream, filters = wanted.filters](const Event& event) {
        const auto open = stream.lock();
        if (open && match_event(event, filters)) {
            open->write(line_of(event));
        }
    });
    if (wanted.until) {
        source->end.expires_after(std::chrono::nanoseconds(wanted.until->nanoseconds - now.nanoseconds));
        source->end.async_wait([stream](const boost::system::error_code& error) {
            const auto open = stream.lock();
            if (open && !error) {
                open->close();
            }
        });
    }
    response.stream->source = std::move(source);
    return response;
}

} // namespace

json::object event_json(const Event& event) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    json::object attributes;
    for (const auto& [name, value] : event.attributes) {
        attributes.emplace(name, value);
    }
    json::object object;
    if (event.type == "container") { // as it was before Type and Actor
        object["status"] = event.action;
        object["id"] = event.id;
    }
    object["Type"] = event.type;
    object["Action"] = event.action;
    object["Actor"] = json::object{{"ID", event.id}, {"Attributes", std::move(attributes)}};
    object["scope"] = "local";
    object["time"] = event.time.nanoseconds / kSecond;
    object["timeNano"] = event.time.nanoseconds;
    return object;
}

bool match_event(const Event& event, const Filters& filters) {
    const auto is_other = [&](const char* type) { return values_of(filters, type).empty(); };
    return match_exactly(filters, "type", event.type) && match_exactly(filters, "event", event.action) &&
           match_exactly(filters, "scope", "local") && match_labels(values_of(filters, "label"), event.attributes) &&
           names(event, "container", "container", values_of(filters, "container")) &&
           names(event, "network", "network", values_of(filters, "network")) && is_other("config") &&
           is_other("daemon") && is_other("image") && is_other("node") && is_other("plugin") && is_other("secret") &&
           is_other("service") && is_other("volume");
}

void add_event_routes(HttpRoutes& routes, Events& events) {
    routes.add_later("GET", "/events", [&](HttpRequest request) -> asio::awaitable<HttpResponse> {
        const auto executor = co_await asio::this_coro::executor;
        co_return stream_of(events, read_wanted(request), executor);
    });
}

} // namespace pontoon
