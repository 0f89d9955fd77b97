// Containers and their places in networks: created, started, connected, published and gone (docker-behaviours sections
// 3, 5, 7.1, 8 and 9). The daemon starts no process: who runs one (`pontoon run`) tells it the first process's pid. All
// functions throw Refused with Docker's words and class, and then have changed nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/attachments.hpp"
#include "control/bridges.hpp"
#include "control/dns/names.hpp"
#include "control/ipam/ipam.hpp"
#include "control/model/events.hpp"
#include "control/model/state.hpp"
#include "control/store.hpp"

namespace pontoon {

class Containers {
public:
    Containers(State& state, Ipam& ipam, Store& store, Attachments& attachments, Bridges& bridges, Names& names, Events& events);

    // Takes over what the store has: containers whose namespace is still there go on, the others have exited.
    void restore();

    // `request` is what was asked for: without id (chosen), created and state. Gives the new container.
    const ContainerRecord& create(ContainerRecord request);
    // Attaches it to its networks: `place` is its namespaces' first process or, for foreign ones, any way to them.
    const ContainerRecord& start(const std::string& key, const Place& place);
    // It ended: its interfaces, addresses and ports are free, its settings stay unless it is removed by itself.
    void exited(const std::string& key, int exit_code);
    void remove(const std::string& key, bool force);

    // `settings` are what was asked for; its network is `network`.
    void connect(const std::string& network, const std::string& container, EndpointRecord settings);
    void disconnect(const std::string& network, const std::string& container, bool force);

    // Ports of a container, running or not, by `-p` texts.
    const ContainerRecord& publish(const std::string& key, const std::vector<PublishSpec>& specs);
    const ContainerRecord& unpublish(const std::string& key, const std::vector<PublishSpec>& specs);

    // Containers whose namespace has gone by itself.
    void lose_gone();

private:
    State& state_;
    Ipam& ipam_;
    Store& store_;
    Attachments& attachments_;
    Bridges& bridges_; // `use` before a network's first endpoint, `release` after its last
    Names& names_;
    Events& events_;
};

// The running container's endpoints in the order in which they are preferred as default gateway (M-020): indices into
// `endpoints`.
[[nodiscard]] std::vector<std::size_t> gateway_order(const State& state, const ContainerRecord& container);

} // namespace pontoon
