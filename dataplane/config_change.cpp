#include "dataplane/config_change.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace pontoon {

namespace {

template <typename Map>
const typename Map::mapped_type* find(const Map& map, const std::string& name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
}

template <typename Value>
std::optional<Value> copy_of(const Value* value) {
    return value == nullptr ? std::nullopt : std::optional<Value>(*value);
}

template <typename NamesBy>
void erase_name(NamesBy& names, const std::string& by, const std::string& name) {
    const auto found = names.find(by);
    if (found != names.end() && found->second.erase(name) != 0 && found->second.empty()) {
        names.erase(found);
    }
}

template <typename Value, typename Map>
void add_difference(ConfigChange::Named<Value>& named, const Map& before, const std::vector<Value>& after) {
    std::unordered_set<std::string_view> there;
    for (const Value& value : after) {
        there.insert(value.name);
    }
    for (const auto& [name, value] : before) {
        if (!there.contains(name)) {
            named.emplace_back(name, std::nullopt);
        }
    }
    for (const Value& value : after) {
        const auto* const was = find(before, value.name);
        if (was == nullptr || !(*was == value)) {
            named.emplace_back(value.name, value);
        }
    }
}

} // namespace

const Network* ConfigByName::network(const std::string& name) const {
    return find(networks_, name);
}

const Endpoint* ConfigByName::endpoint(const std::string& name) const {
    return find(endpoints_, name);
}

const std::vector<Publish>& ConfigByName::publishes_of(const std::string& endpoint) const {
    static const std::vector<Publish> none;
    const auto* const found = find(publishes_, endpoint);
    return found == nullptr ? none : *found;
}

const Network* ConfigByName::network_of_host(const std::string& port) const {
    const auto* const name = find(networks_of_hosts_, port);
    return name == nullptr ? nullptr : network(*name);
}

const std::set<std::string>& ConfigByName::endpoints_of(const std::string& network) const {
    static const std::set<std::string> none;
    const auto* const found = find(of_networks_, network);
    return found == nullptr ? none : *found;
}

std::vector<std::string> ConfigByName::endpoints_behind(const std::string& port) const {
    std::vector<std::string> names;
    if (const auto* const others = find(behind_ports_, port)) {
        names.assign(others->begin(), others->end());
    }
    if (const auto* const own = endpoint(port); own != nullptr && own->port_name() == port) {
        names.push_back(port);
    }
    return names;
}

void ConfigByName::put(const std::string& name, const std::optional<Network>& network) {
    if (const auto* const was = find(networks_, name)) {
        if (const auto host = networks_of_hosts_.find(was->host_port);
            host != networks_of_hosts_.end() && host->second == name) {
            networks_of_hosts_.erase(host);
        }
    }
    if (!network) {
        networks_.erase(name);
        return;
    }
    networks_.insert_or_assign(name, *network);
    if (!network->host_port.empty()) {
        networks_of_hosts_.insert_or_assign(network->host_port, name);
    }
}

void ConfigByName::put(const std::string& name, const std::optional<Endpoint>& endpoint) {
    if (const auto* const was = find(endpoints_, name)) {
        erase_name(of_networks_, was->network, name);
        erase_name(behind_ports_, was->port, name);
    }
    if (!endpoint) {
        endpoints_.erase(name);
        return;
    }
    endpoints_.insert_or_assign(name, *endpoint);
    of_networks_[endpoint->network].insert(name);
    if (!endpoint->port.empty() && endpoint->port != name) {
        behind_ports_[endpoint->port].insert(name);
    }
}

ConfigChange ConfigByName::apply(const ConfigChange& change) {
    ConfigChange back;
    for (const auto& [name, value] : change.networks) {
        back.networks.emplace_back(name, copy_of(network(name)));
        put(name, value);
    }
    for (const auto& [name, value] : change.endpoints) {
        back.endpoints.emplace_back(name, copy_of(endpoint(name)));
        put(name, value);
    }
    for (const auto& [name, publishes] : change.publishes) {
        back.publishes.emplace(name, publishes_of(name));
        if (publishes.empty()) {
            publishes_.erase(name);
        } else {
            publishes_.insert_or_assign(name, publishes);
        }
    }
    if (change.links) {
        back.links = std::exchange(links_, *change.links);
    }
    if (change.surroundings) {
        back.surroundings = std::exchange(surroundings_, *change.surroundings);
    }
    // Where one name was told twice, the first state was the one before.
    std::ranges::reverse(back.networks);
    std::ranges::reverse(back.endpoints);
    return back;
}

Config ConfigByName::published() const {
    Config config;
    for (const auto& [name, network] : networks_) {
        config.networks.push_back(network);
    }
    for (const auto& [name, publishes] : publishes_) {
        if (const auto* const publisher = endpoint(name)) {
            config.endpoints.push_back(*publisher);
        }
        config.publishes.insert(config.publishes.end(), publishes.begin(), publishes.end());
    }
    config.uplink = surroundings_.uplink;
    config.conntrack = surroundings_.conntrack;
    config.host_addresses = surroundings_.host_addresses;
    return config;
}

ConfigChange difference(const ConfigByName& before, const Config& after) {
    ConfigChange change;
    add_difference(change.networks, before.networks(), after.networks);
    add_difference(change.endpoints, before.endpoints(), after.endpoints);
    std::map<std::string, std::vector<Publish>> publishes;
    for (const auto& publish : after.publishes) {
        publishes[publish.endpoint].push_back(publish);
    }
    for (const auto& [name, was] : before.publishes()) {
        publishes.try_emplace(name); // publishes nothing any more, unless it does
    }
    std::erase_if(publishes, [&](const auto& of) { return of.second == before.publishes_of(of.first); });
    change.publishes = std::move(publishes);
    if (after.links != before.links()) {
        change.links = after.links;
    }
    if (Surroundings now{after.uplink, after.conntrack, after.host_addresses}; !(now == before.surroundings())) {
        change.surroundings = std::move(now);
    }
    return change;
}

} // namespace pontoon
