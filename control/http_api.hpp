// The daemon's own requests (docs/daemon.md).
#pragma once

#include "control/endpoint_routes.hpp"
#include "control/host.hpp"
#include "control/http.hpp"

namespace pontoon {

// They keep references to what they are given.
void add_pontoon_routes(HttpRoutes& routes, Containers& containers, const Host& host);

} // namespace pontoon
