// The docker API for containers' places in networks: POST /networks/{id}/connect and disconnect.
#pragma once

#include "control/http.hpp"
#include "control/model/containers.hpp"

namespace pontoon {

// They keep references to what they are given.
void add_connect_routes(HttpRoutes& routes, Containers& containers);

} // namespace pontoon
