// Any text as a topology: it is refused in one line, or what it says holds together.
#include <algorithm>
#include <string_view>

#include "control/topology.hpp"
#include "tests/fuzz/expect.hpp"

namespace pontoon {

namespace {

void check_error(std::string_view error) {
    EXPECT(!error.empty() && error.size() < 512);
    EXPECT(std::ranges::none_of(error, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
}

bool taken_twice(const Publish& one, const Publish& other) {
    return one.host_ip == other.host_ip && one.protocol == other.protocol && one.host_ports.overlaps(other.host_ports);
}

void check_publishes(const Config& config) {
    for (const auto& publish : config.publishes) {
        EXPECT(std::ranges::count(config.endpoints, publish.endpoint, &Endpoint::name) == 1);
        EXPECT(publish.ports.first >= 1 && publish.ports.first <= publish.ports.last);
        EXPECT(publish.ports.size() == publish.host_ports.size());
        EXPECT(std::ranges::count_if(config.publishes,
                                     [&](const Publish& other) { return taken_twice(publish, other); }) == 1); // itself
        if (config.uplink && publish.host_ip.is_unspecified()) {
            EXPECT(std::ranges::none_of(config.uplink->nat_ports,
                                        [&](const PortRange& range) { return range.overlaps(publish.host_ports); }));
        }
    }
}

void check_links(const Config& config) {
    for (const auto& link : config.links) {
        const auto from = std::ranges::find(config.endpoints, link.from, &Endpoint::name);
        const auto to = std::ranges::find(config.endpoints, link.to, &Endpoint::name);
        EXPECT(from != config.endpoints.end() && to != config.endpoints.end() && from != to);
        EXPECT(from->network == to->network && !link.ports.empty());
    }
}

void check_uplink(const Config& config, const Uplink& uplink) {
    EXPECT(!uplink.ipv4.empty() && !uplink.nat_ports.empty() && uplink.mtu >= 68);
    for (const auto& address : uplink.ipv4) {
        EXPECT(std::ranges::count(uplink.ipv4, address.address, &InterfaceAddress4::address) == 1);
        EXPECT(std::ranges::none_of(config.networks,
                                    [&](const Network& network) { return network.subnet.overlaps(address.prefix()); }));
    }
    for (const auto& range : uplink.nat_ports) {
        EXPECT(range.first >= 1 && range.first <= range.last);
        EXPECT(std::ranges::count_if(uplink.nat_ports, [&](const PortRange& other) { return other.overlaps(range); }) ==
               1);
    }
}

void check_config(const Config& config) {
    for (const auto& endpoint : config.endpoints) {
        const auto network = std::ranges::find(config.networks, endpoint.network, &Network::name);
        EXPECT(network != config.networks.end());
        EXPECT(network->subnet.contains(endpoint.ipv4) && endpoint.ipv4 != network->gateway);
        EXPECT(!endpoint.mac.is_group() && !endpoint.mac.is_zero() && endpoint.mac != network->gateway_mac);
    }
    for (const auto& network : config.networks) {
        EXPECT(network.subnet.contains(network.gateway));
        const auto overlapping = std::ranges::count_if(
            config.networks, [&](const Network& other) { return other.subnet.overlaps(network.subnet); });
        EXPECT(overlapping == 1); // itself
        EXPECT(!network.host_ipv4 || std::ranges::none_of(config.networks, [&](const Network& other) {
            return other.subnet.contains(*network.host_ipv4);
        }));
    }
    check_publishes(config);
    check_links(config);
    if (config.uplink) {
        check_uplink(config, *config.uplink);
    }
    EXPECT(config.conntrack.max >= 1 && config.conntrack.max <= kMaxFlows);
    EXPECT(config.conntrack.udp_timeout >= 1 && config.conntrack.generic_timeout >= 1);
}

} // namespace

} // namespace pontoon

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto config = pontoon::parse_topology({reinterpret_cast<const char*>(data), size});
    if (config) {
        pontoon::check_config(*config);
    } else {
        pontoon::check_error(config.error());
    }
    return 0;
}
