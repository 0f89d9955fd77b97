#include "tests/ebpf/steer_reference.hpp"

#include <algorithm>

#include "tests/ebpf/steer_frames.hpp"

namespace pontoon::test {

namespace {

bool is_transport(std::uint8_t protocol) {
    return protocol == protocol::kTcp || protocol == protocol::kUdp || protocol == protocol::kSctp;
}

Bytes behind(const Bytes& bytes, std::size_t count) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(count), bytes.end()};
}

// The whole header, options included, is among the bytes.
std::optional<Ipv4Header> read_ip(const Bytes& bytes) {
    if (bytes.size() < sizeof(Ipv4Header)) {
        return std::nullopt;
    }
    const auto header = load<Ipv4Header>(bytes.data());
    const bool good = header.version() == 4 && header.header_length() >= 20 && header.header_length() <= bytes.size();
    return good ? std::optional(header) : std::nullopt;
}

} // namespace

Whose SteerReference::classify(const Bytes& frame) {
    const auto ethernet = load<EthernetHeader>(frame.data());
    if (ethernet.type == be16{ether_type::kArp}) {
        return Whose::both;
    }
    if (ethernet.type != be16{ether_type::kIpv4} || ethernet.destination != kNicMac || frame.size() < 34) {
        return Whose::kernel;
    }
    const auto ip = load<Ipv4Header>(frame.data() + 14);
    const std::size_t total = ip.total_length.host();
    if (ip.version() != 4 || ip.header_length() < 20 || total < ip.header_length() || total > frame.size() - 14) {
        return Whose::kernel;
    }
    if (!is_address(ip.destination)) {
        const auto contains = [&](const Network& network) { return network.subnet.contains(ip.destination); };
        return std::ranges::any_of(config_.networks, contains) ? Whose::ours : Whose::kernel;
    }
    if (!is_transport(ip.protocol) && ip.protocol != protocol::kIcmp) {
        return Whose::kernel;
    }
    Bytes payload = behind(frame, 14 + ip.header_length());
    payload.resize(total - ip.header_length());
    const auto packet = std::tuple(ip.source, ip.destination, ip.id, ip.protocol);
    if (ip.fragment_offset() != 0) {
        const auto known = pieces_.find(packet);
        return known == pieces_.end() ? Whose::both : known->second ? Whose::ours : Whose::kernel;
    }
    const bool ours = by_payload(ip, payload);
    if (ip.is_fragment()) {
        pieces_[packet] = ours;
    }
    return ours ? Whose::ours : Whose::kernel;
}

bool SteerReference::by_payload(const Ipv4Header& ip, const Bytes& payload) const {
    if (is_transport(ip.protocol)) {
        return payload.size() >= 4 && is_ours(ip.protocol, ip.destination, load<be16>(payload.data() + 2), ip.source,
                                              load<be16>(payload.data()));
    }
    if (payload.size() < sizeof(IcmpHeader)) {
        return false;
    }
    const auto icmp = load<IcmpHeader>(payload.data());
    if (icmp.type == icmp::kEchoReply || icmp.type == icmp::kTimestampReply) {
        return is_ours(ip.destination, protocol::kIcmp, icmp.id);
    }
    return icmp::is_error(icmp.type) && by_quote(ip.destination, behind(payload, 8));
}

bool SteerReference::by_quote(Ipv4 address, const Bytes& quote) const {
    const auto ip = read_ip(quote);
    if (!ip || ip->source != address || ip->fragment_offset() != 0 || quote.size() < ip->header_length() + 8) {
        return false;
    }
    const auto* inner = quote.data() + ip->header_length();
    if (is_transport(ip->protocol)) {
        return is_ours(ip->protocol, address, load<be16>(inner), ip->destination, load<be16>(inner + 2));
    }
    const auto icmp = load<IcmpHeader>(inner);
    const bool query = icmp.type == icmp::kEchoRequest || icmp.type == icmp::kTimestampRequest;
    return ip->protocol == protocol::kIcmp && query && is_ours(address, protocol::kIcmp, icmp.id);
}

bool SteerReference::is_ours(std::uint8_t protocol, Ipv4 local, be16 local_port, Ipv4 remote, be16 remote_port) const {
    const HostConnection connection{protocol, local, remote, local_port.host(), remote_port.host()};
    const bool hosts = std::ranges::find(host_, connection) != host_.end();
    return is_ours(local, protocol, local_port) && (is_nat_port(local_port) || !hosts);
}

bool SteerReference::is_nat_port(be16 port) const {
    const PortRange wanted{port.host(), port.host()};
    return std::ranges::any_of(config_.uplink->nat_ports, [&](const auto& range) { return range.overlaps(wanted); });
}

bool SteerReference::is_ours(Ipv4 address, std::uint8_t protocol, be16 port) const {
    const PortRange wanted{port.host(), port.host()};
    if (is_nat_port(port)) {
        return true;
    }
    return std::ranges::any_of(config_.publishes, [&](const Publish& publish) {
        const auto its = publish.protocol == Transport::tcp   ? protocol::kTcp
                         : publish.protocol == Transport::udp ? protocol::kUdp
                                                              : protocol::kSctp;
        return its == protocol && publish.host_ports.overlaps(wanted) && publishes(publish) &&
               (publish.host_ip.is_unspecified() || publish.host_ip == address);
    });
}

bool SteerReference::is_address(Ipv4 address) const {
    return std::ranges::any_of(config_.uplink->ipv4, [&](const auto& one) { return one.address == address; }) ||
           std::ranges::any_of(config_.networks, [&](const auto& network) { return network.host_ipv4 == address; });
}

bool SteerReference::publishes(const Publish& publish) const {
    for (const auto& endpoint : config_.endpoints) {
        for (const auto& network : config_.networks) {
            if (endpoint.name == publish.endpoint && network.name == endpoint.network) {
                return !network.internal;
            }
        }
    }
    return false;
}

} // namespace pontoon::test
