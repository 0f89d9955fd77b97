// Which networks have names (docker-behaviours L-063).
#pragma once

#include "control/model/records.hpp"

namespace pontoon {

// All bridge networks but the default one.
[[nodiscard]] inline bool has_names(const NetworkRecord& network) {
    return network.driver == "bridge" && network.name != "bridge" && !network.config_only;
}

} // namespace pontoon
