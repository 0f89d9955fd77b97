// The docker API for the engine itself: /_ping, /version, /info; and what Docker has and pontoon has not, with a
// message that says what to do instead.
#pragma once

#include <filesystem>
#include <string>

#include "control/http.hpp"
#include "control/model/state.hpp"

namespace pontoon {

struct EngineFacts {
    std::string id; // of this daemon, for ever
    std::filesystem::path state_directory;
};

// Keeps a reference to `state`.
void add_system_routes(HttpRoutes& routes, const State& state, EngineFacts facts);

// After all others.
void add_missing_routes(HttpRoutes& routes);

} // namespace pontoon
