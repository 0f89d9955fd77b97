#include "tools/nat_world.hpp"

#include <algorithm>
#include <string>

namespace pontoon {

namespace {

constexpr std::uint16_t kFirstHostPort = 20000; // published ports, one after the other, outside of kNatPorts
constexpr std::uint16_t kFirstServicePort = 8000;
constexpr PortRange kNatPorts{61000, 65535};
static_assert(kFirstHostPort + kMostPublishes <= kNatPorts.first);

Ipv4 container(unsigned number) {
    return {be32{0x0a000002U + number}};
}

Ipv4 gateway() {
    return {be32{0x0afffffeU}};
}

Ipv4 uplink() {
    return {be32{0xcb00710aU}}; // 203.0.113.10
}

Ipv4 uplink_gateway() {
    return {be32{0xcb007101U}};
}

struct Remote {
    Ipv4 address;
    std::uint16_t port;
};

// Another one for each flow: neighbours in number are not neighbours in address.
Remote remote(unsigned flow) {
    constexpr unsigned addresses = 1 << 17;
    constexpr unsigned ports = 60000;
    static_assert(kMostFlows / addresses < ports);
    const unsigned address = flow * 40503 % addresses; // an odd factor: all addresses come before one comes again
    const unsigned port = (flow % addresses * 31 + flow / addresses) % ports;
    return {{be32{0xc6120000U + address}}, static_cast<std::uint16_t>(1024 + port)};
}

// The containers that are visited share the published ports evenly.
unsigned owner(unsigned publish, unsigned publishes) {
    return static_cast<unsigned>(std::uint64_t{publish} * std::min(publishes, kContainers) / publishes);
}

std::string container_name(unsigned number) {
    return "container" + std::to_string(number);
}

} // namespace

Config make_config(const NatWorld& world) {
    Config config;
    config.networks.push_back({"bench", *Prefix4::parse("10.0.0.0/8"), gateway(), mac_of(gateway())});
    for (unsigned i = 0; i < kContainers; ++i) {
        config.endpoints.push_back({container_name(i), "bench", container(i), mac_of(container(i)), kInsideName});
    }
    for (unsigned i = 0; i < world.publishes; ++i) {
        const auto host_port = static_cast<std::uint16_t>(kFirstHostPort + i);
        const auto port = static_cast<std::uint16_t>(kFirstServicePort + i);
        config.publishes.push_back({uplink(),
                                    {host_port, host_port},
                                    world.protocol,
                                    container_name(owner(i, world.publishes)),
                                    {port, port}});
    }
    config.uplink = Uplink{.ipv4 = {{uplink(), 24}},
                           .mac = mac_of(uplink()),
                           .gateway = uplink_gateway(),
                           .nat_ports = {kNatPorts},
                           .neighbors = {{uplink_gateway(), mac_of(uplink_gateway())}}};
    config.conntrack.max = world.flows;
    return config;
}

Ends masqueraded_ends(unsigned flow) {
    constexpr unsigned first_port = 32768; // Linux: net.ipv4.ip_local_port_range
    constexpr unsigned ports = 60999 - first_port + 1;
    static_assert(kMostFlows <= kContainers * ports);
    const Ipv4 from = container(flow % kContainers);
    const auto to = remote(flow);
    return {
        mac_of(from), mac_of(gateway()), from, to.address, static_cast<std::uint16_t>(first_port + flow / kContainers),
        to.port};
}

Ends published_ends(unsigned flow, unsigned publishes) {
    const unsigned visited = std::min(publishes, kContainers);
    // The first that each of the containers owns.
    const unsigned number = flow % visited;
    const auto publish = static_cast<unsigned>((std::uint64_t{number} * publishes + visited - 1) / visited);
    const auto from = remote(flow);
    return {mac_of(uplink_gateway()),
            mac_of(uplink()),
            from.address,
            uplink(),
            from.port,
            static_cast<std::uint16_t>(kFirstHostPort + publish)};
}

} // namespace pontoon
