#include "control/host_addresses.hpp"

namespace pontoon {

HostAddresses::HostAddresses(const Config& config)
    : others_(config.host_addresses.begin(), config.host_addresses.end()) {
    for (const auto& network : config.networks) {
        others_.insert(network.gateway);
        if (network.host_ipv4) {
            translated_.insert(*network.host_ipv4);
        }
    }
    if (!config.uplink) {
        return;
    }
    for (const auto& address : config.uplink->ipv4) {
        translated_.insert(address.address);
    }
    for (const auto& range : config.uplink->nat_ports) {
        nat_ports_.add(range);
    }
}

bool HostAddresses::is_ours(Ipv4 address) const {
    static constexpr Prefix4 loopback{Ipv4{be32{0x7f000000}}, 8};
    return address.is_unspecified() || loopback.contains(address) || translated_.contains(address) ||
           others_.contains(address);
}

const PortRange* HostAddresses::nat_ports_in(const Publish& publish) const {
    if (!publish.host_ip.is_unspecified() && !translated_.contains(publish.host_ip)) {
        return nullptr;
    }
    const auto* found = nat_ports_.overlapping(publish.host_ports);
    return found == nullptr ? nullptr : &found->range;
}

} // namespace pontoon
