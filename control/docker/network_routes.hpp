// The docker API for networks (docker-behaviours N-040 to N-046), but connect and disconnect.
#pragma once

#include "control/http.hpp"
#include "control/model/networks.hpp"
#include "control/model/state.hpp"

namespace pontoon {

// They keep references to what they are given.
void add_network_routes(HttpRoutes& routes, Networks& networks, const State& state, Events& events);

} // namespace pontoon
