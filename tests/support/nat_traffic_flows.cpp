// What of the random traffic needs a memory: TCP connections, and ICMP errors about what passed.
#include <algorithm>

#include "tests/support/config_lookup.hpp"
#include "tests/support/nat_traffic.hpp"
#include "tests/support/tcp_flags.hpp"

namespace pontoon::test {

namespace {

constexpr std::size_t kConnections = 24;
constexpr std::uint32_t kMostOutstanding = 4000; // far inside of a window of 65535

} // namespace

Shipment NatTraffic::segment(Connection& connection, unsigned side, std::uint8_t flags, std::size_t length) {
    const auto found = reference_.find(connection.begun);
    const Tuple tuple = side == 0 ? connection.begun : found.flow->in[1];
    const bool acks = (flags & kAck) != 0;
    Datagram d = datagram(tuple);
    d.transport = Writer()
                      .zeros(4)
                      .u32(connection.next[side])
                      .u32(acks ? connection.next[1 - side] : 0)
                      .u8(0x50)
                      .u8(flags)
                      .u16(0xffff)
                      .zeros(4)
                      .take();
    for (std::size_t i = 0; i < length; ++i) {
        d.transport.push_back(static_cast<std::uint8_t>(dice_.below(256)));
    }
    rewrite(d, tuple);
    seal(d);
    if (acks) {
        connection.heard[side] = connection.next[1 - side];
    }
    connection.next[side] += static_cast<std::uint32_t>(length) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
    connection.busy = true;
    const bool known = found.flow != nullptr;
    const auto sender = known ? (side == 0 ? found.flow->client : found.flow->server)
                              : (endpoint_at(world_.config(), tuple.source) != nullptr
                                     ? endpoint_at(world_.config(), tuple.source)->name
                                     : std::string());
    return sent_by(sender, std::move(d));
}

Shipment NatTraffic::begin_connection() {
    const auto& client = dice_.pick(world_.config().endpoints);
    const unsigned kind = dice_.below(3);
    const Tuple tuple = kind == 0   ? random_outgoing(kTcp, client)
                        : kind == 1 ? random_incoming(kTcp)
                                    : random_to_host(kTcp, client);
    if (connections_.size() >= kConnections || reference_.find(tuple).flow != nullptr ||
        std::ranges::count(connections_, tuple, &Connection::begun) != 0) {
        return outgoing();
    }
    Connection connection;
    connection.begun = tuple;
    connection.next = {dice_.below(~0U), dice_.below(~0U)};
    connections_.push_back(connection);
    auto& added = connections_.back();
    auto shipment = segment(added, 0, kSyn, 0);
    added.heard[1] = added.next[0];
    return shipment;
}

Shipment NatTraffic::go_on(Connection& c) {
    using Phase = Connection::Phase;
    const unsigned roll = dice_.below(10);
    if (c.phase == Phase::begun) {
        if (roll == 0) { // the SYN again
            --c.next[0];
            return segment(c, 0, kSyn, 0);
        }
        if (roll == 1) { // refused: RFC 9293 section 3.10.7.1
            c.next[1] = 0;
            c.phase = Phase::over;
            return segment(c, 1, kRst | kAck, 0);
        }
        c.phase = Phase::answered;
        return segment(c, 1, kSyn | kAck, 0);
    }
    if (c.phase == Phase::answered) {
        c.phase = Phase::open;
        return segment(c, 0, kAck, 0);
    }
    return once_open(c, roll);
}

Shipment NatTraffic::once_open(Connection& c, unsigned roll) {
    const unsigned side = dice_.below(2), other = 1 - side;
    const bool all_heard = c.heard[other] == c.next[side];
    if (roll == 0 && !c.finished[side]) {
        c.finished[side] = true;
        return segment(c, side, kFin | kAck, 0);
    }
    if (roll == 1 && all_heard && !c.finished[0] && !c.finished[1]) {
        c.phase = Connection::Phase::over;
        return segment(c, side, kRst | kAck, 0);
    }
    if (roll < 6 && !c.finished[side] && c.next[side] - c.heard[other] < kMostOutstanding) {
        return segment(c, side, kPush | kAck, 1 + dice_.below(60));
    }
    if (c.heard[side] != c.next[other]) {
        auto shipment = segment(c, side, kAck, 0);
        if (c.finished[0] && c.finished[1] && c.heard[0] == c.next[1] && c.heard[1] == c.next[0]) {
            c.phase = Connection::Phase::over;
        }
        return shipment;
    }
    return outgoing();
}

void NatTraffic::settle() {
    std::erase_if(connections_, [&](Connection& connection) {
        connection.busy = false;
        const auto* flow = reference_.find(connection.begun).flow;
        if (flow == nullptr || flow->doubtful || flow->in[0] != connection.begun ||
            connection.phase == Connection::Phase::over || (connection.flow != 0 && connection.flow != flow->number)) {
            return true;
        }
        connection.flow = flow->number;
        return false;
    });
}

// A router outside, or the receiver itself, has something to say about a packet that left, or about one that did not.
Shipment NatTraffic::error() {
    std::vector<std::pair<const Flow*, unsigned>> quotable;
    for (const auto& flow : reference_.flows()) {
        for (const unsigned direction : {0U, 1U}) {
            if (flow.left[direction]) {
                quotable.emplace_back(&flow, direction);
            }
        }
    }
    if (quotable.empty()) {
        return outgoing();
    }
    const auto [flow, direction] = dice_.pick(quotable);
    const auto& receiver = direction == 0 ? flow->server : flow->client;
    Datagram quote = *flow->left[direction];
    quote.ttl = 1;
    const Ipv4 asker = quote.source, asked = quote.destination;
    if (dice_.chance(15)) {
        Tuple tuple = tuple_of(quote);
        tuple.destination = dice_.pick(world_.remotes());
        tuple.source_port = static_cast<std::uint16_t>(tuple.source_port + dice_.below(2));
        if (reference_.find(tuple.reversed()).flow == nullptr) {
            rewrite(quote, tuple);
            seal(quote);
        }
    }
    const std::vector<std::pair<std::uint8_t, std::uint8_t>> outside{{3, 0}, {3, 1}, {3, 3}, {3, 13}, {11, 0}, {12, 0}};
    const auto [type, code] = receiver.empty() ? dice_.pick(outside) : std::pair<std::uint8_t, std::uint8_t>{3, 3};
    Datagram error = datagram({kIcmp, asked, 0, asker, 0});
    error.source = receiver.empty() && dice_.chance(50) ? Ipv4::parse("192.0.2.254").value() : asked;
    error.destination = asker;
    error.transport = error_about(type, code, quote, quote.protocol == kSctp || dice_.chance(50) ? 8 : 1000);
    seal(error);
    return sent_by(receiver, std::move(error));
}

Shipment NatTraffic::random_kind() {
    const unsigned roll = dice_.below(100);
    if (roll < 14) {
        return outgoing();
    } else if (roll < 34) {
        return of_flow();
    } else if (roll < 42) {
        return incoming();
    } else if (roll < 52) {
        return to_host();
    } else if (roll < 57) {
        return near_miss();
    } else if (roll < 60) {
        return elsewhere();
    } else if (roll < 65) {
        return neighbor();
    } else if (roll < 67) {
        return gateway_echo();
    } else if (roll < 75) {
        return error();
    } else if (roll < 82) {
        return begin_connection();
    }
    std::vector<Connection*> ready;
    for (auto& connection : connections_) {
        if (!connection.busy && connection.flow != 0) {
            ready.push_back(&connection);
        }
    }
    return ready.empty() ? outgoing() : go_on(*dice_.pick(ready));
}

Shipment NatTraffic::next() {
    Shipment shipment = random_kind();
    perhaps_fragment(shipment);
    return shipment;
}

std::vector<Shipment> NatTraffic::burst() {
    std::vector<Shipment> shipments{next()};
    const unsigned wanted = dice_.between(2, 6);
    for (unsigned tries = 0; tries < 20 && shipments.size() < wanted; ++tries) {
        // No TCP, which moves its connection on when it is made, and no SCTP, where one packet asks for the next.
        Shipment more = dice_.chance(50) ? of_flow() : dice_.chance(50) ? outgoing() : to_host();
        if (more.port == shipments.front().port && more.whole.protocol != kSctp) {
            perhaps_fragment(more);
            shipments.push_back(std::move(more));
        }
    }
    return shipments;
}

} // namespace pontoon::test
