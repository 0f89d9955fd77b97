#include "control/http_api.hpp"

#include "control/json_reader.hpp"
#include "control/publish_spec.hpp"
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

HttpResponse create(LegacyAttachments& attachments, const Desired& desired, const HttpRequest& request) {
    const auto& made = attachments.attach(read_attach_request(parse_body(request)));
    return {201, json::serialize(endpoint_json(made, *desired.network(made.endpoint.network))) + "\n"};
}

} // namespace

json::object endpoint_json(const Attachment& attachment, const Network& network) {
    const auto& endpoint = attachment.endpoint;
    json::array publish;
    for (const auto& one : attachment.publishes) {
        publish.emplace_back(to_arrow(one));
    }
    json::object object{{"name", endpoint.name},
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

void add_pontoon_routes(HttpRoutes& routes, LegacyAttachments& attachments, const Desired& desired, const Host& host) {
    routes.add("GET", "/_ping", [](const HttpRequest&) { return HttpResponse{200, "OK", "text/plain"}; });
    routes.add("GET", "/pontoon/v1/endpoints", [&](const HttpRequest&) { return list(desired); });
    routes.add("POST", "/pontoon/v1/endpoints",
               [&](const HttpRequest& request) { return create(attachments, desired, request); });
    routes.add("DELETE", "/pontoon/v1/endpoints/{name}", [&](const HttpRequest& request) {
        attachments.detach(request.captured[0]);
        return HttpResponse{204, ""};
    });
    routes.add("GET", "/pontoon/v1/stats",
               [&](const HttpRequest&) { return HttpResponse{200, to_json(host.stats())}; });
}

} // namespace pontoon
