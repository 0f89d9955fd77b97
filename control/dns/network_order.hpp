// Which networks have names, and in which order a container's networks are asked (docker-behaviours L-063, L-068).
#pragma once

#include <cstddef>
#include <vector>

#include "control/model/state.hpp"

namespace pontoon {

// All bridge networks but the default one.
[[nodiscard]] inline bool has_names(const NetworkRecord& network) {
    return network.driver == "bridge" && network.name != "bridge" && !network.config_only;
}

// The container's attached endpoints whose networks are known, as indices into `endpoints`, in the order of M-020:
// higher priority, not internal, name.
[[nodiscard]] std::vector<std::size_t> network_order(const State& state, const ContainerRecord& container);

} // namespace pontoon
