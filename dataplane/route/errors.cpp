// ICMP errors that pass the router, those it sends itself, and packets that are too long.
#include <rte_mbuf.h>

#include "dataplane/ip/icmp_error.hpp"
#include "dataplane/ip/split.hpp"
#include "dataplane/route/router.hpp"
#include "dataplane/wire/checksum.hpp"

namespace pontoon {

// An error goes to whoever sent the packet it quotes: the flow is that of the quote, seen from the other end
// (RFC 5508 section 4). It keeps no flow alive.
Verdict Router::route_error(Packet& packet, const Origin& from) {
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    const auto& quoted = packet.header<Ipv4Header>(packet.quote);
    const std::size_t l4 = packet.quote + quoted.header_length();
    constexpr std::size_t needed = 8; // RFC 792: at least as much is quoted
    if (quoted.source != ip.destination || quoted.fragment_offset() != 0 ||
        l4 + needed > packet.l3 + packet.ip_length || !packet.has(l4, needed)) {
        return unrelated(packet, from);
    }
    if (!sums_right(sum_bytes(packet.data + packet.quote, quoted.header_length()))) {
        return drop(Reason::icmp_bad_quote); // RFC 5508 REQ-3
    }
    const auto ports = ports_at(packet.data + l4, quoted.protocol);
    if (!ports) {
        return unrelated(packet, from);
    }
    const unsigned owner = owner_of(ip.destination, ports->source, quoted.protocol, from);
    if (owner != options_.worker) {
        return hand_over(packet, from, owner, std::nullopt);
    }
    const FlowKey answer{quoted.destination, quoted.source, ports->destination, ports->source, quoted.protocol, 0,
                         from.zone};
    const HalfId half = find(answer);
    if (half == kNoFlow) {
        return unrelated(packet, from);
    }
    if (ip.ttl <= 1) {
        return drop(Reason::ttl_exceeded); // no error about an error
    }
    note_flow(half, false, true);
    translate_error(packet, answer, table_.half(half).rewrite);
    return send(packet, table_.half(half).adjacency);
}

// An error about no flow. The host, where it is attached, gets what is for it: it has flows of its own.
Verdict Router::unrelated(Packet& packet, const Origin& from) {
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    if (!routing().is_host(ip.destination) || !has_host(routing().network_in(from.zone))) {
        return drop(Reason::icmp_unrelated);
    }
    return at_host(packet, {ip.source, ip.destination, {}, {}, ip.protocol, 0, from.zone}, from, false);
}

// Drops a packet and tells its sender why, if that may be told now.
Verdict Router::refuse(Packet& packet, const Origin& from, Reason reason, std::uint8_t type, std::uint8_t code,
                       std::uint32_t rest) {
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    const auto* network = routing().network_in(from.zone);
    if (!may_answer(packet) || (network != nullptr && network->subnet.is_network_or_broadcast(ip.source)) ||
        !error_limit_.allow(ip.source, now_)) {
        return drop(reason);
    }
    IcmpError error{type, code, rest, {}, {}};
    if (network != nullptr) {
        error.from_mac = network->gateway_mac;
        error.from = network->gateway;
    } else {
        error.from_mac = routing().uplink->mac;
        error.from = routing().nat_addresses.front();
    }
    make_icmp_error(packet, error);
    return answer(reason, from.port);
}

// A translated packet that is longer than the way on allows, and may be fragmented.
Verdict Router::send_split(Packet& packet, Neighbors::Id to, std::uint16_t mtu) {
    std::array<rte_mbuf*, kMostPieces> pieces;
    const unsigned count = split(packet, mtu, pieces);
    if (count == 0) {
        return drop(Reason::no_buffer);
    }
    totals_.copied.add(count - 1);
    for (unsigned i = 0; i < count; ++i) {
        emit(pieces[i], to);
    }
    rte_pktmbuf_free(packet.mbuf);
    return held();
}

} // namespace pontoon
