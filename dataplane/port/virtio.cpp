#include "dataplane/port/virtio.hpp"

#include <rte_mbuf.h>

#include <cstddef>
#include <optional>
#include <span>

#include "dataplane/wire/headers.hpp"

namespace pontoon {

namespace {

using Bytes = std::span<const std::uint8_t>;

// Where a frame's headers stand, by its own words.
struct Layout {
    unsigned l3 = 0;
    unsigned l4 = 0;
    unsigned payload = 0;
    bool ipv6 = false;
    std::uint8_t protocol = 0;
};

constexpr std::uint8_t kCwr = 0x80; // of TCP's flags (RFC 3168)

std::uint16_t checksum_offset(std::uint8_t protocol) {
    switch (protocol) {
    case protocol::kTcp: return offsetof(TcpHeader, checksum);
    case protocol::kUdp: return offsetof(UdpHeader, checksum);
    case protocol::kSctp: return offsetof(SctpHeader, checksum);
    default: return 0;
    }
}

// Past the tags of VLANs, of which it takes two at most.
std::uint16_t find_network(Bytes frame, Layout& at) {
    if (frame.size() < sizeof(EthernetHeader)) {
        return 0;
    }
    std::uint16_t type = view<EthernetHeader>(frame.data()).type.host();
    at.l3 = sizeof(EthernetHeader);
    for (int tags = 0; tags < 2 && (type == ether_type::kVlan || type == ether_type::kQinQ); ++tags) {
        if (frame.size() < at.l3 + sizeof(VlanTag)) {
            return 0;
        }
        type = view<VlanTag>(frame.data() + at.l3).type.host();
        at.l3 += sizeof(VlanTag);
    }
    return type;
}

bool find_ipv4_transport(Bytes frame, Layout& at) {
    if (frame.size() < at.l3 + sizeof(Ipv4Header)) {
        return false;
    }
    const auto& ip = view<Ipv4Header>(frame.data() + at.l3);
    at.l4 = at.l3 + ip.header_length();
    at.protocol = ip.protocol;
    return ip.version() == 4 && ip.header_length() >= sizeof(Ipv4Header) && !ip.is_fragment();
}

// Past the extension headers that a whole packet may have: hop-by-hop options, routing, destination options.
bool find_ipv6_transport(Bytes frame, Layout& at) {
    if (frame.size() < at.l3 + sizeof(Ipv6Header)) {
        return false;
    }
    const auto& ip = view<Ipv6Header>(frame.data() + at.l3);
    at.l4 = at.l3 + unsigned{sizeof(Ipv6Header)};
    at.protocol = ip.next_header;
    while (at.protocol == 0 || at.protocol == 43 || at.protocol == 60) {
        if (frame.size() < at.l4 + 8) {
            return false;
        }
        at.protocol = frame[at.l4];
        at.l4 += (frame[at.l4 + 1] + 1U) * 8;
    }
    at.ipv6 = true;
    return ip.version() == 6;
}

bool find_payload(Bytes frame, Layout& at) {
    const std::size_t left = frame.size() > at.l4 ? frame.size() - at.l4 : 0;
    unsigned header = 0;
    if (at.protocol == protocol::kTcp && left >= sizeof(TcpHeader)) {
        header = view<TcpHeader>(frame.data() + at.l4).header_length();
        header = header < sizeof(TcpHeader) ? 0 : header;
    } else if (at.protocol == protocol::kUdp) {
        header = sizeof(UdpHeader);
    } else if (at.protocol == protocol::kSctp) {
        header = sizeof(SctpHeader);
    }
    at.payload = at.l4 + header;
    return header != 0 && header <= left;
}

// None where there is no transport header that could owe anything, or not all of it is in `frame`.
std::optional<Layout> find_layout(Bytes frame) {
    Layout at;
    const auto type = find_network(frame, at);
    const bool found = type == ether_type::kIpv4   ? find_ipv4_transport(frame, at)
                       : type == ether_type::kIpv6 ? find_ipv6_transport(frame, at)
                                                   : false;
    constexpr unsigned longest_l3 = (1U << RTE_MBUF_L3_LEN_BITS) - 1;
    if (!found || at.l4 - at.l3 > longest_l3 || !find_payload(frame, at)) {
        return {};
    }
    return at;
}

std::uint64_t checksum_flag(std::uint8_t protocol) {
    return protocol == protocol::kTcp   ? RTE_MBUF_F_TX_TCP_CKSUM
           : protocol == protocol::kUdp ? RTE_MBUF_F_TX_UDP_CKSUM
                                        : RTE_MBUF_F_TX_SCTP_CKSUM;
}

void mark_segments(rte_mbuf& packet, const VirtioHeader& header, const Layout& at) {
    const unsigned how = header.segments & ~VirtioHeader::kEcn;
    const bool tcp = at.protocol == protocol::kTcp && how == (at.ipv6 ? VirtioHeader::kTcp6 : VirtioHeader::kTcp4);
    const bool udp = at.protocol == protocol::kUdp && how == VirtioHeader::kUdp;
    if ((!tcp && !udp) || header.segment_size == 0 || packet.pkt_len - at.payload <= header.segment_size) {
        return;
    }
    packet.ol_flags |= tcp ? RTE_MBUF_F_TX_TCP_SEG : RTE_MBUF_F_TX_UDP_SEG;
    packet.tso_segsz = header.segment_size;
}

} // namespace

void mark_received(rte_mbuf& packet, const VirtioHeader& header) {
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    if ((header.flags & VirtioHeader::kNeedsChecksum) == 0) {
        if ((header.flags & VirtioHeader::kDataValid) != 0) {
            packet.ol_flags |= good;
        }
        return;
    }
    const auto at = find_layout({rte_pktmbuf_mtod(&packet, const std::uint8_t*), packet.data_len});
    if (!at || at->l4 != header.checksum_start || checksum_offset(at->protocol) != header.checksum_offset) {
        return;
    }
    packet.ol_flags |= good | checksum_flag(at->protocol) | (at->ipv6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4);
    packet.tx_offload = 0;
    packet.l2_len = static_cast<std::uint8_t>(at->l3 & 0x7f);
    packet.l3_len = (at->l4 - at->l3) & 0x1ff;
    packet.l4_len = (at->payload - at->l4) & 0xff;
    mark_segments(packet, header, *at);
}

VirtioHeader header_for(const rte_mbuf& packet) {
    VirtioHeader header;
    const auto owed = packet.ol_flags & RTE_MBUF_F_TX_L4_MASK;
    if (owed == 0) {
        return header;
    }
    const unsigned l4 = packet.l2_len + packet.l3_len;
    header.flags = VirtioHeader::kNeedsChecksum;
    header.checksum_start = static_cast<std::uint16_t>(l4);
    header.checksum_offset = checksum_offset(owed == RTE_MBUF_F_TX_TCP_CKSUM   ? protocol::kTcp
                                             : owed == RTE_MBUF_F_TX_UDP_CKSUM ? protocol::kUdp
                                                                               : protocol::kSctp);
    if ((packet.ol_flags & (RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG)) == 0) {
        return header;
    }
    header.headers = static_cast<std::uint16_t>(l4 + packet.l4_len);
    header.segment_size = packet.tso_segsz;
    header.segments = VirtioHeader::kUdp;
    if (owed == RTE_MBUF_F_TX_TCP_CKSUM) {
        const auto& tcp = view<TcpHeader>(rte_pktmbuf_mtod_offset(&packet, const std::uint8_t*, l4));
        const bool ipv6 = (packet.ol_flags & RTE_MBUF_F_TX_IPV6) != 0;
        header.segments = ipv6 ? VirtioHeader::kTcp6 : VirtioHeader::kTcp4;
        header.segments |= (tcp.flags & kCwr) != 0 ? VirtioHeader::kEcn : 0;
    }
    return header;
}

} // namespace pontoon
