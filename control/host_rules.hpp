// What processes of the host have of the published ports: the rules that lead to containers, as the maps of
// ebpf/host_access.bpf.c have them, and the addresses that are the host's. Pure functions of a Config.
#pragma once

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "dataplane/config.hpp"

namespace pontoon {

// A published port, or range, and the address of its container.
struct HostRule {
    Publish publish;
    Ipv4 container;

    friend bool operator==(const HostRule&, const HostRule&) = default;
};

// Those of internal networks are not published (P-017).
[[nodiscard]] std::vector<HostRule> host_rules(const Config& config);

// But 127.0.0.0/8.
[[nodiscard]] std::set<Ipv4> host_addresses(const Config& config);

// Ports of a protocol on an address that share the first `length` bits of 16; host byte order.
struct PublishedPrefix {
    Ipv4 address;
    Transport protocol = Transport::tcp;
    std::uint16_t port = 0;
    std::uint8_t length = 0;

    friend auto operator<=>(const PublishedPrefix&, const PublishedPrefix&) = default;
};

// Port `first_host` + n leads to the container's `first` + n.
struct PublishedTarget {
    Ipv4 container;
    std::uint16_t first_host = 0;
    std::uint16_t first = 0;

    friend auto operator<=>(const PublishedTarget&, const PublishedTarget&) = default;
};

// Sorted, in one piece of memory: where there are many ports they are compared with those before at each change.
using PublishedPrefixes = boost::container::flat_map<PublishedPrefix, PublishedTarget>;

inline constexpr Ipv4 kSomeAddress{be32{0xffffffff}}; // under which every rule is entered too

[[nodiscard]] PublishedPrefixes published_prefixes(const std::vector<HostRule>& rules);

// "tcp" ...
[[nodiscard]] std::string protocol_name(Transport protocol);

} // namespace pontoon
