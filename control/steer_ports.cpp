#include "control/steer_ports.hpp"

#include <string_view>
#include <unordered_map>

namespace pontoon {

namespace {

steer_kind kind_of(Transport protocol) {
    switch (protocol) {
    case Transport::udp: return STEER_UDP;
    case Transport::sctp: return STEER_SCTP;
    case Transport::tcp: break;
    }
    return STEER_TCP;
}

// Calls `change` with each word that `range` has bits in, and those bits.
template <typename Change>
void each_word(const PortRange& range, Change&& change) {
    for (unsigned word = range.first / 64U; word <= range.last / 64U; ++word) {
        std::uint64_t bits = ~std::uint64_t{0};
        if (word == range.first / 64U) {
            bits &= ~std::uint64_t{0} << (range.first % 64U);
        }
        if (word == range.last / 64U) {
            bits &= ~std::uint64_t{0} >> (63U - range.last % 64U);
        }
        change(word, bits);
    }
}

// Endpoints that may publish: those of internal networks do not.
std::unordered_map<std::string_view, bool> publishers(const Config& config) {
    std::unordered_map<std::string_view, bool> internal;
    for (const auto& network : config.networks) {
        internal[network.name] = network.internal;
    }
    std::unordered_map<std::string_view, bool> may;
    for (const auto& endpoint : config.endpoints) {
        const auto network = internal.find(endpoint.network);
        may[endpoint.name] = network != internal.end() && !network->second;
    }
    return may;
}

} // namespace

void PortSet::add(const PortRange& range) {
    each_word(range, [this](unsigned word, std::uint64_t bits) { words_[word] |= bits; });
}

void PortSet::remove(const PortRange& range) {
    each_word(range, [this](unsigned word, std::uint64_t bits) { words_[word] &= ~bits; });
}

PortSet nat_ports(const Config& config) {
    PortSet ports;
    if (config.uplink) {
        for (const auto& range : config.uplink->nat_ports) {
            ports.add(range);
        }
    }
    return ports;
}

std::map<Ipv4, SteeredPorts> steered_ports(const Config& config) {
    std::map<Ipv4, SteeredPorts> ports;
    if (!config.uplink) {
        return ports;
    }
    SteeredPorts everywhere{};
    everywhere.fill(nat_ports(config));
    const auto may_publish = publishers(config);
    const auto takes_part = [&](const Publish& publish) {
        const auto endpoint = may_publish.find(publish.endpoint);
        return endpoint != may_publish.end() && endpoint->second;
    };
    for (const auto& publish : config.publishes) {
        if (publish.host_ip.is_unspecified() && takes_part(publish)) {
            everywhere[kind_of(publish.protocol)].add(publish.host_ports);
        }
    }
    for (const auto& address : config.uplink->ipv4) {
        ports.emplace(address.address, everywhere);
    }
    for (const auto& network : config.networks) {
        if (network.host_ipv4) {
            ports.emplace(*network.host_ipv4, everywhere);
        }
    }
    for (const auto& publish : config.publishes) {
        const auto address = ports.find(publish.host_ip);
        if (address != ports.end() && takes_part(publish)) {
            address->second[kind_of(publish.protocol)].add(publish.host_ports);
        }
    }
    return ports;
}

std::vector<PortRange> published_ports(const Config& config) {
    const auto may_publish = publishers(config);
    PortSet ports;
    for (const auto& publish : config.publishes) {
        const auto endpoint = may_publish.find(publish.endpoint);
        if (endpoint != may_publish.end() && endpoint->second) {
            ports.add(publish.host_ports);
        }
    }
    if (config.uplink) {
        for (const auto& range : config.uplink->nat_ports) {
            ports.remove(range);
        }
    }
    std::vector<PortRange> ranges;
    for (std::uint32_t port = 0; port <= 65535; ++port) {
        const auto number = static_cast<std::uint16_t>(port);
        if (!ports.has(number)) {
            continue;
        }
        if (!ranges.empty() && ranges.back().last + 1U == port) {
            ranges.back().last = number;
        } else {
            ranges.push_back({number, number});
        }
    }
    return ranges;
}

} // namespace pontoon
