// TCP segments of one burst put together into packets that are to be cut into just these again (packet/offload.hpp):
// what Linux calls GRO. For ports that receive frame by frame, so that the way from there on is gone once, and a TAP
// written once, for up to 64 KB.
//
// The rules are those of Linux (tcp_gro_receive, inet_gro_receive), so that nobody can tell the segments that are cut
// from those that came: untagged or with the same tags, IPv4 without options or IPv6 without extension headers, ACK
// alone among the flags, data that begins where the last ended, all headers but lengths, sums and identification the
// same to the byte; all but the last of the same size, which may be shorter; PSH ends a run. IPv4 identifications count
// up, or are of packets that must not be fragmented, where they mean nothing (RFC 6864). Ethernet padding ends a run
// too.
//
// (rte_gro of 22.11 knows no IPv6, and wants what the parser knows written into every mbuf.)
#pragma once

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// Of packets that were read, from one port. Those without fault have right sums or owe them. Others than TCP segments,
// and the order of each connection's packets, stay as they are. Returns how many packets there are fewer.
unsigned merge_segments(Burst& burst);

} // namespace pontoon
