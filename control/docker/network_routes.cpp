#include "control/docker/network_routes.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "control/bridge_options.hpp"
#include "control/docker/json_body.hpp"
#include "control/docker/network_json.hpp"
#include "control/docker/network_request.hpp"
#include "control/json_reader.hpp"
#include "control/model/network_rules.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

HttpResponse as_json(unsigned status, const json::value& value) {
    return {status, json::serialize(value) + "\n"};
}

HttpResponse list(const State& state, const HttpRequest& request) {
    const auto filters = parse_filters(request.parameter("filters").value_or(""));
    check_list_filters(filters);
    json::array all;
    for (const auto& [id, network] : state.networks.all()) {
        if (match_list(network, state, filters)) {
            all.push_back(network_json(network, state, {false, request.api_version}));
        }
    }
    return as_json(200, all);
}

HttpResponse inspect(const State& state, const HttpRequest& request) {
    const auto verbose = request.parameter("verbose").value_or("");
    if (!verbose.empty() && !parse_bool(verbose)) {
        throw Refused(Refused::Why::bad,
                      fmt::format("invalid value for verbose: {}: strconv.ParseBool: parsing \"{}\": invalid syntax",
                                  shown(verbose), shown(verbose)));
    }
    const auto scope = request.parameter("scope").value_or("");
    if (!scope.empty() && scope != "local") { // all of ours are local
        throw Refused(Refused::Why::missing, fmt::format("network {} not found", shown(request.captured[0])));
    }
    const auto& network = find_network(state, request.captured[0]);
    return as_json(200, network_json(network, state, {true, request.api_version}));
}

HttpResponse create(Networks& networks, const HttpRequest& request) {
    const auto& made = networks.create(read_network(json_body(request), request.api_version));
    return as_json(201, json::object{{"Id", made.id}, {"Warning", ""}});
}

// One at a time: whoever else asks something is answered in between.
asio::awaitable<HttpResponse> prune(Networks& networks, Events& events, bool& pruning, const HttpRequest& request) {
    if (pruning) {
        throw Refused(Refused::Why::conflict, "a prune operation is already running");
    }
    const auto ids = networks.prunable(parse_filters(request.parameter("filters").value_or("")));
    pruning = true;
    json::array deleted;
    for (const auto& id : ids) {
        try {
            if (const auto name = networks.prune(id)) {
                deleted.emplace_back(*name);
            }
        } catch (...) {
            pruning = false;
            throw;
        }
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    pruning = false;
    events.tell({"network", "prune", "", {{"reclaimed", "0"}}, {}});
    const json::value names = deleted.empty() ? json::value(nullptr) : json::value(deleted);
    co_return as_json(200, json::object{{"NetworksDeleted", names}});
}

} // namespace

void add_network_routes(HttpRoutes& routes, Networks& networks, const State& state, Events& events) {
    routes.add("GET", "/networks", [&](const HttpRequest& request) { return list(state, request); });
    routes.add("GET", "/networks/", [&](const HttpRequest& request) { return list(state, request); });
    routes.add("GET", "/networks/{id...}", [&](const HttpRequest& request) { return inspect(state, request); });
    routes.add("POST", "/networks/create", [&](const HttpRequest& request) { return create(networks, request); });
    routes.add_later(
        "POST", "/networks/prune",
        [&, pruning = std::make_shared<bool>(false)](HttpRequest request) -> asio::awaitable<HttpResponse> {
            const auto running = pruning;
            co_return co_await prune(networks, events, *running, request);
        });
    routes.add("DELETE", "/networks/{id...}", [&](const HttpRequest& request) {
        networks.remove(request.captured[0]);
        return HttpResponse{204, ""};
    });
}

} // namespace pontoon
