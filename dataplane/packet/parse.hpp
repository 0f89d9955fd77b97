// Reads a frame's headers in one pass: Ethernet, 802.1Q and QinQ tags, ARP, IPv4, IPv6 with its extension headers, TCP,
// UDP, SCTP, ICMP, ICMPv6 and the header an ICMP error quotes.
//
// Every length, version and checksum is checked against the bytes that are there; the first lie becomes
// `Packet::fault` and the rest of the frame stays unread. What the parser does not know (another EtherType, another
// transport) is no fault.
//
// A transport checksum that holds exactly the pseudo-header's sum is not a lie but a debt: the sender left the rest to
// its hardware, and the frame was taken before that (VIRTIO_NET_HDR_F_NEEDS_CSUM, CHECKSUM_PARTIAL). Captures are
// full of these. The packet is marked `csum_partial`; then its IPv4 header checksum may be zero for the same reason.
// A port that hears of the debt says so before (packet/offload.hpp), and then the sum is not looked at.
#pragma once

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// Reads a frame of any kind, the long way. Where `csum_partial` is set before, the port said so.
void parse_any(Packet& packet);

// The commonest of those whose checksum needs no look, because it is owed or was verified (`csum_trusted`): untagged
// IPv4 without options, not a fragment, UDP or TCP of any length, the headers in the first buffer, and with nothing
// wrong. False, and nothing said yet, if it is anything else. The same answer as the long way.
[[nodiscard]] bool parse_offloaded(Packet& packet);

// The commonest frame in one go: untagged IPv4 without options, not a fragment, UDP or TCP, brief, in one buffer, and
// with nothing wrong. False if it is anything else; then nothing is said of it yet and the long way has to be gone,
// which alone knows what is wrong. The same answer as the long way, for half of its cost.
[[gnu::always_inline]] inline bool parse_common(Packet& p) {
    constexpr std::size_t l3 = kCommonL3;
    constexpr std::size_t l4 = kCommonL4;
    constexpr std::uint64_t shape_mask = 0xff3f'0000'0000'00ff; // version, header length; MF and fragment offset
    constexpr std::uint64_t shape = 0x45;
    if (p.first < l4 + sizeof(TcpHeader) || p.header<EthernetHeader>(0).type != be16{ether_type::kIpv4}) {
        return false;
    }
    const std::uint8_t* const ip = p.data + l3;
    const auto head = load<std::uint64_t>(ip);
    const auto middle = load<std::uint64_t>(ip + 8);
    const auto destination = load<std::uint32_t>(ip + 16);
    const std::uint32_t total = view<Ipv4Header>(ip).total_length.host();
    const std::uint32_t length = total - std::uint32_t{sizeof(Ipv4Header)}; // huge if `total` is too small
    const auto protocol = static_cast<std::uint8_t>(middle >> 8);
    if ((head & shape_mask) != shape || length > 128 || l3 + total > p.first ||
        !nonzero_sums_right(plus(plus(head, middle), destination))) { // a version is in it
        return false;
    }
    const std::uint8_t* const transport = p.data + l4;
    const bool udp = protocol == protocol::kUdp && view<UdpHeader>(transport).length.host() == length &&
                     length >= sizeof(UdpHeader) && view<UdpHeader>(transport).checksum.raw() != 0;
    if (!udp) {
        const unsigned header = view<TcpHeader>(transport).header_length();
        if (protocol != protocol::kTcp || header < sizeof(TcpHeader) || header > length) {
            return false;
        }
    }
    // In the order of the wire: source, destination, protocol, and the total length less the header's.
    const Sum pseudo =
        (middle >> 32) + destination + (middle & 0xff00) + (head >> 16 & 0xffff) + (0xffff - be16{20}.raw());
    if (!nonzero_sums_right(sum_short(transport, length, pseudo))) { // and here a protocol
        return false;
    }
    auto* const bytes = reinterpret_cast<std::uint8_t*>(&p); // compilers leave it at nine stores
    store(bytes + offsetof(Packet, l3), kCommonShape);
    store(bytes + offsetof(Packet, fault), std::uint32_t{0}); // tagged, fragment and later_piece with it
    p.csum_partial = false;
    p.protocol = protocol;
    p.lane = Lane::unusual;
    p.ip_length = total;
    return true;
}

// Fills `packet` from `packet.data`, `length`, `first`, `mbuf`, `csum_partial` and `csum_trusted`, which the caller has
// set; what owes its checksum is trusted too.
// `packet.mbuf` may be null where `first == length`.
inline void parse(Packet& packet) {
    if (!parse_common(packet)) {
        parse_any(packet);
    }
}

} // namespace pontoon
