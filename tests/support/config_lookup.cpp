#include "tests/support/config_lookup.hpp"

#include <algorithm>
#include <stdexcept>

namespace pontoon::test {

namespace {

bool covers(const PortRange& range, std::uint16_t port) {
    return range.first <= port && port <= range.last;
}

} // namespace

const Network& network_named(const Config& config, const std::string& name) {
    const auto found = std::ranges::find(config.networks, name, &Network::name);
    if (found == config.networks.end()) {
        throw std::logic_error("no network " + name);
    }
    return *found;
}

const Endpoint* endpoint_named(const Config& config, const std::string& name) {
    const auto found = std::ranges::find(config.endpoints, name, &Endpoint::name);
    return found == config.endpoints.end() ? nullptr : &*found;
}

const Endpoint* endpoint_at(const Config& config, Ipv4 address) {
    const auto found = std::ranges::find(config.endpoints, address, &Endpoint::ipv4);
    return found == config.endpoints.end() ? nullptr : &*found;
}

const Network& network_of(const Config& config, const Endpoint& endpoint) {
    return network_named(config, endpoint.network);
}

std::vector<Ipv4> host_addresses(const Config& config) {
    std::vector<Ipv4> addresses;
    for (const auto& address : config.uplink->ipv4) {
        addresses.push_back(address.address);
    }
    for (const auto& network : config.networks) {
        addresses.push_back(network.gateway);
        if (network.host_ipv4) {
            addresses.push_back(*network.host_ipv4);
        }
    }
    return addresses;
}

bool is_host_address(const Config& config, Ipv4 address) {
    return std::ranges::count(host_addresses(config), address) != 0;
}

bool is_gateway_address(const Config& config, Ipv4 address) {
    return std::ranges::count(config.networks, address, &Network::gateway) != 0;
}

std::vector<std::uint16_t> nat_ports(const Config& config) {
    std::vector<std::uint16_t> ports;
    for (const auto& range : config.uplink->nat_ports) {
        for (unsigned port = range.first; port <= range.last; ++port) {
            ports.push_back(static_cast<std::uint16_t>(port));
        }
    }
    return ports;
}

std::uint8_t number_of(Transport protocol) {
    switch (protocol) {
    case Transport::tcp: return kTcp;
    case Transport::udp: return kUdp;
    case Transport::sctp: return kSctp;
    }
    throw std::logic_error("no such transport");
}

const Publish* publish_for(const Config& config, const Tuple& tuple) {
    const Publish* best = nullptr;
    for (const auto& publish : config.publishes) {
        const auto* server = endpoint_named(config, publish.endpoint);
        const bool fits = number_of(publish.protocol) == tuple.protocol &&
                          covers(publish.host_ports, tuple.destination_port) &&
                          (publish.host_ip.is_unspecified() || publish.host_ip == tuple.destination);
        if (fits && server != nullptr && !network_of(config, *server).internal &&
            (best == nullptr || best->host_ip.is_unspecified())) {
            best = &publish;
        }
    }
    return best;
}

Tuple published(const Config& config, const Publish& publish, const Tuple& tuple) {
    Tuple to = tuple;
    to.destination = endpoint_named(config, publish.endpoint)->ipv4;
    to.destination_port =
        static_cast<std::uint16_t>(publish.ports.first + (tuple.destination_port - publish.host_ports.first));
    return to;
}

Mac next_hop(const Uplink& uplink, Ipv4 destination) {
    const bool on_link = std::ranges::any_of(
        uplink.ipv4, [&](const InterfaceAddress4& address) { return address.prefix().contains(destination); });
    return uplink.neighbors.at(on_link ? destination : uplink.gateway);
}

bool is_linked(const Config& config, const Endpoint& from, const Endpoint& to, const Tuple& tuple) {
    return std::ranges::any_of(config.links, [&](const Link& link) {
        const bool there = link.from == from.name && link.to == to.name;
        const bool back = link.to == from.name && link.from == to.name;
        return std::ranges::any_of(link.ports, [&](const Link::Ports& ports) {
            return number_of(ports.protocol) == tuple.protocol &&
                   ((there && covers(ports.range, tuple.destination_port)) ||
                    (back && covers(ports.range, tuple.source_port)));
        });
    });
}

} // namespace pontoon::test
