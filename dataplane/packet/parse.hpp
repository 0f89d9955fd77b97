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
#pragma once

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// Fills `packet` from `packet.data`, `length`, `first`, `mbuf` and `csum_trusted`, which the caller has set.
// `packet.mbuf` may be null where `first == length`.
void parse(Packet& packet);

} // namespace pontoon
