#include "control/http_api.hpp"

#include "control/stats_json.hpp"

namespace pontoon {

void add_pontoon_routes(HttpRoutes& routes, Containers& containers, const Host& host) {
    add_endpoint_routes(routes, containers);
    routes.add("GET", "/pontoon/v1/stats",
               [&](const HttpRequest&) { return HttpResponse{200, to_json(host.stats())}; });
}

} // namespace pontoon
