// The userland proxy: stands in for the programs of ebpf/host_access.bpf.c where there is no cgroup2, and for what they
// cannot do. Listens on the host's addresses and carries what comes to containers by the host's own routes. It has a
// thread of its own, in the network namespace of the thread that makes it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "control/host_rules.hpp"
#include "dataplane/wire/address.hpp"

namespace pontoon {

// Where it listens: an IPv6 address, or IPv4 as ::ffff:a.b.c.d.
struct ProxyPort {
    Transport protocol = Transport::tcp;
    Ipv6 address;
    std::uint16_t port = 0;

    friend auto operator<=>(const ProxyPort&, const ProxyPort&) = default;
};

struct ProxyTarget {
    Ipv4 container;
    std::uint16_t port = 0;

    friend bool operator==(const ProxyTarget&, const ProxyTarget&) = default;
};

using ProxyPorts = std::map<ProxyPort, ProxyTarget>;

inline constexpr std::size_t kMaxProxyPorts = 1024; // a socket each

struct ProxyPlan {
    ProxyPorts ports;
    std::vector<Publish> left_out; // which have too many ports
};

// All that can be asked of a proxy for these rules: 127.0.0.1, ::1 and the host's addresses; a rule for an address
// comes before one for all, and a rule of few ports before one of many. No SCTP.
[[nodiscard]] ProxyPlan proxy_plan(const std::vector<HostRule>& rules, const std::set<Ipv4>& addresses);
// Only what the programs cannot do: the kernel does not let them send a datagram for ::1 to an IPv4 address.
[[nodiscard]] ProxyPlan proxy_plan_beside_programs(const std::vector<HostRule>& rules);

class HostProxy {
public:
    HostProxy();
    HostProxy(const HostProxy&) = delete;
    HostProxy& operator=(const HostProxy&) = delete;
    ~HostProxy(); // ends all connections

    // Throws std::runtime_error that names the port that cannot be had, and then listens where it did before.
    void follow(const ProxyPorts& ports);

    [[nodiscard]] bool holds(const ProxyPort& port) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace pontoon
