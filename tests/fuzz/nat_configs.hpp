// Configurations for fuzz_nat: three networks of two endpoints each and an uplink, in ways that 16 bits choose.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "dataplane/config.hpp"

namespace pontoon {

inline constexpr unsigned kNatEndpoints = 6;
inline constexpr std::uint16_t kFirstNatPort = 40000;
inline constexpr Mac kUplinkMac{{2, 0x77, 0, 0, 0, 1}};

constexpr Ipv4 address(unsigned a, unsigned b, unsigned c, unsigned d) {
    return Ipv4{be32{a << 24 | b << 16 | c << 8 | d}};
}
inline constexpr Ipv4 kRemote = address(198, 51, 100, 9);

inline Ipv4 nat_endpoint(unsigned number) {
    return address(10, number % 3, 0, 2 + number);
}

inline std::string port_of(unsigned endpoint) {
    return "e" + std::to_string(endpoint);
}
inline std::string host_port_of(unsigned network) {
    return "host:n" + std::to_string(network);
}

// Whoever may be meant: endpoints, gateways, stations, the host, neighbours, the world, and nobody.
inline std::vector<Ipv4> nat_addresses() {
    std::vector<Ipv4> all{address(192, 0, 2, 1),
                          address(192, 0, 2, 2),
                          address(192, 0, 2, 3),
                          address(192, 0, 2, 9),
                          address(192, 0, 2, 50),
                          kRemote,
                          address(198, 51, 100, 8),
                          address(224, 0, 0, 1),
                          address(192, 0, 2, 66),
                          address(10, 0, 255, 255),
                          Ipv4{}};
    for (unsigned n = 0; n < 3; ++n) {
        for (const unsigned host : {0U, 1U, 2U + n, 5U + n, 77U}) {
            all.push_back(address(10, n, 0, host));
        }
    }
    return all;
}

inline Uplink nat_uplink(unsigned variant) {
    Uplink uplink;
    uplink.ipv4 = {{address(192, 0, 2, 2), 24}};
    if ((variant & 1) != 0) {
        uplink.ipv4.push_back({address(192, 0, 2, 3), 24});
    }
    uplink.mac = kUplinkMac;
    uplink.gateway = (variant & 6) == 6 ? Ipv4{} : address(192, 0, 2, 1);
    uplink.nat_ports = {{kFirstNatPort, kFirstNatPort + 3}, {kFirstNatPort + 6, kFirstNatPort + 11}};
    if ((variant & 2) == 0) {
        uplink.neighbors = {{address(192, 0, 2, 1), mac_of(address(192, 0, 2, 1))}};
    }
    if ((variant & 8) != 0) {
        uplink.mtu = 576;
    }
    return uplink;
}

inline void add_nat_publishes(Config& config, unsigned variant) {
    config.publishes = {{Ipv4{}, {8000, 8001}, Transport::udp, "e0", {80, 81}},
                        {Ipv4{}, {8000, 8000}, Transport::tcp, "e0", {80, 80}},
                        {Ipv4{}, {8000, 8000}, Transport::sctp, "e3", {80, 80}},
                        {address(192, 0, 2, 2), {8000, 8000}, Transport::udp, "e1", {80, 80}}};
    if ((variant & 1) != 0) {
        config.publishes.front().endpoint = "e4";
    }
    if ((variant & 2) != 0) {
        config.publishes.push_back({Ipv4{}, {7000, 7000}, Transport::udp, "e0", {80, 80}});
    }
}

inline Config nat_config(unsigned variant) {
    Config config;
    for (unsigned n = 0; n < 3; ++n) {
        const Ipv4 gateway = address(10, n, 0, 1);
        config.networks.push_back({"n" + std::to_string(n), Prefix4{address(10, n, 0, 0), 16}, gateway, mac_of(gateway),
                                   n != 1, true, false, 1500});
    }
    for (unsigned n = 0; n < 3 && (variant >> 14 & 1) != 0; ++n) {
        config.networks[n].host_port = host_port_of(n);
    }
    config.host_addresses = {address(192, 0, 2, 66)};
    config.networks[1].masquerade = (variant & 1) == 0;
    config.networks[2].internal = (variant & 2) != 0;
    if ((variant & 4) != 0) {
        config.networks[2].host_ipv4 = address(192, 0, 2, 9);
    }
    for (unsigned e = 0; e < kNatEndpoints; ++e) {
        if ((variant & 8) == 0 || e != (variant & 1) * 3) {
            const Ipv4 ip = nat_endpoint(e);
            config.endpoints.push_back({port_of(e), "n" + std::to_string(e % 3), ip, mac_of(ip)});
        }
    }
    config.links = {{"e1", "e4", {{{80, 81}, Transport::udp}}}};
    add_nat_publishes(config, variant >> 4);
    std::erase_if(config.publishes, [&](const Publish& publish) {
        return std::ranges::none_of(config.endpoints, [&](const Endpoint& e) { return e.name == publish.endpoint; });
    });
    std::erase_if(config.links, [&](const Link& link) {
        return std::ranges::count_if(config.endpoints,
                                     [&](const Endpoint& e) { return e.name == link.from || e.name == link.to; }) != 2;
    });
    if ((variant >> 6 & 7) != 7) {
        config.uplink = nat_uplink(variant >> 6);
        config.uplink->shared = (variant >> 15 & 1) != 0;
    }
    config.conntrack.max = (variant >> 10 & 1) != 0 ? 5 : 1000;
    config.conntrack.max_per_endpoint = (variant >> 11 & 1) != 0 ? 3 : 0;
    config.conntrack.tcp_timeout_established = (variant >> 12 & 1) != 0 ? 1 : 432000;
    config.conntrack.tcp_be_liberal = (variant >> 13 & 1) != 0;
    return config;
}

// Who is behind a port, and whom frames from there are for: the router, or where the host sends, a container.
inline bool is_host_port(const std::string& port) {
    return port.starts_with("host:");
}
inline unsigned number_in(const std::string& port) {
    return static_cast<unsigned>(port.back() - '0');
}
inline Mac receiver_mac(const std::string& port) {
    return port == kUplinkName  ? kUplinkMac
           : is_host_port(port) ? mac_of(nat_endpoint(number_in(port)))
                                : mac_of(address(10, number_in(port) % 3, 0, 1));
}
inline Ipv4 address_behind(const std::string& port) {
    return port == kUplinkName  ? kRemote
           : is_host_port(port) ? address(10, number_in(port), 0, 1)
                                : nat_endpoint(number_in(port));
}
inline Mac mac_behind(const std::string& port) {
    return mac_of(port == kUplinkName ? address(192, 0, 2, 1) : address_behind(port));
}

} // namespace pontoon
