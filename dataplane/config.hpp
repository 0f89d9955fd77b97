// What the switch is to be, as plain values: the control plane builds a Config, `Engine::publish` takes it whole.
// Things name each other by name; the engine gives them numbers (plan.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/wire/address.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

// A bridge domain, as `docker network create` makes one.
struct Network {
    std::string name;
    Prefix4 subnet;
    Ipv4 gateway;
    Mac gateway_mac;
    bool icc = true;        // inter-container communication: com.docker.network.bridge.enable_icc
    bool masquerade = true; // com.docker.network.bridge.enable_ip_masquerade
    bool internal = false;  // no way out and none in
    std::uint16_t mtu = 1500;
    std::optional<Ipv4>
        host_ipv4{}; // masquerade with this address instead of the uplink's: com.docker.network.host_ipv4
    // The name of the port where the host itself is in this network: it has the gateway's MAC and answers for the
    // gateway. Empty, or no such port: the switch answers ARP and echo for the gateway itself.
    std::string host_port{};
    // Questions for names, UDP and TCP to port 53 of the gateway's address, go to the port kNamesPort; without it they
    // go where all else for the gateway goes.
    bool names = false;

    friend bool operator==(const Network&, const Network&) = default;
};

// A container's attachment to a network.
struct Endpoint {
    std::string name;
    std::string network;
    Ipv4 ipv4;
    Mac mac;
    std::string port{}; // the name of the port it is behind, one for several endpoints of a network; empty: its own

    [[nodiscard]] const std::string& port_name() const { return port.empty() ? name : port; }

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// Inclusive, host byte order, at least one port.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    [[nodiscard]] unsigned size() const { return last - first + 1U; }
    [[nodiscard]] bool overlaps(const PortRange& other) const { return first <= other.last && other.first <= last; }
    friend bool operator==(const PortRange&, const PortRange&) = default;
};

enum class Transport : std::uint8_t { tcp, udp, sctp };

// As an IPv4 header has it.
[[nodiscard]] constexpr std::uint8_t ip_protocol(Transport protocol) {
    switch (protocol) {
    case Transport::tcp: return protocol::kTcp;
    case Transport::udp: return protocol::kUdp;
    case Transport::sctp: break;
    }
    return protocol::kSctp;
}

// `-p host_ip:host_ports:ports/protocol` of an endpoint; both ranges have one size. 0.0.0.0 means every address.
struct Publish {
    Ipv4 host_ip;
    PortRange host_ports;
    Transport protocol = Transport::tcp;
    std::string endpoint;
    PortRange ports;

    friend bool operator==(const Publish&, const Publish&) = default;
};

// A way through icc=false, as `docker run --link` makes one: from `from` to these ports of `to`, and answers back. Both
// are endpoints of one network.
struct Link {
    struct Ports {
        PortRange range;
        Transport protocol = Transport::tcp;

        friend bool operator==(const Ports&, const Ports&) = default;
    };

    std::string from;
    std::string to;
    std::vector<Ports> ports;

    friend bool operator==(const Link&, const Link&) = default;
};

// What is behind a gateway of the uplink, or on the link itself (0.0.0.0).
struct Route4 {
    Prefix4 destination;
    Ipv4 gateway;

    friend bool operator==(const Route4&, const Route4&) = default;
};

// The way out of the host, on the port named "uplink".
struct Uplink {
    std::vector<InterfaceAddress4> ipv4; // at least one; flows take the first with a free port
    Mac mac;
    Ipv4 gateway;                                              // 0.0.0.0: only what is on-link can be reached
    std::vector<PortRange> nat_ports{PortRange{61000, 65535}}; // at least one, none overlapping
    std::map<Ipv4, Mac> neighbors;
    std::uint16_t mtu = 1500;
    std::vector<Route4> routes{}; // besides the addresses' own prefixes and the gateway; the longest prefix wins
    bool shared = false;          // with the host's own stack, which answers ARP for the addresses and what is not ours

    friend bool operator==(const Uplink&, const Uplink&) = default;
};

inline constexpr std::uint32_t kMaxFlows = 1 << 24;

// How flows are tracked; names and defaults are those of Linux (net.netfilter.nf_conntrack_*). Timeouts in seconds.
struct Conntrack {
    std::uint32_t max = 1 << 20;        // flows in all; at most what Engine::Options made room for
    std::uint32_t max_per_endpoint = 0; // 0: no bound
    bool tcp_loose = true;              // pick up connections that were there before
    bool tcp_be_liberal = false;        // let segments outside of the window pass
    std::uint32_t tcp_timeout_syn_sent = 120;
    std::uint32_t tcp_timeout_syn_recv = 60;
    std::uint32_t tcp_timeout_established = 432000;
    std::uint32_t tcp_timeout_fin_wait = 120;
    std::uint32_t tcp_timeout_close_wait = 60;
    std::uint32_t tcp_timeout_last_ack = 30;
    std::uint32_t tcp_timeout_time_wait = 120;
    std::uint32_t tcp_timeout_close = 10;
    std::uint32_t tcp_timeout_max_retrans = 300;
    std::uint32_t tcp_timeout_unacknowledged = 300;
    std::uint32_t udp_timeout = 30;
    std::uint32_t udp_timeout_stream = 120;
    std::uint32_t icmp_timeout = 30;
    std::uint32_t sctp_timeout = 30; // no answer yet
    std::uint32_t sctp_timeout_established = 210;
    std::uint32_t generic_timeout = 600;

    friend bool operator==(const Conntrack&, const Conntrack&) = default;
};

inline constexpr const char* kUplinkName = "uplink";
// The port where names are answered. It gets questions of all networks with `names`, to kNamesMac; what it sends goes
// to the endpoint that has the IPv4 destination.
inline constexpr const char* kNamesPort = "names";
inline constexpr Mac kNamesMac{{0x02, 0x4e, 0x61, 0x6d, 0x65, 0x73}};

struct Config {
    std::vector<Network> networks;
    std::vector<Endpoint> endpoints;
    std::vector<Publish> publishes;
    std::vector<Link> links;
    std::optional<Uplink> uplink;
    Conntrack conntrack;
    // Of the host itself, besides gateways and the uplink's: a container that sends there reaches the host's services,
    // by the host_port of its network.
    std::vector<Ipv4> host_addresses;

    friend bool operator==(const Config&, const Config&) = default;
};

} // namespace pontoon
