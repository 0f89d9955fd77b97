// What a packet has left to hardware: its transport checksum, its division into segments, or both. It stands in its
// mbuf, as DPDK's flags for transmission, from the port it came in by to the port it leaves by:
//
// - It owes its checksum: one of RTE_MBUF_F_TX_L4_MASK and one of RTE_MBUF_F_TX_IPV4 and _IPV6; l2_len, l3_len and
//   l4_len in bytes; the checksum field holds the folded sum of the pseudo-header (with the whole transport length), of
//   SCTP anything. As in VIRTIO_NET_HDR_F_NEEDS_CSUM and Linux's CHECKSUM_PARTIAL.
// - It is to be cut into segments: besides, RTE_MBUF_F_TX_TCP_SEG or _UDP_SEG, and tso_segsz bytes of data in each.
//
// A port that receives may write what a container claims: the checksum's and the segmentation's flag, tso_segsz, and
// l2_len + l3_len for where the transport header begins. `take_offload` holds it against the packet and writes the
// rest.
#pragma once

#include <rte_mbuf.h>

#include <cstdint>

#include "dataplane/packet/packet.hpp"

namespace pontoon {

inline constexpr std::uint64_t kOwesChecksum = RTE_MBUF_F_TX_L4_MASK;
inline constexpr std::uint64_t kToSegment = RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG;
inline constexpr std::uint64_t kLeftToHardware = kOwesChecksum | kToSegment;
inline constexpr std::uint64_t kVerified = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;

// Into more segments nobody cuts a packet: 64 KB of them at the smallest that Linux sends.
inline constexpr unsigned kMostSegments = 2048;

[[nodiscard]] inline bool owes_checksum(const rte_mbuf& mbuf) {
    return (mbuf.ol_flags & kOwesChecksum) != 0;
}
[[nodiscard]] inline bool is_to_segment(const rte_mbuf& mbuf) {
    return (mbuf.ol_flags & kToSegment) != 0;
}

// The flag for the checksum of a transport protocol; 0 if none is ever left.
[[nodiscard]] constexpr std::uint64_t checksum_flag_of(std::uint8_t protocol) {
    return protocol == protocol::kTcp    ? RTE_MBUF_F_TX_TCP_CKSUM
           : protocol == protocol::kUdp  ? RTE_MBUF_F_TX_UDP_CKSUM
           : protocol == protocol::kSctp ? RTE_MBUF_F_TX_SCTP_CKSUM
                                         : 0;
}

// Marks a packet, parsed and whole: it owes its checksum, and if `segment_size` is not 0 it is to be cut into segments
// with so many bytes of data. False, and nothing is done, if the headers are too long to be said.
bool mark_offload(const Packet& packet, std::uint16_t segment_size);

// Holds what the port wrote, of which `csum_partial` has been set, against what the parser found; then writes it anew
// and sets `segment`. False if it does not fit.
[[nodiscard]] bool take_offload(Packet& packet);

// The frame's headers before the IP header have become `bytes` longer, or shorter if negative.
inline void move_offload(rte_mbuf& mbuf, int bytes) {
    if ((mbuf.ol_flags & kLeftToHardware) != 0) {
        mbuf.l2_len = static_cast<unsigned>(mbuf.l2_len + bytes) & 0x7fU;
    }
}

// Makes segments of `data` bytes what a packet is to be cut into, which is to be cut already.
void resize_segments(Packet& packet, std::uint16_t data);

// Makes the checksum that a packet owes, in place; then it owes nothing. Its buffers are the caller's alone. An IPv4
// header checksum that was left too (0) is made with it.
void finish_checksum(rte_mbuf& mbuf);

} // namespace pontoon
