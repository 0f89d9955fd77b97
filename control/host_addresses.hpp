// Where ports can be published: the addresses that the host has, and those whose NAT ports flows leave with.
#pragma once

#include <set>

#include "control/port_ranges.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

class HostAddresses {
public:
    // Looks at the networks, the uplink and host_addresses of `config`.
    explicit HostAddresses(const Config& config);

    // 0.0.0.0, loopback's, a gateway's, the uplink's or another one of the host.
    [[nodiscard]] bool is_ours(Ipv4 address) const;
    // NAT ports that overlap what is published, or null.
    [[nodiscard]] const PortRange* nat_ports_in(const Publish& publish) const;

private:
    PortRanges nat_ports_;
    std::set<Ipv4> others_;     // gateways, and what else the host has
    std::set<Ipv4> translated_; // addresses that flows leave with, from nat_ports
};

} // namespace pontoon
