// The configuration as routing and NAT see it: numbers instead of names, ordered so that a new flow finds what it
// needs. Part of a plan: a copy of the one before is edited, and never changes once it is published. Packets of known
// flows do not look at it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "dataplane/config.hpp"
#include "dataplane/flow/key.hpp"
#include "dataplane/route/nat_ports.hpp"

namespace pontoon {

struct RoutedNetwork {
    Zone zone = kUplinkZone;
    Prefix4 subnet;
    Ipv4 gateway;
    Mac gateway_mac;
    bool masquerade = true;
    bool internal = false;
    std::uint16_t mtu = 1500;
    std::optional<Ipv4> host_ipv4;
    PortId host_port = kNoPort; // where the host is attached to the network
    bool names = false;         // its containers ask their gateway for names
};

struct RoutedEndpoint {
    Ipv4 ipv4;
    Mac mac;
    PortId port = kNoPort;
    Zone zone = kUplinkZone; // of its network; kUplinkZone: nobody has the number
    unsigned worker = 0;     // that owns the port, and so the flows
};

// One `-p`, whatever its width.
struct PublishedRange {
    std::uint8_t protocol = 0;
    Ipv4 host_ip; // 0.0.0.0: every address of the host
    PortRange host_ports;
    std::uint16_t first_port = 0; // what host_ports.first is translated to
    std::uint16_t endpoint = 0;   // index into Routing::endpoints
};

struct RoutedUplink {
    PortId port = kNoPort;
    unsigned worker = 0;
    Mac mac;
    std::uint16_t mtu = 1500;
    Ipv4 gateway; // 0.0.0.0: none
    std::vector<InterfaceAddress4> addresses;
    std::map<Ipv4, Mac> neighbors; // known beforehand
    std::vector<Route4> routes{};  // in a Routing: those of the addresses' prefixes too, the longest prefix first
    bool shared = false;           // with the host's own stack
};

class Routing {
public:
    // Of an endpoint: its place in `endpoints`, as long as it is there.
    using Number = std::uint16_t;

    // Networks in any order, and `hosts`, the host's addresses besides gateways, the uplink's and those that networks
    // masquerade with. Endpoints stay as they are.
    void set_ways(std::vector<RoutedNetwork> networks, std::optional<RoutedUplink> uplink, const NatPorts& nat_ports,
                  std::vector<Ipv4> hosts = {});
    // Fewer than 65,535 in all. Numbers that have become free are used again.
    Number add(const RoutedEndpoint& endpoint);
    void remove(Number number);
    [[nodiscard]] std::size_t size() const { return endpoints.size() - free_.size(); } // endpoints
    // Takes away all that those endpoints publish, and puts `ranges` there.
    void publish(std::vector<Number> of, const std::vector<PublishedRange>& ranges);

    std::vector<RoutedNetwork> networks; // by subnet
    std::vector<RoutedEndpoint> endpoints;
    std::vector<Number> added; // since the plan before
    std::optional<RoutedUplink> uplink;
    NatPorts nat_ports;
    std::vector<Ipv4> nat_addresses; // the uplink's, in its order
    Conntrack conntrack;
    PortId names_port = kNoPort; // where names are answered

    // Null where there is none.
    [[nodiscard]] const RoutedNetwork* network_of(Ipv4 address) const; // whose subnet holds it
    [[nodiscard]] const RoutedNetwork* network_in(Zone zone) const;
    [[nodiscard]] const RoutedEndpoint* endpoint_at(Ipv4 address) const;

    // Whether the host itself has the address: an uplink's, a network's host_ipv4, a gateway or another one.
    [[nodiscard]] bool is_host(Ipv4 address) const;
    // Whether a packet from this zone is for the host, unless it is for a published port: where the host is attached
    // to a network it is one of those that a broadcast is for.
    [[nodiscard]] bool is_for_host(Ipv4 destination, Zone zone) const;
    // Whether it is one of them that flows may be translated to.
    [[nodiscard]] bool is_nat_address(Ipv4 address) const;

    struct Target {
        const RoutedEndpoint* endpoint;
        be16 port;
    };
    // Where a published port of the host leads; an entry for the one address goes before one for all.
    [[nodiscard]] std::optional<Target> published_at(Ipv4 address, be16 port, std::uint8_t protocol) const;

    struct Publisher {
        Ipv4 address;
        be16 port;
    };
    // The other way round: at which address of the uplink a container's port is published. Nothing if it is not, or
    // nobody can know which of several it was.
    [[nodiscard]] std::optional<Publisher> publisher_of(const RoutedEndpoint& endpoint, be16 port,
                                                        std::uint8_t protocol) const;

    // What a packet to `destination` outside of all networks has to be handed to; 0.0.0.0 if there is no way.
    [[nodiscard]] Ipv4 next_hop(Ipv4 destination) const;

    // The uplink's own address that goes best with a neighbour: in its prefix, else the first.
    [[nodiscard]] Ipv4 source_for(Ipv4 neighbor) const;

    // The worker that has the flows of packets to this destination: the one that owns the container they are for or
    // from. `self` where nobody needs to. `port` is that of the destination.
    [[nodiscard]] unsigned owner_of(Ipv4 destination, be16 port, std::uint8_t protocol, unsigned self) const;

private:
    static constexpr Number kNobody = 0xffff;

    [[nodiscard]] std::size_t next_place(std::size_t place) const {
        return place + 1 == by_address_.size() ? 0 : place + 1;
    }
    [[nodiscard]] std::size_t home_of(Number number) const;
    void enter(Number number);
    void leave(Number number);
    [[nodiscard]] const PublishedRange* range_at(Ipv4 address, std::uint16_t port, std::uint8_t protocol) const;

    std::vector<Number> free_;              // of `endpoints`
    std::vector<PublishedRange> published_; // by protocol, address and first port
    std::vector<PublishedRange> by_target_; // the same by endpoint, and then so
    std::vector<Ipv4> hosts_;
    std::vector<Ipv4> sources_; // what flows may be translated to, sorted
    std::vector<std::uint16_t> by_zone_;
    std::vector<Number> by_address_; // `endpoints`, hashed; more than half of the places are kNobody
};

} // namespace pontoon
