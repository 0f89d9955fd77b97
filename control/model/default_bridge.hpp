// The daemon's options for the network "bridge" (docker-behaviours O-053).
#pragma once

#include <cstdint>
#include <optional>

#include "dataplane/wire/address.hpp"

namespace pontoon {

struct DefaultBridge {
    std::optional<InterfaceAddress4> bip{}; // --bip: the gateway's address and the subnet
    std::optional<Prefix4> fixed_cidr{};    // --fixed-cidr: the ip-range, or without --bip the subnet
    std::uint16_t mtu = 1500;               // --mtu
    bool icc = true;                        // --icc
    bool masquerade = true;                 // --ip-masq
    Ipv4 host_binding{};                    // --ip: what -p without an address means
};

} // namespace pontoon
