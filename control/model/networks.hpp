// Networks that come and go, as `docker network` makes them (docker-behaviours sections 1 and 4). Every change is
// checked first, done step by step, undone if a step fails, and on the disk when it is acknowledged. All functions
// throw Refused with Docker's words and class.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/bridges.hpp"
#include "control/ipam/ipam.hpp"
#include "control/model/default_bridge.hpp"
#include "control/model/events.hpp"
#include "control/model/filters.hpp"
#include "control/model/state.hpp"
#include "control/store.hpp"

namespace pontoon {

class Networks {
public:
    // What an automatic choice of a subnet leaves alone (I-004).
    using Reserved = std::function<std::vector<Prefix4>()>;

    // `defaults`: options of every new network of the driver bridge that does not have them itself (O-057).
    Networks(State& state, Ipam& ipam, Store& store, Bridges& bridges, Events& events, Reserved reserved,
             TextMap defaults = {});

    // Takes over what the store has, and makes the predefined networks and those of the topology file (`file`) where
    // they are not there yet. The default network's settings follow the daemon's options, not the store (N-005); a
    // network of the file is as the file says, and goes when it is no longer there and nobody uses it.
    void restore(const std::vector<NetworkRecord>& file, const DefaultBridge& bridge);

    // `request` is what was asked for: without id, created, subnet and gateway. Gives the new network.
    const NetworkRecord& create(NetworkRecord request);
    void remove(const std::string& key);

    // The ids of those that nobody is attached to, that are not predefined and that match.
    [[nodiscard]] Texts prunable(const Filters& filters) const;
    // Removes one of them, if it still may be; gives its name.
    [[nodiscard]] std::optional<std::string> prune(const std::string& id);

private:
    void take_defaults(NetworkRecord& request) const;
    void take_configuration(NetworkRecord& request) const;
    void check_unique(const NetworkRecord& request) const;
    void check_removable(const NetworkRecord& network) const;
    // Subnet, interface and record.
    const NetworkRecord& make(NetworkRecord network);
    void take_away(const NetworkRecord& network);

    void take_over(const NetworkRecord& stored);
    void follow_file(const std::vector<NetworkRecord>& file);
    void make_default(const DefaultBridge& options, const std::vector<NetworkRecord>& file);
    void make_predefined(const std::string& name, const std::string& driver);
    // Puts `wanted` in the place of the one that has its name.
    void change(NetworkRecord wanted);

    State& state_;
    Ipam& ipam_;
    Store& store_;
    Bridges& bridges_;
    Events& events_;
    Reserved reserved_;
    TextMap defaults_;
};

} // namespace pontoon
