#include "control/desired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "control/topology.hpp"

namespace pontoon {

namespace {

std::uint64_t digits_of(const std::string& name) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return (hash ^ (hash >> 48)) & 0xffffffffffff;
}

Config load(const std::filesystem::path& file, bool uplink_in_file) {
    auto config = load_topology(file);
    if (!config) {
        throw std::runtime_error(config.error());
    }
    if (!config->endpoints.empty()) {
        throw std::runtime_error(file.string() + ": endpoints: endpoints are attached, not configured");
    }
    if (config->uplink && !uplink_in_file) {
        throw std::runtime_error(file.string() +
                                 ": uplink: --uplink names the interface, and the kernel has its addresses");
    }
    return std::move(*config);
}

Surroundings surroundings_of(const Desired& desired) {
    Surroundings around{desired.uplink, desired.conntrack, {}};
    const auto is_told = [&](Ipv4 address) { // gateways and the uplink's addresses are the host's anyway
        return std::ranges::count(desired.networks, address, &Network::gateway) != 0 ||
               (desired.uplink && std::ranges::count(desired.uplink->ipv4, address, &InterfaceAddress4::address) != 0);
    };
    std::ranges::remove_copy_if(desired.host_addresses, std::back_inserter(around.host_addresses), is_told);
    return around;
}

void add_networks(ConfigChange& change, const ConfigByName& before, const std::vector<Network>& after) {
    std::size_t known = 0;
    for (const Network& network : after) {
        const auto* const was = before.network(network.name);
        known += was != nullptr ? 1 : 0;
        if (was == nullptr || *was != network) {
            change.networks.emplace_back(network.name, network);
        }
    }
    if (known == before.networks().size()) {
        return;
    }
    for (const auto& [name, network] : before.networks()) {
        if (std::ranges::count(after, name, &Network::name) == 0) {
            change.networks.emplace_back(name, std::nullopt);
        }
    }
}

} // namespace

const Network* Desired::network(const std::string& name) const {
    const auto found = std::ranges::find(networks, name, &Network::name);
    return found == networks.end() ? nullptr : &*found;
}

Config to_config_without_endpoints(const Desired& desired) {
    auto around = surroundings_of(desired);
    return {desired.networks,
            {},
            {},
            desired.links,
            std::move(around.uplink),
            around.conntrack,
            std::move(around.host_addresses)};
}

Config to_config(const Desired& desired) {
    Config config = to_config_without_endpoints(desired);
    config.endpoints.reserve(desired.attachments.size());
    for (const auto& [name, attachment] : desired.attachments) {
        config.endpoints.push_back(attachment.endpoint);
        config.publishes.insert(config.publishes.end(), attachment.publishes.begin(), attachment.publishes.end());
    }
    return config;
}

ConfigChange change_of(const ConfigByName& before, const Desired& after, const std::vector<std::string>& endpoints) {
    ConfigChange change;
    add_networks(change, before, after.networks);
    for (const auto& name : endpoints) {
        const auto found = after.attachments.find(name);
        const bool there = found != after.attachments.end();
        const auto* const was = before.endpoint(name);
        if (there ? was == nullptr || *was != found->second.endpoint : was != nullptr) {
            change.endpoints.emplace_back(name, there ? std::optional(found->second.endpoint) : std::nullopt);
        }
        auto publishes = there ? found->second.publishes : std::vector<Publish>();
        if (publishes != before.publishes_of(name)) {
            change.publishes.emplace(name, std::move(publishes));
        }
    }
    if (after.links != before.links()) {
        change.links = after.links;
    }
    if (auto around = surroundings_of(after); around != before.surroundings()) {
        change.surroundings = std::move(around);
    }
    return change;
}

Desired load_desired(const std::optional<std::filesystem::path>& topology, bool uplink_in_file) {
    Config config = topology ? load(*topology, uplink_in_file) : Config{};
    if (uplink_in_file && !config.uplink) {
        throw std::runtime_error("--uplink with a PCI address needs --topology FILE with the uplink's addresses");
    }
    Desired desired;
    desired.networks = std::move(config.networks);
    desired.links = std::move(config.links);
    desired.conntrack = config.conntrack;
    desired.uplink = std::move(config.uplink);
    return desired;
}

std::string host_end(const std::string& endpoint) {
    return fmt::format("pv-{:012x}", digits_of(endpoint));
}

} // namespace pontoon
