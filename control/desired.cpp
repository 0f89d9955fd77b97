#include "control/desired.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

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

} // namespace

const Network* Desired::network(const std::string& name) const {
    const auto found = std::ranges::find(networks, name, &Network::name);
    return found == networks.end() ? nullptr : &*found;
}

Config to_config_without_endpoints(const Desired& desired) {
    Config config{desired.networks, {}, {}, desired.links, desired.uplink, desired.conntrack, {}};
    std::set<Ipv4> told; // gateways and the uplink's addresses are the host's anyway
    for (const auto& network : desired.networks) {
        told.insert(network.gateway);
    }
    if (desired.uplink) {
        for (const auto& address : desired.uplink->ipv4) {
            told.insert(address.address);
        }
    }
    std::ranges::copy_if(desired.host_addresses, std::back_inserter(config.host_addresses),
                         [&](Ipv4 address) { return !told.contains(address); });
    return config;
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
