#include "dataplane/flow/apply.hpp"

#include <algorithm>

namespace pontoon {

namespace {

// The change of a sum over `from` when `to` stands in its place, folded to 16 bits.
Sum change(Sum from, Sum to) {
    return Sum{static_cast<std::uint16_t>(~fold(from))} + fold(to);
}

Sum sum_of_addresses(Ipv4 source, Ipv4 destination) {
    return Sum{source.value.raw()} + destination.value.raw();
}

// The one that is not 0, since a query's identifier stands where TCP has the port of the side that asks.
be16 identifier_in(const FlowPorts& ports) {
    return ports.source.raw() != 0 ? ports.source : ports.destination;
}

void rewrite_identifier(std::uint8_t* icmp, const Rewrite& to) {
    auto& header = edit<IcmpHeader>(icmp);
    const auto before = load<be16>(icmp + 4);
    const be16 after = identifier_in(to.ports);
    header.checksum = updated(header.checksum, before, after);
    store(icmp + 4, after);
}

void rewrite_icmp(Packet& packet, const Rewrite& to) {
    rewrite_identifier(packet.data + packet.l4, to);
    auto& header = edit<IcmpHeader>(packet.data + packet.l4);
    if (header.checksum.raw() == 0 && !packet.fragment) [[unlikely]] {
        // A message of nothing but zeros, which has no pseudo-header either, sums to the other zero.
        header.checksum = checksum_of(sum_range(packet, packet.l4, packet.l4_length(), 0));
    }
}

void rewrite_sctp(Packet& packet, const Rewrite& to) {
    store(packet.data + packet.l4, to.ports);
    if (packet.csum_partial) {
        return; // hardware is to make it
    }
    const std::size_t length = packet.l4_length();
    const std::size_t field = packet.l4 + offsetof(SctpHeader, checksum);
    store(packet.data + field, crc32c_range(packet, packet.l4, length, field)); // little-endian on the wire, as here
}

// The quoted transport header, of which only the first 8 bytes are sure to be there.
void rewrite_quoted_transport(std::uint8_t* l4, std::size_t there, std::uint8_t protocol, const Rewrite& undone) {
    if (protocol == protocol::kIcmp) {
        rewrite_identifier(l4, undone);
        return;
    }
    store(l4, undone.ports);
    if (protocol == protocol::kTcp && there >= offsetof(TcpHeader, checksum) + sizeof(be16)) {
        auto& field = edit<TcpHeader>(l4).checksum;
        field = adjusted(field, undone.l4_delta);
    } else if (protocol == protocol::kUdp && view<UdpHeader>(l4).checksum.raw() != 0) {
        auto& field = edit<UdpHeader>(l4).checksum;
        field = adjusted(field, undone.l4_delta);
    }
}

} // namespace

Rewrite make_rewrite(const FlowKey& key, const FlowKey& translated) {
    Rewrite to;
    to.source = translated.source;
    to.destination = translated.destination;
    to.ports = {translated.source_port, translated.destination_port};
    const Sum addresses = change(sum_of_addresses(key.source, key.destination),
                                 sum_of_addresses(translated.source, translated.destination));
    const Sum ports = change(Sum{key.source_port.raw()} + key.destination_port.raw(),
                             Sum{translated.source_port.raw()} + translated.destination_port.raw());
    constexpr Sum one_hop = 0xffff - 1; // the TTL is the first byte of its word, so the low one here
    to.address_delta = fold(addresses);
    to.ip_delta = fold(addresses + one_hop);
    to.l4_delta = fold(addresses + ports);
    return to;
}

void translate(Packet& packet, const Rewrite& to) {
    rewrite_ipv4(packet.data + packet.l3, to);
    if (packet.l4 == 0) {
        return;
    }
    switch (packet.protocol) {
    case protocol::kTcp:
    case protocol::kUdp: rewrite_tcp_udp(packet, packet.data + packet.l4, to); break;
    case protocol::kIcmp: rewrite_icmp(packet, to); break;
    case protocol::kSctp: rewrite_sctp(packet, to); break;
    default: break;
    }
}

void translate_error(Packet& packet, const FlowKey& key, const Rewrite& to) {
    std::uint8_t* const quote = packet.data + packet.quote;
    auto& quoted = edit<Ipv4Header>(quote);
    const FlowKey answered = reversed(key, key.zone);
    const FlowKey original{to.destination, to.source, to.ports.destination, to.ports.source, key.protocol, 0, key.zone};
    Rewrite undone = make_rewrite(answered, original);
    quoted.checksum = adjusted(quoted.checksum, undone.address_delta);
    quoted.source = undone.source;
    quoted.destination = undone.destination;
    const std::size_t l4 = packet.quote + quoted.header_length();
    const std::size_t end = std::min<std::size_t>(packet.l3 + packet.ip_length, packet.first);
    rewrite_quoted_transport(packet.data + l4, end - l4, quoted.protocol, undone);

    // A router behind the translation is as hidden as the host is (RFC 5508 section 4.3, Linux).
    auto& outer = edit<Ipv4Header>(packet.data + packet.l3);
    outer.source = to.source == key.source ? outer.source : to.source;
    outer.destination = to.destination;
    --outer.ttl;
    seal_ipv4(packet.data + packet.l3);

    auto& error = edit<IcmpHeader>(packet.data + packet.l4);
    error.checksum = be16{};
    error.checksum = checksum_of(sum_range(packet, packet.l4, packet.l4_length(), 0));
}

} // namespace pontoon
