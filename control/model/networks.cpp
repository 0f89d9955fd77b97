#include "control/model/networks.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "control/bridge_options.hpp"
#include "control/compile.hpp"
#include "control/json_reader.hpp"
#include "control/model/network_rules.hpp"
#include "control/refused.hpp"
#include "control/undo.hpp"

namespace pontoon {

namespace {

// "NAME1 id, NAME2 id" of those who are attached (N-151).
std::string endpoints_of(const State& state, const NetworkRecord& network) {
    constexpr unsigned kMost = 10;
    std::string text;
    unsigned count = 0;
    for (const auto& id : state.attached.at(network.id)) {
        const auto* container = state.containers.by_id(id);
        if (container == nullptr) {
            continue;
        }
        for (const auto& endpoint : container->endpoints) {
            if (endpoint.network_id == network.id && endpoint.is_attached() && ++count <= kMost) {
                text += fmt::format("{}name:\"{}\" id:\"{}\"", text.empty() ? "" : ", ", container->name,
                                    short_id(endpoint.id));
            }
        }
    }
    return text + (count > kMost ? ", ..." : "");
}

} // namespace

Networks::Networks(State& state, Ipam& ipam, Store& store, Bridges& bridges, Events& events, Reserved reserved,
                   TextMap defaults)
    : state_(state), ipam_(ipam), store_(store), bridges_(bridges), events_(events), reserved_(std::move(reserved)),
      defaults_(std::move(defaults)) {}

void Networks::check_unique(const NetworkRecord& request) const {
    if (state_.networks.by_name(request.name) != nullptr) {
        throw Refused(Refused::Why::conflict, fmt::format("network with name {} already exists", request.name));
    }
}

void Networks::take_defaults(NetworkRecord& request) const {
    if (request.driver == "bridge" && request.config_from.empty()) {
        request.options.insert(defaults_.begin(), defaults_.end());
    }
}

// What a network with --config-from has of the other (N-130 to N-132).
void Networks::take_configuration(NetworkRecord& request) const {
    if (request.config_from.empty()) {
        return;
    }
    const auto* from = state_.networks.by_name(request.config_from);
    if (from == nullptr || !from->config_only) {
        throw Refused(Refused::Why::missing,
                      fmt::format("configuration network \"{}\" does not exist", shown(request.config_from)));
    }
    request.ipam_driver = from->ipam_driver;
    request.ipam_options = from->ipam_options;
    request.pools = from->pools;
    request.options = from->options;
    request.labels.insert(from->labels.begin(), from->labels.end());
}

const NetworkRecord& Networks::create(NetworkRecord request) {
    check_name(request);
    check_request(request);
    check_unique(request);
    take_defaults(request);
    take_configuration(request);
    if (request.config_only) {
        request.driver = "null"; // as Docker shows it
    }
    check_driver(request);
    request.id = new_id();
    request.created = Time::now();
    const auto& made = make(std::move(request));
    events_.tell({"network", "create", made.id, {{"name", made.name}, {"type", made.driver}}, {}});
    spdlog::info("network {} ({}) is made{}", shown(made.name), short_id(made.id),
                 made.subnet ? ": " + made.subnet->to_string() : "");
    return made;
}

const NetworkRecord& Networks::make(NetworkRecord network) {
    Undo undo;
    if (network.driver == "bridge" && !network.config_only) {
        const auto options = parse_bridge_options(network.options, network.internal);
        const bool with_gateway = !options.isolated && !(options.inhibit_ipv4 && network.internal);
        const bool automatic = network.pools.empty() || !network.pools.front().subnet ||
                               network.pools.front().subnet->address.is_unspecified();
        const auto chosen = ipam_.add_network(network, host_interface(network), with_gateway,
                                              automatic ? reserved_() : std::vector<Prefix4>());
        undo.later([this, id = network.id] { ipam_.remove_network(id); });
        network.subnet = chosen.subnet;
        network.gateway = chosen.gateway;
    }
    bridges_.add(network);
    undo.later([&] { bridges_.remove(network); });
    store_.put(network);
    undo.keep();
    return state_.networks.put(std::move(network));
}

void Networks::check_removable(const NetworkRecord& network) const {
    if (is_predefined(network)) {
        throw Refused(Refused::Why::forbidden, network.name + " is a pre-defined network and cannot be removed");
    }
    const auto depends = [&](const auto& entry) { return entry.second.config_from == network.name; };
    if (network.config_only && std::ranges::any_of(state_.networks.all(), depends)) {
        throw Refused(Refused::Why::forbidden, fmt::format("configuration network \"{}\" is in use", network.name));
    }
    const auto attached = state_.attached.find(network.id);
    if (attached != state_.attached.end() && !attached->second.empty()) {
        throw Refused(Refused::Why::forbidden,
                      fmt::format("error while removing network: network {} has active endpoints ({})", network.name,
                                  endpoints_of(state_, network)));
    }
}

void Networks::remove(const std::string& key) {
    const NetworkRecord network = find_network(state_, key);
    check_removable(network);
    take_away(network);
    events_.tell({"network", "destroy", network.id, {{"name", network.name}, {"type", network.driver}}, {}});
}

// Once the store has forgotten it, it is gone; the next daemon removes an interface that cannot be removed now.
void Networks::take_away(const NetworkRecord& network) {
    store_.erase_network(network.id);
    state_.networks.erase(network.id);
    state_.attached.erase(network.id);
    ipam_.remove_network(network.id);
    try {
        bridges_.release(network);
        bridges_.remove(network);
    } catch (const std::exception& error) {
        spdlog::error("network {} is removed, but {}", shown(network.name), error.what());
    }
    spdlog::info("network {} ({}) is removed", shown(network.name), short_id(network.id));
}

Texts Networks::prunable(const Filters& filters) const {
    const auto until = check_prune_filters(filters);
    Texts ids;
    for (const auto& [id, network] : state_.networks.all()) {
        const auto attached = state_.attached.find(id);
        const bool used = attached != state_.attached.end() && !attached->second.empty();
        if (!used && !network.config_only && !is_predefined(network) && match_prune(network, filters, until)) {
            ids.push_back(id);
        }
    }
    return ids;
}

std::optional<std::string> Networks::prune(const std::string& id) {
    const auto* network = state_.networks.by_id(id);
    if (network == nullptr) {
        return std::nullopt;
    }
    const std::string name = network->name;
    try {
        remove(id);
        return name;
    } catch (const Refused& refused) { // somebody has come in the meantime
        spdlog::info("network {} is not pruned: {}", shown(name), refused.what());
        return std::nullopt;
    }
}

} // namespace pontoon
