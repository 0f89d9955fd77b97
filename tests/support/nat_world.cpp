#include "tests/support/nat_world.hpp"

#include <algorithm>
#include <array>

#include "tests/support/config_lookup.hpp"

namespace pontoon::test {

namespace {

Ipv4 ip(const char* text) {
    return Ipv4::parse(text).value();
}

std::string text_of(const Publish& publish) {
    return publish.host_ip.to_string() + ":" + std::to_string(publish.host_ports.first) + "-" +
           std::to_string(publish.host_ports.last) + " protocol " + std::to_string(number_of(publish.protocol)) +
           " to " + publish.endpoint + ":" + std::to_string(publish.ports.first);
}

} // namespace

NatWorld::NatWorld(Dice& dice) : dice_(dice) {
    add_networks();
    add_uplink();
    for (unsigned i = 0; i < 5; ++i) {
        add_publish();
    }
    change_link();
    change_link();
}

void NatWorld::add_networks() {
    const unsigned missing = dice_.below(5);
    for (unsigned kind = 0; kind < 4; ++kind) {
        if (kind == missing) {
            continue;
        }
        constexpr std::array names{"closed", "internal", "plain", "own"};
        const std::uint32_t base = 10U << 24 | (kind + 1) << 16;
        const Ipv4 gateway{be32{base + 1}};
        Network network{names[kind], Prefix4{Ipv4{be32{base}}, 24}, gateway, mac_of(gateway)};
        network.icc = kind != 0;
        network.internal = kind == 1;
        network.masquerade = kind != 2;
        if (kind == 3) {
            network.host_ipv4 = ip(dice_.chance(50) ? "198.51.100.77" : "192.0.2.77");
        }
        network.host_port = dice_.chance(50) ? "host:" + network.name : "";
        const unsigned endpoints = dice_.between(2, 4);
        for (unsigned i = 0; i < endpoints; ++i) {
            const Ipv4 address{be32{base + 2 + i}};
            config_.endpoints.push_back({network.name + std::to_string(i), network.name, address, mac_of(address)});
        }
        config_.networks.push_back(std::move(network));
    }
}

void NatWorld::add_neighbor(const char* address) {
    config_.uplink->neighbors[ip(address)] = mac_of(ip(address));
}

void NatWorld::add_uplink() {
    Uplink uplink;
    uplink.ipv4 = {{ip("198.51.100.10"), 24}};
    uplink.mac = mac_of(ip("198.51.100.10"));
    uplink.gateway = ip("198.51.100.1");
    const unsigned more = dice_.below(3);
    if (more == 1) {
        uplink.ipv4.push_back({ip("198.51.100.11"), 24});
    } else if (more == 2) {
        uplink.ipv4.push_back({ip("203.0.113.10"), 24});
    }
    const auto range = [&](unsigned first) {
        return PortRange{
            static_cast<std::uint16_t>(first),
            static_cast<std::uint16_t>(first + (dice_.chance(60) ? dice_.between(3, 6) : dice_.between(3, 19)))};
    };
    uplink.nat_ports = {range(40000), range(50000)};
    config_.uplink = uplink;
    for (const auto* address : {"198.51.100.1", "198.51.100.20", "198.51.100.21", "203.0.113.20"}) {
        add_neighbor(address);
    }
    for (const auto* address : {"198.51.100.20", "198.51.100.21", "203.0.113.20", "192.0.2.1", "192.0.2.2"}) {
        remotes_.push_back(ip(address));
    }
}

Ipv4 NatWorld::random_host_ip() {
    return dice_.chance(60) ? Ipv4{} : dice_.pick(host_addresses(config_));
}

// Publishes to internal networks have host ports of their own: the rules do not say whether they hide others.
bool NatWorld::add_publish() {
    const auto& server = dice_.pick(config_.endpoints);
    const unsigned size = dice_.chance(70) ? 1 : dice_.between(2, 4);
    const bool internal = network_of(config_, server).internal;
    const unsigned host = (internal ? kInternalHostPort : kFirstHostPort) + dice_.below(kHostPorts);
    const unsigned port = kFirstContainerPort + dice_.below(kContainerPorts - 3);
    const auto range = [size](unsigned first) {
        return PortRange{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(first + size - 1)};
    };
    const Publish publish{random_host_ip(), range(host), static_cast<Transport>(dice_.below(3)), server.name,
                          range(port)};
    const bool taken = std::ranges::any_of(config_.publishes, [&](const Publish& other) {
        return other.protocol == publish.protocol && other.host_ip == publish.host_ip &&
               other.host_ports.overlaps(publish.host_ports);
    });
    if (taken || config_.publishes.size() >= 10) {
        return false;
    }
    config_.publishes.push_back(publish);
    return true;
}

std::string NatWorld::remove_publish() {
    if (config_.publishes.empty()) {
        return "nothing";
    }
    const auto at = config_.publishes.begin() + dice_.below(static_cast<unsigned>(config_.publishes.size()));
    std::string what = "unpublish " + text_of(*at);
    config_.publishes.erase(at);
    return what;
}

std::string NatWorld::move_publish() {
    if (config_.publishes.empty()) {
        return "nothing";
    }
    auto& publish = config_.publishes[dice_.below(static_cast<unsigned>(config_.publishes.size()))];
    const auto& before = *endpoint_named(config_, publish.endpoint);
    const auto& to = dice_.pick(config_.endpoints);
    if (network_of(config_, to).internal != network_of(config_, before).internal) {
        return "nothing";
    }
    std::string what = "move " + text_of(publish) + " to " + to.name;
    publish.endpoint = to.name;
    return what;
}

std::string NatWorld::remove_endpoint() {
    const Endpoint endpoint = dice_.pick(config_.endpoints);
    if (std::ranges::count(config_.endpoints, endpoint.network, &Endpoint::network) < 2) {
        return "nothing";
    }
    std::erase(config_.endpoints, endpoint);
    std::erase_if(config_.publishes, [&](const Publish& publish) { return publish.endpoint == endpoint.name; });
    std::erase_if(config_.links,
                  [&](const Link& link) { return link.from == endpoint.name || link.to == endpoint.name; });
    removed_.push_back(endpoint);
    return "remove endpoint " + endpoint.name;
}

std::string NatWorld::return_endpoint() {
    if (removed_.empty()) {
        return "nothing";
    }
    Endpoint endpoint = removed_.back();
    removed_.pop_back();
    if (dice_.chance(50)) {
        endpoint.mac.bytes[1] ^= 1; // another container with the address
    }
    config_.endpoints.push_back(endpoint);
    return "endpoint " + endpoint.name + " with " + endpoint.mac.to_string();
}

std::string NatWorld::switch_masquerade() {
    auto& network = config_.networks[dice_.below(static_cast<unsigned>(config_.networks.size()))];
    if (network.internal || network.host_ipv4) { // with host_ipv4 the rules leave too much open
        return "nothing";
    }
    network.masquerade = !network.masquerade;
    return "masquerade of " + network.name + (network.masquerade ? " on" : " off");
}

std::string NatWorld::change_link() {
    if (config_.links.size() > 2 || (!config_.links.empty() && dice_.chance(40))) {
        config_.links.erase(config_.links.begin());
        return "unlink the first";
    }
    const auto& from = dice_.pick(config_.endpoints);
    const auto& to = dice_.pick(config_.endpoints);
    if (from.network != to.network || from.name == to.name) {
        return "nothing";
    }
    const auto first = static_cast<std::uint16_t>(kFirstContainerPort + dice_.below(kContainerPorts));
    const auto last = static_cast<std::uint16_t>(first + dice_.below(3));
    config_.links.push_back({from.name, to.name, {{{first, last}, static_cast<Transport>(dice_.below(3))}}});
    return "link " + from.name + " to " + to.name + ":" + std::to_string(first);
}

std::string NatWorld::change_mtu() {
    auto& network = config_.networks[dice_.below(static_cast<unsigned>(config_.networks.size()))];
    network.mtu = network.mtu == 1500 ? 1400 : 1500;
    return "mtu of " + network.name;
}

std::string NatWorld::attach_host() {
    auto& network = config_.networks[dice_.below(static_cast<unsigned>(config_.networks.size()))];
    network.host_port = network.host_port.empty() ? "host:" + network.name : "";
    return (network.host_port.empty() ? "no host in " : "host in ") + network.name;
}

std::string NatWorld::change() {
    switch (dice_.below(15)) {
    case 0:
    case 1:
    case 2:
    case 3: return add_publish() ? "publish " + text_of(config_.publishes.back()) : "nothing";
    case 4:
    case 5: return remove_publish();
    case 6:
    case 7: return move_publish();
    case 8: return remove_endpoint();
    case 9:
    case 10: return return_endpoint();
    case 11: return switch_masquerade();
    case 12: return change_link();
    case 13: return attach_host();
    default: return change_mtu();
    }
}

} // namespace pontoon::test
