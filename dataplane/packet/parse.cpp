#include "dataplane/packet/parse.hpp"

#include <cstddef>

#include "dataplane/packet/transport.hpp"

namespace pontoon {

namespace {

// A cut header: either the frame ends there, or it goes on in a buffer where the stages would not find it.
Reason missing(const Packet& p, std::size_t offset, std::size_t bytes, Reason truncated) {
    return offset + bytes <= p.length ? Reason::headers_scattered : truncated;
}

// A piece of `bytes` bytes at `offset` of its packet.
Reason mark_fragment(Packet& p, unsigned offset, bool more, std::size_t bytes) {
    p.fragment = offset != 0 || more;
    p.later_piece = offset != 0;
    const bool lies = p.fragment && ((more && bytes % 8 != 0) || offset + bytes > 65535);
    return lies ? Reason::fragment_bad_length : Reason::none;
}

Reason parse_ipv4(Packet& p) {
    if (!p.has(p.l3, sizeof(Ipv4Header))) {
        return missing(p, p.l3, sizeof(Ipv4Header), Reason::ipv4_truncated);
    }
    const auto ip = p.header<Ipv4Header>(p.l3);
    if (ip.version() != 4) {
        return Reason::ipv4_bad_version;
    }
    const unsigned header = ip.header_length();
    const unsigned total = ip.total_length.host();
    if (header < sizeof(Ipv4Header) || p.l3 + header > p.length) {
        return Reason::ipv4_bad_header_length;
    }
    if (!p.has(p.l3, header)) {
        return Reason::headers_scattered;
    }
    if (total < header || p.l3 + total > p.length) {
        return Reason::ipv4_bad_total_length;
    }
    const bool right = p.csum_trusted || sums_right(sum_bytes(p.data + p.l3, header));
    if (!right && ip.checksum.raw() != 0) {
        return Reason::ipv4_bad_checksum;
    }
    p.ip_length = total;
    p.protocol = ip.protocol;
    p.l4 = static_cast<std::uint16_t>(p.l3 + header);
    if (const auto lie = mark_fragment(p, ip.fragment_offset(), ip.more_fragments(), total - header);
        lie != Reason::none) {
        return lie;
    }
    const Sum addresses = Sum{ip.source.value.raw()} + ip.destination.value.raw();
    const auto fault = parse_transport(p, addresses, total - header, 4);
    // A sender that left both sums to its hardware wrote no header checksum.
    return right || p.csum_partial ? fault : Reason::ipv4_bad_checksum;
}

// What the checksum of a packet with a routing header or a home address covers instead of the IPv6 header's addresses
// (RFC 8200 section 8.1, RFC 6275 section 11.3.1).
struct Ipv6Ends {
    Ipv6 source;
    Ipv6 destination;
};

void read_routing(const Packet& p, std::size_t at, std::size_t length, Ipv6Ends& ends) {
    constexpr std::uint8_t source_route = 0;
    constexpr std::uint8_t home_address_route = 2;
    const auto type = p.data[at + 2];
    const auto segments_left = p.data[at + 3];
    if ((type == source_route || type == home_address_route) && segments_left != 0 && length >= 8 + sizeof(Ipv6)) {
        ends.destination = p.header<Ipv6>(at + length - sizeof(Ipv6));
    }
}

void read_destination_options(const Packet& p, std::size_t at, std::size_t length, Ipv6Ends& ends) {
    constexpr std::uint8_t pad1 = 0;
    constexpr std::uint8_t home_address = 0xc9;
    for (std::size_t option = at + 2; option + 2 <= at + length;) {
        const auto type = p.data[option];
        const std::size_t bytes = type == pad1 ? 1 : std::size_t{2} + p.data[option + 1];
        if (type == home_address && bytes == 2 + sizeof(Ipv6) && option + bytes <= at + length) {
            ends.source = p.header<Ipv6>(option + 2);
        }
        option += bytes;
    }
}

// One extension header of type `p.protocol` at `at`: returns its length, 0 if `p.protocol` is no extension header.
std::size_t extension_length(const Packet& p, std::size_t at) {
    switch (p.protocol) {
    case protocol::kHopByHop:
    case protocol::kRouting:
    case protocol::kDestinationOptions: return (std::size_t{p.data[at + 1]} + 1) * 8;
    case protocol::kAuthentication: return (std::size_t{p.data[at + 1]} + 2) * 4;
    case protocol::kFragment: return sizeof(Ipv6FragmentHeader);
    default: return 0;
    }
}

bool is_extension(std::uint8_t next_header) {
    return next_header == protocol::kHopByHop || next_header == protocol::kRouting ||
           next_header == protocol::kDestinationOptions || next_header == protocol::kAuthentication ||
           next_header == protocol::kFragment;
}

// Walks the extension headers from `at` to the transport header, which it leaves in `p.l4` and `p.protocol`.
Reason parse_extensions(Packet& p, std::size_t at, std::size_t end, Ipv6Ends& ends) {
    constexpr int most = 8;
    for (int seen = 0; is_extension(p.protocol) && !p.later_piece; ++seen) {
        if (seen == most || at + 8 > end) {
            return Reason::ipv6_bad_extension;
        }
        if (!p.has(at, 8)) {
            return Reason::headers_scattered;
        }
        const std::size_t length = extension_length(p, at);
        if (at + length > end) {
            return Reason::ipv6_bad_extension;
        }
        if (!p.has(at, length)) {
            return Reason::headers_scattered;
        }
        if (p.protocol == protocol::kRouting) {
            read_routing(p, at, length, ends);
        } else if (p.protocol == protocol::kDestinationOptions) {
            read_destination_options(p, at, length, ends);
        } else if (p.protocol == protocol::kFragment) {
            const auto header = p.header<Ipv6FragmentHeader>(at);
            const auto fault = mark_fragment(p, header.offset(), header.more(), end - at - length);
            if (fault != Reason::none) {
                return fault;
            }
        }
        p.protocol = p.data[at];
        at += length;
    }
    p.l4 = static_cast<std::uint16_t>(at);
    return Reason::none;
}

Reason parse_ipv6(Packet& p) {
    if (!p.has(p.l3, sizeof(Ipv6Header))) {
        return missing(p, p.l3, sizeof(Ipv6Header), Reason::ipv6_truncated);
    }
    const auto ip = p.header<Ipv6Header>(p.l3);
    if (ip.version() != 6) {
        return Reason::ipv6_bad_version;
    }
    p.ip_length = static_cast<std::uint32_t>(sizeof(Ipv6Header)) + ip.payload_length.host();
    const std::size_t end = p.l3 + p.ip_length;
    if (end > p.length) {
        return Reason::ipv6_bad_payload_length;
    }
    p.protocol = ip.next_header;
    Ipv6Ends ends{ip.source, ip.destination};
    const auto fault = parse_extensions(p, p.l3 + sizeof(Ipv6Header), end, ends);
    if (fault != Reason::none) {
        return fault;
    }
    const Sum addresses = sum_pseudo_header(ends.source, ends.destination, 0, 0);
    return parse_transport(p, addresses, static_cast<std::uint32_t>(end - p.l4), 6);
}

Reason parse_arp(const Packet& p) {
    if (!p.has(p.l3, sizeof(ArpPacket))) {
        return missing(p, p.l3, sizeof(ArpPacket), Reason::arp_truncated);
    }
    const auto arp = p.header<ArpPacket>(p.l3);
    const bool ours = arp.hardware_type == be16{1} && arp.protocol_type == be16{ether_type::kIpv4};
    const bool lies = ours && (arp.hardware_length != sizeof(Mac) || arp.protocol_length != sizeof(Ipv4));
    return lies ? Reason::arp_bad_length : Reason::none;
}

// Ethernet II and at most two VLAN tags; what follows a third stays unread.
Reason parse_link(Packet& p) {
    if (!p.has(0, sizeof(EthernetHeader))) {
        return missing(p, 0, sizeof(EthernetHeader), Reason::frame_truncated);
    }
    p.type = p.header<EthernetHeader>(0).type.host();
    p.l3 = sizeof(EthernetHeader);
    for (int tags = 0; tags < 2 && (p.type == ether_type::kVlan || p.type == ether_type::kQinQ); ++tags) {
        if (!p.has(p.l3, sizeof(VlanTag))) {
            return missing(p, p.l3, sizeof(VlanTag), Reason::frame_truncated);
        }
        const auto tag = p.header<VlanTag>(p.l3);
        p.tagged |= tag.id() != 0;
        p.type = tag.type.host();
        p.l3 += sizeof(VlanTag);
    }
    return Reason::none;
}

} // namespace

void parse(Packet& p) {
    p.fault = parse_link(p);
    if (p.fault != Reason::none) [[unlikely]] {
        return;
    }
    switch (p.type) {
    case ether_type::kIpv4: p.fault = parse_ipv4(p); break;
    case ether_type::kIpv6: p.fault = parse_ipv6(p); break;
    case ether_type::kArp: p.fault = parse_arp(p); break;
    default: break;
    }
}

} // namespace pontoon
