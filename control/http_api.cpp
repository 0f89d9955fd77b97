#include "control/http_api.hpp"

#include "control/attach_request.hpp"
#include "control/json_reader.hpp"
#include "control/publish_spec.hpp"
#include "control/refused.hpp"
#include "control/stats_json.hpp"

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

HttpResponse list(const Desired& desired) {
    json::array all;
    for (const auto& [name, attachment] : desired.attachments) {
        all.push_back(endpoint_json(attachment, *desired.network(attachment.endpoint.network)));
    }
    return {200, json::serialize(all) + "\n"};
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

HttpResponse create(Containers& containers, AttachKind kind, const Desired& desired, const HttpRequest& request) {
    const auto asked = read_attach_request(parse_body(request));
    ContainerRecord container;
    container.name = asked.name;
    container.network_mode = asked.network;
    container.publish = asked.publish;
    auto& endpoint = container.endpoints.emplace_back();
    endpoint.network = asked.network;
    endpoint.wanted_ipv4 = asked.ipv4;
    endpoint.wanted_mac = asked.mac;
    endpoint.kind = asked.kind.value_or(kind);
    const auto& made = attached(containers, std::move(container), asked.place);
    const auto& attachment = desired.attachments.at(endpoint_name(made.name, made.endpoints.front().network));
    return {201, json::serialize(endpoint_json(attachment, *desired.network(attachment.endpoint.network))) + "\n"};
}

} // namespace

json::object endpoint_json(const Attachment& attachment, const Network& network) {
    const auto& endpoint = attachment.endpoint;
    json::array publish;
    for (const auto& one : attachment.publishes) {
        publish.emplace_back(to_arrow(one));
    }
    json::object object{{"name", endpoint.name.substr(0, endpoint.name.find('@'))},
                        {"network", endpoint.network},
                        {"ipv4", endpoint.ipv4.to_string() + "/" + std::to_string(network.subnet.length)},
                        {"gateway", network.gateway.to_string()},
                        {"mac", endpoint.mac.to_string()},
                        {"interface", attachment.interface},
                        {"attach", attachment.kind == AttachKind::tap ? "tap" : "veth"},
                        {"publish", std::move(publish)}};
    if (attachment.place.path.empty()) {
        object["pid"] = attachment.place.pid;
    } else {
        object["netns"] = attachment.place.path;
    }
    return object;
}

void add_pontoon_routes(HttpRoutes& routes, Containers& containers, AttachKind kind, const Desired& desired,
                        const Host& host) {
    routes.add("GET", "/pontoon/v1/endpoints", [&](const HttpRequest&) { return list(desired); });
    routes.add("POST", "/pontoon/v1/endpoints",
               [&, kind](const HttpRequest& request) { return create(containers, kind, desired, request); });
    routes.add("DELETE", "/pontoon/v1/endpoints/{name}", [&](const HttpRequest& request) {
        containers.detach(request.captured[0]);
        return HttpResponse{204, ""};
    });
    routes.add("GET", "/pontoon/v1/stats",
               [&](const HttpRequest&) { return HttpResponse{200, to_json(host.stats())}; });
}

} // namespace pontoon
