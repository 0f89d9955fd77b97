// Which ports of which addresses are ours, computed from the configuration: what ebpf/steer.bpf.c looks up.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "dataplane/config.hpp"
#include "ebpf/steer.h"

namespace pontoon {

// Port n (host byte order) in bit n % 64 of word n / 64.
class PortSet {
public:
    void add(const PortRange& range);
    void remove(const PortRange& range);
    [[nodiscard]] bool has(std::uint16_t port) const { return (words_[port / 64] >> (port % 64) & 1) != 0; }
    [[nodiscard]] const std::array<std::uint64_t, 1024>& words() const { return words_; }

    friend bool operator==(const PortSet&, const PortSet&) = default;

private:
    std::array<std::uint64_t, 1024> words_{};
};

using SteeredPorts = std::array<PortSet, STEER_KINDS>; // by steer_kind

[[nodiscard]] PortSet nat_ports(const Config& config);

// For every address that flows are translated to: the NAT ports, and what is published there.
[[nodiscard]] std::map<Ipv4, SteeredPorts> steered_ports(const Config& config);

// What is published, whatever the address and the protocol, without the NAT ports: in order, adjacent ones joined.
[[nodiscard]] std::vector<PortRange> published_ports(const Config& config);

} // namespace pontoon
