#include "dataplane/packet/offload.hpp"

#include <algorithm>

namespace pontoon {

namespace {

constexpr std::uint64_t kFlags = kLeftToHardware | RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_IP_CKSUM;
constexpr unsigned kMostL3 = (1U << RTE_MBUF_L3_LEN_BITS) - 1;

constexpr std::uint64_t segment_flag_of(std::uint8_t protocol) {
    return protocol == protocol::kTcp ? RTE_MBUF_F_TX_TCP_SEG : protocol == protocol::kUdp ? RTE_MBUF_F_TX_UDP_SEG : 0;
}

unsigned transport_header(const Packet& p) {
    switch (p.protocol) {
    case protocol::kTcp: return p.header<TcpHeader>(p.l4).header_length();
    case protocol::kUdp: return sizeof(UdpHeader);
    default: return sizeof(SctpHeader);
    }
}

// Whether the segments the port spoke of can be; sets how large they are in `size`, 0 if there is only one.
bool check_segments(const Packet& p, std::uint16_t& size) {
    size = p.mbuf->tso_segsz;
    const std::uint64_t flag = p.mbuf->ol_flags & kToSegment;
    if (flag != segment_flag_of(p.protocol) || size == 0) {
        return false;
    }
    const std::uint32_t data = p.l4_length() - transport_header(p);
    if (p.protocol == protocol::kUdp && p.header<UdpHeader>(p.l4).length.host() != p.l4_length()) {
        return false;
    }
    if (data <= size) {
        size = 0;
    }
    return size == 0 || (data - 1) / size < kMostSegments;
}

void set_segment(Packet& p, std::uint16_t size) {
    const std::uint32_t bytes = p.l4 - p.l3 + transport_header(p) + size;
    p.segment = size == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(std::min(bytes, 0xffffU));
}

// Bytes of the transport header and its data that the checksum covers.
std::size_t summed_bytes(const Packet& p, std::size_t l3, std::size_t l4, std::uint64_t what) {
    if (what == RTE_MBUF_F_TX_UDP_CKSUM) {
        return p.header<UdpHeader>(l4).length.host();
    }
    const bool version_4 = (p.mbuf->ol_flags & RTE_MBUF_F_TX_IPV4) != 0;
    const std::size_t ip = version_4 ? p.header<Ipv4Header>(l3).total_length.host()
                                     : sizeof(Ipv6Header) + p.header<Ipv6Header>(l3).payload_length.host();
    return ip - (l4 - l3);
}

} // namespace

bool mark_offload(const Packet& p, std::uint16_t segment_size) {
    const auto l3_length = static_cast<std::uint64_t>(p.l4 - p.l3);
    if (l3_length > kMostL3) {
        return false;
    }
    const std::uint64_t flags = checksum_flag_of(p.protocol) | (p.is_ipv4() ? RTE_MBUF_F_TX_IPV4 : RTE_MBUF_F_TX_IPV6) |
                                (segment_size != 0 ? segment_flag_of(p.protocol) : 0);
    p.mbuf->ol_flags = (p.mbuf->ol_flags & ~kFlags) | flags;
    p.mbuf->tx_offload = rte_mbuf_tx_offload(p.l3, l3_length, transport_header(p), segment_size, 0, 0, 0);
    return true;
}

bool take_offload(Packet& p) {
    const rte_mbuf& mbuf = *p.mbuf;
    if (!p.is_ip() || p.l4 == 0 || p.fragment || mbuf.l2_len + mbuf.l3_len != p.l4 ||
        (mbuf.ol_flags & kOwesChecksum) != checksum_flag_of(p.protocol) || !owes_checksum(mbuf)) {
        return false;
    }
    std::uint16_t size = 0;
    if (is_to_segment(mbuf) && !check_segments(p, size)) {
        return false;
    }
    set_segment(p, size);
    return mark_offload(p, size);
}

void resize_segments(Packet& p, std::uint16_t data) {
    p.mbuf->tso_segsz = data;
    set_segment(p, data);
}

void finish_checksum(rte_mbuf& mbuf) {
    Packet p;
    p.mbuf = &mbuf;
    p.data = rte_pktmbuf_mtod(&mbuf, std::uint8_t*);
    p.length = mbuf.pkt_len;
    p.first = mbuf.data_len;
    const std::size_t l3 = mbuf.l2_len;
    const std::size_t l4 = l3 + mbuf.l3_len;
    const std::uint64_t what = mbuf.ol_flags & kOwesChecksum;
    const std::size_t length = summed_bytes(p, l3, l4, what);
    if ((mbuf.ol_flags & RTE_MBUF_F_TX_IPV4) != 0 && p.header<Ipv4Header>(l3).checksum.raw() == 0) {
        seal_ipv4(p.data + l3);
    }
    if (what == RTE_MBUF_F_TX_SCTP_CKSUM) {
        const std::size_t field = l4 + offsetof(SctpHeader, checksum);
        store(p.data + field, crc32c_range(p, l4, length, field)); // little-endian on the wire, as here
    } else {
        // The field holds the pseudo-header's sum, so that over all is the one wanted.
        const bool udp = what == RTE_MBUF_F_TX_UDP_CKSUM;
        const be16 sum = checksum_of(sum_range(p, l4, length, 0));
        const bool none = udp && sum.raw() == 0; // which would say that there is no sum (RFC 768)
        store(p.data + l4 + (udp ? offsetof(UdpHeader, checksum) : offsetof(TcpHeader, checksum)),
              none ? be16{0xffff} : sum);
    }
    mbuf.ol_flags &= ~kFlags;
}

} // namespace pontoon
