// A network as the docker API shows it (docker-behaviours section 1.2).
#pragma once

#include <boost/json.hpp>

#include "control/ipam/ipam.hpp"
#include "control/model/state.hpp"

namespace pontoon {

struct NetworkView {
    bool containers = false; // inspect shows who is attached, the list does not (N-017)
    unsigned api_version = 50;
};

[[nodiscard]] boost::json::object network_json(const NetworkRecord& network, const State& state,
                                               const NetworkView& view);

} // namespace pontoon
