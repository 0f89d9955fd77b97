// What a container that has legacy links is told of the containers it is linked to by its environment
// (docker-behaviours L-005), for those who ask for it. Pure.
#pragma once

#include "control/model/state.hpp"

namespace pontoon {

// NAME=VALUE texts; of a container that runs. Of more than 1024 ports of one container the first are told.
[[nodiscard]] Texts link_env(const State& state, const ContainerRecord& container);

} // namespace pontoon
