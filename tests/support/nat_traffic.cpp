#include "tests/support/nat_traffic.hpp"

#include <algorithm>

#include "tests/support/config_lookup.hpp"

namespace pontoon::test {

namespace {

constexpr std::size_t kRemembered = 30;

} // namespace

std::vector<Bytes> frames_of(const Shipment& shipment) {
    std::vector<Bytes> frames;
    if (shipment.cuts.empty()) {
        return {frame_of(shipment.whole)};
    }
    const auto pieces = pieces_of(shipment.whole, shipment.cuts);
    for (const auto index : shipment.order) {
        frames.push_back(frame_of(pieces[index]));
    }
    return frames;
}

std::uint8_t NatTraffic::datagram_protocol() {
    const unsigned roll = dice_.below(10);
    return roll < 6 ? kUdp : roll < 8 ? kSctp : kIcmp;
}

std::uint16_t NatTraffic::host_port() {
    return static_cast<std::uint16_t>((dice_.chance(90) ? kFirstHostPort : kInternalHostPort) +
                                      dice_.below(kHostPorts + 2));
}

// Most of it to one remote end, so that NAT ports run out there; now and then from a published port, to a client of it.
Tuple NatTraffic::random_outgoing(std::uint8_t protocol, const Endpoint& client) {
    Tuple tuple{protocol, client.ipv4, static_cast<std::uint16_t>(5000 + dice_.below(8)), world_.remotes().front(), 53};
    if (dice_.chance(50)) {
        tuple.destination = dice_.pick(world_.remotes());
        tuple.destination_port = static_cast<std::uint16_t>(dice_.chance(50) ? 54 : 6000 + dice_.below(3));
    }
    if (dice_.chance(10)) {
        tuple.source_port = static_cast<std::uint16_t>(kFirstContainerPort + dice_.below(kContainerPorts));
    }
    if (protocol == kIcmp) {
        tuple.destination_port = 0;
    }
    return tuple;
}

Tuple NatTraffic::random_incoming(std::uint8_t protocol) {
    Tuple tuple{protocol, dice_.pick(world_.remotes()), static_cast<std::uint16_t>(6000 + dice_.below(4)),
                dice_.pick(host_addresses(world_.config())), host_port()};
    if (protocol == kIcmp) { // an answer that nobody asked for
        tuple.source_port = 0;
        tuple.destination_port = dice_.pick(nat_ports(world_.config()));
    }
    return tuple;
}

Tuple NatTraffic::random_to_host(std::uint8_t protocol, const Endpoint& client) {
    return {protocol, client.ipv4, static_cast<std::uint16_t>(5000 + dice_.below(8)),
            dice_.pick(host_addresses(world_.config())), host_port()};
}

// The packet that comes next in the four-way handshake, or DATA (RFC 9260).
Bytes NatTraffic::sctp_behind_ports(const Tuple& tuple) {
    constexpr unsigned tags[] = {77, 88}; // of who began it, and of who answers
    const auto [flow, direction] = reference_.find(tuple);
    const auto state = flow == nullptr ? SctpState::init : flow->sctp;
    Writer writer;
    if (state == SctpState::init && direction == 0) { // INIT carries no tag but brings one
        return writer.u32(0).u32(0).u32(0x01000014).u32(tags[0]).u32(65536).u32(0x00010001).u32(9).take();
    }
    writer.u32(tags[1 - direction]).u32(0);
    if (state == SctpState::established) {
        return writer.u32(0x00030014).zeros(12).u32(dice_.below(1000)).take(); // DATA
    } else if (direction == 0) {
        return writer.u32(0x0a000008).u32(1).take(); // COOKIE ECHO
    } else if (state == SctpState::cookie_echo) {
        return writer.u32(0x0b000004).take(); // COOKIE ACK
    }
    return writer.u32(0x02000014).u32(tags[1]).u32(65536).u32(0x00010001).u32(9).take(); // INIT ACK
}

Datagram NatTraffic::datagram(const Tuple& tuple) {
    Datagram d;
    d.protocol = tuple.protocol;
    d.ttl = static_cast<std::uint8_t>(dice_.between(2, 255));
    d.id = ++id_;
    const auto content = dice_.below(40);
    Writer writer;
    if (tuple.protocol == kUdp) {
        writer.zeros(4).u16(8 + content).u16(0);
    } else if (tuple.protocol == kIcmp) {
        writer.u8(tuple.destination_port == 0 ? kEchoRequest : kEchoReply).zeros(5).u16(dice_.below(0x10000));
    } else if (tuple.protocol == kTcp) { // the caller makes the header
        writer.zeros(20);
    } else if (tuple.protocol == kSctp) {
        writer.zeros(4).put(sctp_behind_ports(tuple));
    }
    d.transport = writer.take();
    for (unsigned i = 0; i < content && tuple.protocol != kSctp; ++i) {
        d.transport.push_back(static_cast<std::uint8_t>(dice_.below(256)));
    }
    rewrite(d, tuple);
    seal(d, tuple.protocol != kUdp || !dice_.chance(10));
    return d;
}

Shipment NatTraffic::sent_by(const std::string& endpoint, Datagram d) {
    const auto& config = world_.config();
    if (endpoint.empty()) {
        d.to = config.uplink->mac;
        d.from = next_hop(*config.uplink, d.source);
        return {kUplinkName, std::move(d)};
    }
    const auto& sender = *endpoint_named(config, endpoint);
    d.to = network_of(config, sender).gateway_mac;
    d.from = sender.mac;
    return {endpoint, std::move(d)};
}

Shipment NatTraffic::from(const std::string& endpoint, const Tuple& tuple) {
    return sent_by(endpoint, datagram(tuple));
}

Shipment NatTraffic::outgoing() {
    const auto& client = dice_.pick(world_.config().endpoints);
    return from(client.name, random_outgoing(datagram_protocol(), client));
}

Shipment NatTraffic::incoming() {
    if (dice_.chance(10)) { // a client that reaches its server by another address too
        for (const auto& flow : reference_.flows()) {
            if (flow.client.empty() && flow.in[0].protocol != kTcp && dice_.chance(30)) {
                Tuple tuple = flow.in[0];
                tuple.destination = dice_.pick(host_addresses(world_.config()));
                return from("", tuple);
            }
        }
    }
    return from("", random_incoming(datagram_protocol()));
}

Shipment NatTraffic::to_host() {
    const auto& client = dice_.pick(world_.config().endpoints);
    return from(client.name, random_to_host(dice_.chance(70) ? kUdp : kSctp, client));
}

// An answer to what was a flow, or in one field not that of one.
Shipment NatTraffic::near_miss() {
    std::vector<Tuple> answers = remembered_;
    for (const auto& flow : reference_.flows()) {
        if (flow.server.empty() && flow.in[1].protocol != kTcp) {
            answers.push_back(flow.in[1]);
        }
    }
    if (answers.empty()) {
        return incoming();
    }
    Tuple tuple = dice_.pick(answers);
    const bool icmp = tuple.protocol == kIcmp;
    switch (dice_.below(5)) {
    case 0: tuple.source = dice_.pick(world_.remotes()); break;
    case 1: tuple.source_port = static_cast<std::uint16_t>(icmp ? 0 : tuple.source_port + 1); break;
    case 2: tuple.destination_port = dice_.pick(nat_ports(world_.config())); break;
    case 3: tuple.protocol = icmp || tuple.protocol == kTcp ? tuple.protocol : kUdp; break;
    default: break;
    }
    return from("", tuple);
}

// To a container's address from where it cannot be reached.
Shipment NatTraffic::elsewhere() {
    const auto& config = world_.config();
    const auto& server = dice_.pick(config.endpoints);
    const auto port = static_cast<std::uint16_t>(kFirstContainerPort + dice_.below(kContainerPorts));
    const auto protocol = datagram_protocol();
    const Tuple to{protocol, dice_.pick(world_.remotes()), 6000, server.ipv4,
                   protocol == kIcmp ? std::uint16_t{0} : port};
    const auto& other = dice_.pick(config.endpoints);
    if (dice_.chance(50) || other.network == server.network) {
        return from("", to);
    }
    return from(other.name, {protocol, other.ipv4, 5000, server.ipv4, to.destination_port});
}

Shipment NatTraffic::neighbor() {
    const auto& config = world_.config();
    const auto& sender = dice_.pick(config.endpoints);
    const auto& receiver = dice_.pick(config.endpoints);
    if (sender.network != receiver.network || sender.name == receiver.name) {
        return outgoing();
    }
    const auto protocol = datagram_protocol();
    const auto port = static_cast<std::uint16_t>(kFirstContainerPort + dice_.below(kContainerPorts + 2));
    Tuple tuple{protocol, sender.ipv4, 5000, receiver.ipv4, port};
    if (dice_.chance(40)) {
        tuple = {protocol, sender.ipv4, port, receiver.ipv4, 5000};
    }
    if (protocol == kIcmp) {
        tuple.destination_port = 0;
    }
    auto shipment = from(sender.name, tuple);
    shipment.whole.to = receiver.mac;
    return shipment;
}

Shipment NatTraffic::gateway_echo() {
    const auto& config = world_.config();
    const auto& client = dice_.pick(config.endpoints);
    const Ipv4 asked = dice_.chance(80) ? dice_.pick(config.networks).gateway : dice_.pick(host_addresses(config));
    return from(client.name, {kIcmp, client.ipv4, static_cast<std::uint16_t>(dice_.below(100)), asked, 0});
}

Shipment NatTraffic::of_flow() {
    std::vector<const Flow*> flows;
    for (const auto& flow : reference_.flows()) {
        if (flow.in[0].protocol != kTcp) {
            flows.push_back(&flow);
        }
    }
    if (flows.empty()) {
        return outgoing();
    }
    const Flow& flow = *dice_.pick(flows);
    if (flow.server.empty() && remembered_.size() < kRemembered) {
        remembered_.push_back(flow.in[1]);
    } else if (flow.server.empty()) {
        remembered_[dice_.below(kRemembered)] = flow.in[1];
    }
    const bool client_next = flow.in[0].protocol == kSctp && flow.sctp == SctpState::init_ack;
    const unsigned direction = !client_next && dice_.chance(60) ? 1 : 0;
    return from(direction == 0 ? flow.client : flow.server, flow.in[direction]);
}

void NatTraffic::perhaps_fragment(Shipment& shipment) {
    const auto* sender = endpoint_named(world_.config(), shipment.port);
    const bool icc = sender == nullptr || network_of(world_.config(), *sender).icc ||
                     shipment.whole.to == network_of(world_.config(), *sender).gateway_mac;
    if (shipment.whole.protocol != kUdp || !icc || !dice_.chance(12)) {
        return;
    }
    const unsigned pieces = dice_.between(2, 4);
    Bytes& transport = shipment.whole.transport;
    const bool with_sum = transport[6] != 0 || transport[7] != 0;
    std::size_t size = 0;
    for (unsigned i = 0; i < pieces; ++i) {
        shipment.order.push_back(i);
        if (i != 0) {
            shipment.cuts.push_back(size);
        }
        size += 8 * std::size_t{dice_.between(1, 20)};
    }
    while (transport.size() < size + dice_.below(8)) {
        transport.push_back(static_cast<std::uint8_t>(dice_.below(256)));
    }
    transport.resize(std::max(transport.size(), size));
    patch16(transport, 4, static_cast<std::uint16_t>(transport.size()));
    seal(shipment.whole, with_sum);
    for (std::size_t i = pieces; i > 1; --i) {
        std::swap(shipment.order[i - 1], shipment.order[dice_.below(static_cast<unsigned>(i))]);
    }
}

} // namespace pontoon::test
