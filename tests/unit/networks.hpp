// Configurations for tests: networks n0, n1 ... of 10.N.0.0/16 with the endpoints nN-e0, nN-e1 ...
#pragma once

#include <string>

#include "dataplane/config.hpp"
#include "dataplane/observe/counters.hpp"
#include "tests/unit/frames.hpp"

namespace pontoon {

inline std::string endpoint_name(unsigned network, unsigned endpoint) {
    return "n" + std::to_string(network) + "-e" + std::to_string(endpoint);
}

inline Ipv4 address_of(unsigned network, unsigned host) {
    return Ipv4{be32{10U << 24 | network << 16 | host}};
}

inline Mac mac_of(unsigned network, unsigned endpoint) {
    return mac_of(address_of(network, endpoint + 2));
}

inline Config networks_of(unsigned networks, unsigned endpoints) {
    Config config;
    for (unsigned n = 0; n < networks; ++n) {
        const std::string name = "n" + std::to_string(n);
        const Ipv4 gateway = address_of(n, 1);
        config.networks.push_back(
            {name, Prefix4{address_of(n, 0), 16}, gateway, mac_of(gateway), true, true, false, 1500});
        for (unsigned e = 0; e < endpoints; ++e) {
            config.endpoints.push_back({endpoint_name(n, e), name, address_of(n, e + 2), mac_of(n, e)});
        }
    }
    return config;
}

inline std::uint64_t drops(const Stats& stats, Reason reason) {
    return stats.total.drops[static_cast<std::size_t>(reason)];
}
inline std::uint64_t drops(const PortStats& stats, Reason reason) {
    return stats.drops[static_cast<std::size_t>(reason)];
}

} // namespace pontoon
