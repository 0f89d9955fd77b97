// Networks that come and go, as `docker network` makes them (docker-behaviours sections 1 and 4). Every change is
// checked first, done step by step, undone if a step fails, and on the disk when it is acknowledged. All functions
// throw Refused with Docker's words and class.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/bridges.hpp"
#include "control/ipam/ipam.hpp"
#include "control/model/events.hpp"
#include "control/model/filters.hpp"
#include "control/model/state.hpp"
#include "control/store.hpp"

namespace pontoon {

class Networks {
public:
    Networks(State& state, Ipam& ipam, Store& store, Bridges& bridges, Events& events);

    // Takes over what the store has, and makes the predefined networks and those of the topology file (`file`) where
    // they are not there yet. The default network's settings follow the daemon's options, not the store (N-005).
    void restore(const std::vector<NetworkRecord>& file);

    // `request` is what was asked for: without id, created, subnet and gateway. Gives the new network.
    const NetworkRecord& create(NetworkRecord request);
    void remove(const std::string& key);
    // Removes those that nobody is attached to and that match; gives their names.
    [[nodiscard]] Texts prune(const Filters& filters);

private:
    State& state_;
    Ipam& ipam_;
    Store& store_;
    Bridges& bridges_;
    Events& events_;
};

} // namespace pontoon
