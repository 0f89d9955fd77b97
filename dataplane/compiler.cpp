#include <algorithm>
#include <stdexcept>

#include "dataplane/bridge/neighbors.hpp"
#include "dataplane/compiler_draft.hpp"

namespace pontoon {

bool Compiler::detach(const AttachedPort& port) {
    if (std::erase_if(came_, [&](const auto* came) { return came == &port; }) != 0) {
        return false;
    }
    left_.push_back({port.id, port.worker, port.name});
    return true;
}

const AttachedPort* Compiler::port_of(const std::string& name) const {
    const auto found = ports_.find(name);
    return found == ports_.end() ? nullptr : found->second.get();
}

Zone Compiler::zone_of(const Draft& draft, const std::string& network) const {
    if (const auto found = draft.new_zones.find(network); found != draft.new_zones.end()) {
        return found->second;
    }
    const auto found = zones_.find(network);
    return found == zones_.end() || draft.gone_zones.contains(network) ? kUplinkZone : found->second;
}

const Compiler::Member* Compiler::member(const Draft& draft, const std::string& endpoint) const {
    if (const auto found = draft.new_members.find(endpoint); found != draft.new_members.end()) {
        return &found->second;
    }
    const auto found = members_.find(endpoint);
    return found == members_.end() || draft.gone_members.contains(endpoint) ? nullptr : &found->second;
}

Compiler::Compiled Compiler::compile(const Plan& current, const ConfigChange& change) {
    Compiled compiled;
    const auto back = config_.apply(change);
    try {
        Draft draft(current);
        make(draft, change);
        commit(draft, compiled.tables);
        compiled.plan = std::move(draft.plan);
    } catch (...) {
        config_.apply(back);
        throw;
    }
    return compiled;
}

void Compiler::make(Draft& draft, const ConfigChange& change) const {
    const auto endpoints = affected(change);
    const auto networks = networks_at(change);
    for (const auto& name : endpoints) {
        leave(draft, name);
    }
    take_hosts(draft, networks);
    change_ports(draft);
    set_networks(draft, networks);
    for (const auto& name : endpoints) {
        join(draft, name);
    }
    publish(draft, endpoints, change);
    set_links(draft);
    if (are_ways_different(change)) {
        set_ways(draft);
    }
    finish_domains(draft);
}

// Endpoints that may take part now and did not before, or differently, or no longer.
std::set<std::string> Compiler::affected(const ConfigChange& change) const {
    std::set<std::string> names;
    for (const auto& [name, endpoint] : change.endpoints) {
        names.insert(name);
    }
    for (const auto& [name, network] : change.networks) {
        const auto& of = config_.endpoints_of(name);
        names.insert(of.begin(), of.end());
    }
    const auto add_behind = [&](const std::string& port) {
        for (auto& name : config_.endpoints_behind(port)) {
            names.insert(std::move(name));
        }
    };
    for (const auto* port : came_) {
        add_behind(port->name);
    }
    for (const auto& port : left_) {
        add_behind(port.name);
    }
    return names;
}

void Compiler::leave(Draft& draft, const std::string& endpoint) const {
    const auto found = members_.find(endpoint);
    if (found == members_.end()) {
        return;
    }
    const Member& member = found->second;
    domain(draft, member.zone).remove({member.mac, member.port});
    vacate(draft, member.port);
    draft.plan->routing.remove(member.number);
    draft.numbers.push_back(member.number);
    draft.gone_members.insert(endpoint);
}

void Compiler::join(Draft& draft, const std::string& endpoint) const {
    const auto* const config = config_.endpoint(endpoint);
    if (config == nullptr) {
        return;
    }
    const Zone zone = zone_of(draft, config->network);
    const auto* const port = port_of(config->port_name());
    if (zone == kUplinkZone || port == nullptr) {
        return;
    }
    const auto& slot = draft.plan->ports[port->id];
    if (slot.in_network() && slot.zone != zone) {
        return;
    }
    Routing& routing = draft.plan->routing;
    if (routing.size() == Neighbors::kMostEndpoints) {
        throw std::runtime_error("more than " + std::to_string(Neighbors::kMostEndpoints) + " endpoints");
    }
    occupy(draft, port->id, zone);
    domain(draft, zone).add({config->mac, port->id});
    const auto number = routing.add({config->ipv4, config->mac, port->id, zone, port->worker});
    draft.new_members.emplace(endpoint, Member{number, port->id, zone, config->mac, config->ipv4});
}

void Compiler::change_ports(Draft& draft) const {
    Plan& plan = *draft.plan;
    plan.owned.resize(workers_);
    for (const auto& port : left_) {
        plan.ports[port.id] = {};
        plan.changed_ports.push_back(port.id);
        std::erase(plan.owned[port.worker], port.id);
    }
    for (auto* port : came_) {
        if (port->id >= plan.ports.size()) {
            constexpr std::size_t step = 64; // a copy has no room to grow
            plan.ports.resize(port->id / step * step + step);
        }
        auto& slot = plan.ports[port->id];
        plan.changed_ports.push_back(port->id);
        slot.attachment = port;
        slot.joined = plan.generation;
        slot.uplink = port->name == kUplinkName;
        slot.names = port->name == kNamesPort;
        auto& owned = plan.owned[port->worker];
        owned.insert(std::ranges::lower_bound(owned, port->id), port->id);
    }
}

// The published ports of endpoints that take part; those of internal networks are not published (P-017).
void Compiler::publish(Draft& draft, std::set<std::string> endpoints, const ConfigChange& change) const {
    for (const auto& [name, publishes] : change.publishes) {
        endpoints.insert(name);
    }
    std::vector<PublishedRange> ranges;
    for (const auto& name : endpoints) {
        const auto* const of = member(draft, name);
        if (of == nullptr) {
            continue;
        }
        draft.numbers.push_back(of->number);
        if (config_.network(config_.endpoint(name)->network)->internal) {
            continue;
        }
        for (const auto& publish : config_.publishes_of(name)) {
            ranges.push_back(
                {ip_protocol(publish.protocol), publish.host_ip, publish.host_ports, publish.ports.first, of->number});
        }
    }
    draft.plan->routing.publish(std::move(draft.numbers), ranges);
}

bool Compiler::are_ways_different(const ConfigChange& change) const {
    const auto matters = [this](const std::string& port) {
        return port == kUplinkName || port == kNamesPort || config_.network_of_host(port) != nullptr;
    };
    return !change.networks.empty() || change.surroundings ||
           std::ranges::any_of(came_, [&](const auto* port) { return matters(port->name); }) ||
           std::ranges::any_of(left_, [&](const Left& port) { return matters(port.name); });
}

void Compiler::set_ways(Draft& draft) const {
    std::vector<RoutedNetwork> networks;
    networks.reserve(config_.networks().size());
    for (const auto& [name, network] : config_.networks()) {
        const Zone zone = zone_of(draft, name);
        const auto changed = draft.domains.find(zone);
        const auto& bridge =
            changed != draft.domains.end() ? changed->second.bridge : *draft.plan->domains[zone].bridge;
        networks.push_back({zone, network.subnet, network.gateway, network.gateway_mac, network.masquerade,
                            network.internal, network.mtu, network.host_ipv4, bridge.host, network.names});
    }
    // Containers reach published ports without a way out too, and are translated for it.
    const auto& around = config_.surroundings();
    const Uplink way = around.uplink.value_or(Uplink{});
    std::optional<RoutedUplink> uplink;
    if (const auto* const port = port_of(kUplinkName); around.uplink && port != nullptr) {
        uplink = {port->id, port->worker,  way.mac,    way.mtu,   way.gateway,
                  way.ipv4, way.neighbors, way.routes, way.shared};
    }
    Routing& routing = draft.plan->routing;
    routing.set_ways(std::move(networks), std::move(uplink), NatPorts(way.nat_ports, workers_), around.host_addresses);
    routing.conntrack = around.conntrack;
    const auto* const names = port_of(kNamesPort);
    routing.names_port = names != nullptr ? names->id : kNoPort;
}

// Memory comes first, so that nothing fails in the middle.
void Compiler::commit(Draft& draft, std::vector<std::shared_ptr<const void>>& last) {
    zones_.reserve(zones_.size() + draft.new_zones.size());
    members_.reserve(members_.size() + draft.new_members.size());
    tables_.resize(std::max(tables_.size(), draft.plan->domains.size()));
    last.reserve(2 * draft.tables.size());
    for (const auto& name : draft.gone_zones) {
        zones_.erase(name);
    }
    zones_.merge(draft.new_zones);
    for (const auto& name : draft.gone_members) {
        members_.erase(name);
    }
    members_.merge(draft.new_members);
    for (auto& [zone, tables] : draft.tables) {
        last.push_back(std::move(tables_[zone].bridge));
        last.push_back(std::move(tables_[zone].fdbs));
        tables_[zone] = std::move(tables);
    }
    linked_ = std::move(draft.linked);
    came_.clear();
    left_.clear();
}

} // namespace pontoon
