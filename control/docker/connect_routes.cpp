#include "control/docker/connect_routes.hpp"

#include "control/docker/container_request.hpp"
#include "control/docker/json_body.hpp"

namespace pontoon {

void add_connect_routes(HttpRoutes& routes, Containers& containers) {
    routes.add("POST", "/networks/{id...}/connect", [&](const HttpRequest& request) {
        const auto body = json_body(request);
        auto settings = read_endpoint_settings(object_of(body, "EndpointConfig"));
        settings.network = request.captured[0];
        containers.connect(request.captured[0], text_of(body, "Container"), std::move(settings));
        return HttpResponse{200, ""};
    });
    routes.add("POST", "/networks/{id...}/disconnect", [&](const HttpRequest& request) {
        const auto body = json_body(request);
        containers.disconnect(request.captured[0], text_of(body, "Container"), bool_of(body, "Force"));
        return HttpResponse{200, ""};
    });
}

} // namespace pontoon
