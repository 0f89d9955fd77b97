// Networks that a daemon before this one made, those of the topology file, and those that are always there.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "control/compile.hpp"
#include "control/json_reader.hpp"
#include "control/model/networks.hpp"
#include "control/undo.hpp"

namespace pontoon {

namespace {

// What the docker API shows of it, and no more (N-018).
TextMap default_options(const DefaultBridge& options) {
    const auto text = [](bool value) { return value ? "true" : "false"; };
    return {{"com.docker.network.bridge.default_bridge", "true"},
            {"com.docker.network.bridge.enable_icc", text(options.icc)},
            {"com.docker.network.bridge.enable_ip_masquerade", text(options.masquerade)},
            {"com.docker.network.bridge.host_binding_ipv4", options.host_binding.to_string()},
            {"com.docker.network.bridge.name", "docker0"},
            {"com.docker.network.driver.mtu", std::to_string(options.mtu)}};
}

std::vector<IpamPool> default_pools(const DefaultBridge& options) {
    if (!options.bip && !options.fixed_cidr) {
        return {};
    }
    IpamPool pool;
    pool.subnet = options.bip ? options.bip->prefix() : *options.fixed_cidr;
    pool.ip_range = options.bip ? options.fixed_cidr : std::nullopt;
    if (options.bip) {
        pool.gateway = options.bip->address;
    }
    return {pool};
}

// Whether the record still says what is wanted; id, time and what was chosen are its own.
bool is_as_wanted(const NetworkRecord& there, NetworkRecord wanted) {
    wanted.id = there.id;
    wanted.created = there.created;
    wanted.subnet = there.subnet;
    wanted.gateway = there.gateway;
    return there == wanted;
}

std::set<std::string> used_networks(const Store& store) {
    std::set<std::string> used;
    for (const auto& container : store.containers()) {
        for (const auto& endpoint : container.endpoints) {
            if (endpoint.is_attached()) {
                used.insert(endpoint.network_id);
            }
        }
    }
    return used;
}

bool is_in(const std::vector<NetworkRecord>& file, const std::string& name) {
    return std::ranges::find(file, name, &NetworkRecord::name) != file.end();
}

} // namespace

void Networks::restore(const std::vector<NetworkRecord>& file, const DefaultBridge& bridge) {
    for (const auto& stored : store_.networks()) {
        take_over(stored);
    }
    follow_file(file);
    make_default(bridge, file);
    make_predefined("host", "host");
    make_predefined("none", "null");
    bridges_.remove_strange();
}

// What cannot be made now is made when somebody is attached to it: the uplink may have another address by then.
void Networks::take_over(const NetworkRecord& stored) {
    state_.networks.put(stored);
    try {
        if (stored.driver == "bridge" && !stored.config_only) {
            ipam_.restore_network(stored, host_interface(stored));
        }
        bridges_.add(stored);
    } catch (const std::exception& error) {
        spdlog::error("network {}: {}", shown(stored.name), error.what());
    }
}

void Networks::follow_file(const std::vector<NetworkRecord>& file) {
    const auto used = used_networks(store_);
    std::vector<NetworkRecord> old;
    for (const auto& [id, network] : state_.networks.all()) {
        if (network.from_topology && network.name != kDefaultNetwork && !is_in(file, network.name)) {
            old.push_back(network);
        }
    }
    for (const auto& network : old) {
        if (used.contains(network.id)) {
            spdlog::warn("network {} is no longer in the topology file, but somebody is attached to it",
                         shown(network.name));
        } else {
            take_away(network);
        }
    }
    for (const auto& network : file) {
        if (network.name != kDefaultNetwork) {
            change(network);
        }
    }
}

void Networks::change(NetworkRecord wanted) {
    const auto* there = state_.networks.by_name(wanted.name);
    if (there != nullptr && is_as_wanted(*there, wanted)) {
        return;
    }
    wanted.id = there != nullptr ? there->id : new_id();
    wanted.created = there != nullptr ? there->created : Time::now();
    if (there != nullptr) {
        const NetworkRecord before = *there;
        bridges_.remove(before);
        ipam_.remove_network(before.id);
        state_.networks.erase(before.id);
    }
    (void)make(std::move(wanted));
}

void Networks::make_default(const DefaultBridge& options, const std::vector<NetworkRecord>& file) {
    NetworkRecord bridge;
    bridge.name = kDefaultNetwork;
    bridge.options = default_options(options);
    bridge.pools = default_pools(options);
    if (const auto told = std::ranges::find(file, kDefaultNetwork, &NetworkRecord::name); told != file.end()) {
        bridge = *told;
        for (const auto& [name, value] : default_options(options)) {
            bridge.options.try_emplace(name, value);
        }
    }
    change(std::move(bridge));
}

void Networks::make_predefined(const std::string& name, const std::string& driver) {
    NetworkRecord network;
    network.name = name;
    network.driver = driver;
    change(std::move(network));
}

} // namespace pontoon
