// What the switch is to be, as plain values: the control plane builds a Config, `Engine::publish` takes it whole.
// Things name each other by name; the engine gives them numbers (plan.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/wire/address.hpp"

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

    friend bool operator==(const Network&, const Network&) = default;
};

// A container's attachment to a network. `name` is also its port's name.
struct Endpoint {
    std::string name;
    std::string network;
    Ipv4 ipv4;
    Mac mac;

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

// `-p host_ip:host_ports:ports/protocol` of an endpoint; both ranges have one size. 0.0.0.0 means every address.
struct Publish {
    Ipv4 host_ip;
    PortRange host_ports;
    Transport protocol = Transport::tcp;
    std::string endpoint;
    PortRange ports;

    friend bool operator==(const Publish&, const Publish&) = default;
};

// The way out of the host, on the port named "uplink".
struct Uplink {
    InterfaceAddress4 ipv4;
    Mac mac;
    Ipv4 gateway;
    PortRange nat_ports{61000, 65535};
    std::map<Ipv4, Mac> neighbors;

    friend bool operator==(const Uplink&, const Uplink&) = default;
};

inline constexpr const char* kUplinkName = "uplink";

struct Config {
    std::vector<Network> networks;
    std::vector<Endpoint> endpoints;
    std::vector<Publish> publishes;
    std::optional<Uplink> uplink;

    friend bool operator==(const Config&, const Config&) = default;
};

} // namespace pontoon
