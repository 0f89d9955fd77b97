#include "control/endpoint_routes.hpp"

#include <algorithm>
#include <map>

#include "control/attach_request.hpp"
#include "control/json_reader.hpp"
#include "control/model/gateway.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

json::value parse_body(const HttpRequest& request) {
    json::error_code error;
    auto value = json::parse(request.body, error);
    if (error) {
        throw InputError("", "the body is not JSON: " + error.message());
    }
    return value;
}

ContainerRecord record_of(const AttachRequest& request, AttachKind usual) {
    ContainerRecord record;
    record.name = request.name;
    record.network_mode = request.network;
    record.publish = without_ipv6(request.publish);
    auto& endpoint = record.endpoints.emplace_back();
    endpoint.network = request.network;
    endpoint.wanted_ipv4 = request.ipv4;
    endpoint.wanted_mac = request.mac;
    endpoint.kind = request.kind.value_or(usual);
    return record;
}

// Docker's errors may have two lines; ours have one, which says the same.
const ContainerRecord& attached(Containers& containers, ContainerRecord container, const Place& place) {
    try {
        return containers.attach(std::move(container), place);
    } catch (const Refused& refused) {
        const std::string text = refused.what();
        throw Refused(refused.why(), text.substr(text.find('\n') + 1)); // all of it if there is one
    }
}

HttpResponse attach(Containers& containers, const HttpRequest& request) {
    const auto asked = read_attach_request(parse_body(request));
    const auto& made = attached(containers, record_of(asked, containers.usual_kind()), asked.place);
    return {201, json::serialize(endpoint_json(containers.state(), made, made.endpoints.front())) + "\n"};
}

// Endpoints of all containers that run, by container and network.
HttpResponse list(const Containers& containers) {
    std::map<std::string, json::object> by_name;
    for (const auto& [id, container] : containers.state().containers.all()) {
        for (const auto& endpoint : container.endpoints) {
            if (!endpoint.attachment.empty()) {
                by_name[endpoint_name(container.name, endpoint.network)] =
                    endpoint_json(containers.state(), container, endpoint);
            }
        }
    }
    json::array all;
    for (auto& [name, endpoint] : by_name) {
        all.push_back(std::move(endpoint));
    }
    return {200, json::serialize(all) + "\n"};
}

} // namespace

json::object endpoint_json(const State& state, const ContainerRecord& container, const EndpointRecord& endpoint) {
    const auto& network = *state.networks.by_id(endpoint.network_id);
    json::array publish;
    for (const auto& one : container.bindings) {
        if (one.endpoint == endpoint.attachment) {
            publish.emplace_back(to_arrow(one));
        }
    }
    json::object object{{"name", container.name},
                        {"network", endpoint.network},
                        {"ipv4", endpoint.ipv4.to_string() + "/" + std::to_string(network.subnet->length)},
                        {"gateway", network.gateway ? network.gateway->to_string() : ""},
                        {"mac", endpoint.mac.to_string()},
                        {"interface", endpoint.interface},
                        {"attach", endpoint.kind == AttachKind::tap ? "tap" : "veth"},
                        {"publish", std::move(publish)}};
    if (container.place.path.empty()) {
        object["pid"] = container.place.pid;
    } else {
        object["netns"] = container.place.path;
    }
    return object;
}

void add_endpoint_routes(HttpRoutes& routes, Containers& containers) {
    routes.add("GET", "/pontoon/v1/endpoints", [&](const HttpRequest&) { return list(containers); });
    routes.add("POST", "/pontoon/v1/endpoints",
               [&](const HttpRequest& request) { return attach(containers, request); });
    routes.add("DELETE", "/pontoon/v1/endpoints/{name}", [&](const HttpRequest& request) {
        containers.detach(request.captured[0]);
        return HttpResponse{204, ""};
    });
}

} // namespace pontoon
