#include "dataplane/packet/parse.hpp"

#include <algorithm>
#include <cstddef>

#include "dataplane/packet/extensions.hpp"
#include "dataplane/packet/transport.hpp"

namespace pontoon {

namespace {

// A cut header: either the frame ends there, or it goes on in a buffer where the stages would not find it.
Reason missing(const Packet& p, std::size_t offset, std::size_t bytes, Reason truncated) {
    return offset + bytes <= p.length ? Reason::headers_scattered : truncated;
}

[[gnu::noinline]] Reason parse_ipv4(Packet& p) {
    if (!p.has(p.l3, sizeof(Ipv4Header))) {
        return missing(p, p.l3, sizeof(Ipv4Header), Reason::ipv4_truncated);
    }
    const auto& ip = p.header<Ipv4Header>(p.l3);
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
    constexpr unsigned plain = sizeof(Ipv4Header); // of a known length it sums without a loop
    const std::uint8_t* const begin = p.data + p.l3;
    const Sum sum = header == plain ? sum_short(begin, plain) : sum_bytes(begin, header);
    const bool right = sums_right(sum) || (p.csum_trusted && !p.csum_partial); // a debt is one of the transport
    if (!right && ip.checksum.raw() != 0) {
        return Reason::ipv4_bad_checksum;
    }
    p.ip_length = total;
    p.protocol = ip.protocol;
    p.l4 = static_cast<std::uint16_t>(p.l3 + header);
    if (ip.is_fragment()) {
        const auto lie = mark_fragment(p, ip.fragment_offset(), ip.more_fragments(), total - header);
        if (lie != Reason::none) {
            return lie;
        }
    }
    const Sum addresses = Sum{ip.source.value.raw()} + ip.destination.value.raw();
    const auto fault = parse_transport(p, addresses, total - header, 4);
    // A sender that left both sums to its hardware wrote no header checksum.
    return right || p.csum_partial || fault == Reason::headers_scattered ? fault : Reason::ipv4_bad_checksum;
}

Reason parse_ipv6(Packet& p) {
    if (!p.has(p.l3, sizeof(Ipv6Header))) {
        return missing(p, p.l3, sizeof(Ipv6Header), Reason::ipv6_truncated);
    }
    const auto& ip = p.header<Ipv6Header>(p.l3);
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
    const auto& arp = p.header<ArpPacket>(p.l3);
    const bool ours = arp.hardware_type == be16{1} && arp.protocol_type == be16{ether_type::kIpv4};
    const bool lies = ours && (arp.hardware_length != sizeof(Mac) || arp.protocol_length != sizeof(Ipv4));
    return lies ? Reason::arp_bad_length : Reason::none;
}

bool is_tag(std::uint16_t type) {
    return type == ether_type::kVlan || type == ether_type::kQinQ;
}

// At most two VLAN tags from `p.l3` on; what follows a third stays unread.
[[gnu::noinline]] Reason parse_tags(Packet& p) {
    for (int tags = 0; tags < 2 && is_tag(p.type); ++tags) {
        if (!p.has(p.l3, sizeof(VlanTag))) {
            return missing(p, p.l3, sizeof(VlanTag), Reason::frame_truncated);
        }
        const auto& tag = p.header<VlanTag>(p.l3);
        p.tagged |= tag.id() != 0;
        p.type = tag.type.host();
        p.l3 += sizeof(VlanTag);
    }
    return Reason::none;
}

Reason parse_network(Packet& p) {
    switch (p.type) {
    case ether_type::kIpv4: return parse_ipv4(p);
    case ether_type::kIpv6: return parse_ipv6(p);
    case ether_type::kArp: return parse_arp(p);
    default: return Reason::none;
    }
}

// A frame that is not untagged IPv4.
[[gnu::noinline]] Reason parse_other(Packet& p) {
    const auto fault = is_tag(p.type) ? parse_tags(p) : Reason::none;
    return fault == Reason::none ? parse_network(p) : fault;
}

} // namespace

void parse_any(Packet& p) {
    p = Packet{.mbuf = p.mbuf,
               .data = p.data,
               .length = p.length,
               .first = p.first,
               .csum_partial = p.csum_partial,
               .csum_trusted = p.csum_trusted};
    if (!p.has(0, sizeof(EthernetHeader))) {
        p.fault = missing(p, 0, sizeof(EthernetHeader), Reason::frame_truncated);
        return;
    }
    p.type = p.header<EthernetHeader>(0).type.host();
    p.l3 = sizeof(EthernetHeader);
    p.fault = p.type == ether_type::kIpv4 ? parse_ipv4(p) : parse_other(p);
}

bool parse_offloaded(Packet& p) {
    constexpr std::uint64_t shape_mask = 0xff3f'0000'0000'00ff; // as in parse_common
    if (p.first < kCommonL4 + sizeof(UdpHeader) || p.header<EthernetHeader>(0).type != be16{ether_type::kIpv4}) {
        return false;
    }
    const auto& ip = p.header<Ipv4Header>(kCommonL3);
    const std::uint32_t total = ip.total_length.host();
    if ((load<std::uint64_t>(p.data + kCommonL3) & shape_mask) != 0x45 || total < sizeof(Ipv4Header) ||
        kCommonL3 + total > p.length || !sums_right(sum_short(p.data + kCommonL3, sizeof(Ipv4Header)))) {
        return false;
    }
    const std::uint32_t length = total - std::uint32_t{sizeof(Ipv4Header)};
    const bool is_tcp = ip.protocol == protocol::kTcp;
    if (is_tcp ? length < sizeof(TcpHeader) : ip.protocol != protocol::kUdp || length < sizeof(UdpHeader)) {
        return false;
    }
    const std::size_t header =
        is_tcp ? p.header<TcpHeader>(kCommonL4).header_length() : p.header<UdpHeader>(kCommonL4).length.host();
    if (header < (is_tcp ? sizeof(TcpHeader) : sizeof(UdpHeader)) || header > length ||
        !p.has(kCommonL4, is_tcp ? header : std::min(std::size_t{length}, sizeof(TcpHeader)))) {
        return false;
    }
    auto* const bytes = reinterpret_cast<std::uint8_t*>(&p);
    store(bytes + offsetof(Packet, l3), kCommonShape);
    store(bytes + offsetof(Packet, fault), std::uint32_t{0}); // tagged, fragment and later_piece with it
    p.protocol = ip.protocol;
    p.lane = Lane::unusual;
    p.ip_length = total;
    return true;
}

} // namespace pontoon
