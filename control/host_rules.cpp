#include "control/host_rules.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace pontoon {
namespace {

// Calls `use` with the fewest prefixes (first port, length) that make up a range.
template <typename Use>
void for_each_prefix(PortRange range, Use&& use) {
    for (unsigned port = range.first; port <= range.last;) {
        unsigned bits = 0; // of the prefix's ports: as many as its first port and the range's end allow
        while (bits < 16 && port % (2U << bits) == 0 && port + (2U << bits) - 1 <= range.last) {
            ++bits;
        }
        use(static_cast<std::uint16_t>(port), static_cast<std::uint8_t>(16 - bits));
        port += 1U << bits;
    }
}

} // namespace

std::vector<HostRule> host_rules(const Config& config) {
    std::vector<HostRule> rules;
    if (config.publishes.empty()) {
        return rules;
    }
    std::unordered_set<std::string_view> internal;
    for (const auto& network : config.networks) {
        if (network.internal) {
            internal.insert(network.name);
        }
    }
    std::unordered_map<std::string_view, const Endpoint*> endpoints;
    for (const auto& endpoint : config.endpoints) {
        endpoints.emplace(endpoint.name, &endpoint);
    }
    for (const auto& publish : config.publishes) {
        const auto found = endpoints.find(publish.endpoint);
        if (found != endpoints.end() && !internal.contains(found->second->network)) {
            rules.push_back({publish, found->second->ipv4});
        }
    }
    return rules;
}

std::set<Ipv4> host_addresses(const Config& config) {
    std::set<Ipv4> addresses(config.host_addresses.begin(), config.host_addresses.end());
    for (const auto& network : config.networks) {
        addresses.insert(network.gateway);
    }
    if (config.uplink) {
        for (const auto& address : config.uplink->ipv4) {
            addresses.insert(address.address);
        }
    }
    return addresses;
}

PublishedPrefixes published_prefixes(const std::vector<HostRule>& rules) {
    PublishedPrefixes::sequence_type prefixes;
    prefixes.reserve(2 * rules.size());
    for (const auto& [publish, container] : rules) {
        const PublishedTarget target{container, publish.host_ports.first, publish.ports.first};
        for_each_prefix(publish.host_ports, [&](std::uint16_t port, std::uint8_t length) {
            prefixes.push_back({{publish.host_ip, publish.protocol, port, length}, target});
            prefixes.push_back({{kSomeAddress, publish.protocol, port, length}, target});
        });
    }
    const auto prefix_of = [](const auto& entry) { return entry.first; };
    std::ranges::stable_sort(prefixes, {}, prefix_of); // of several rules the first one counts
    prefixes.erase(std::ranges::unique(prefixes, {}, prefix_of).begin(), prefixes.end());
    PublishedPrefixes published;
    published.adopt_sequence(boost::container::ordered_unique_range, std::move(prefixes));
    return published;
}

std::string protocol_name(Transport protocol) {
    switch (protocol) {
    case Transport::udp: return "udp";
    case Transport::sctp: return "sctp";
    default: return "tcp";
    }
}

} // namespace pontoon
