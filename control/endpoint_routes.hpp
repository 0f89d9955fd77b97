// Namespaces that others made, over HTTP (docs/daemon.md): attached, detached and listed.
#pragma once

#include <boost/json.hpp>

#include "control/http.hpp"
#include "control/model/containers.hpp"

namespace pontoon {

// They keep references to what they are given.
void add_endpoint_routes(HttpRoutes& routes, Containers& containers);

// An endpoint as requests show it.
[[nodiscard]] boost::json::object endpoint_json(const State& state, const ContainerRecord& container,
                                                const EndpointRecord& endpoint);

} // namespace pontoon
