// Networks on a machine that does nothing.
#pragma once

#include <spdlog/spdlog.h>

#include <functional>

#include "control/compile.hpp"
#include "control/model/networks.hpp"
#include "control/refused.hpp"
#include "tests/unit/control/fake_host.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::networks_world {

// A daemon's part that is about networks, in a directory that outlives it.
struct World {
    explicit World(const TempDir& dir, FakeHost& machine, TextMap network_options = {})
        : host(machine), store(dir.path()), defaults(std::move(network_options)) {
        spdlog::set_level(spdlog::level::off);
        subscription = events.subscribe([this](const Event& event) { heard.push_back(event.action); });
    }

    const NetworkRecord& create(const std::string& name, const std::string& subnet = "", const TextMap& options = {}) {
        NetworkRecord request;
        request.name = name;
        request.options = options;
        if (!subnet.empty()) {
            request.pools.emplace_back().subnet = *Prefix4::parse(subnet);
        }
        return networks.create(request);
    }
    // Somebody is attached.
    void attach(const NetworkRecord& network) {
        ContainerRecord container;
        container.id = std::string(64, 'c');
        container.name = "c1";
        container.endpoints.emplace_back();
        container.endpoints[0].network_id = network.id;
        container.endpoints[0].id = std::string(64, 'e');
        state.containers.put(container);
        state.attached[network.id].insert(container.id);
    }

    FakeHost& host;
    Desired desired;
    Store store;
    State state;
    Ipam ipam;
    Events events;
    Events::Subscription subscription;
    Texts heard;
    std::vector<Prefix4> reserved;
    Bridges bridges{desired, store, host};
    TextMap defaults;
    Networks networks{state, ipam, store, bridges, events, [this] { return reserved; }, defaults};
};

inline std::string error_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Refused& refused) {
        return std::to_string(static_cast<int>(refused.why())) + " " + refused.what();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "none";
}

inline std::string with(Refused::Why why, const std::string& text) {
    return std::to_string(static_cast<int>(why)) + " " + text;
}

} // namespace pontoon::networks_world
