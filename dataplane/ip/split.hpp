// Fragmentation of IPv4 packets (RFC 791 sections 2.3 and 3.2) for a link that takes less than the packet's length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/packet/packet.hpp"

struct rte_mbuf;

namespace pontoon {

// More than enough for 64 KB at an MTU of 1280.
inline constexpr std::size_t kMostPieces = 64;

// Copies an IPv4 packet, which the parser found good, into pieces of at most `mtu` bytes of IP packet each. They are
// new buffers of the packet's own pool, chained where one does not hold a piece, and each starts with the frame's
// Ethernet header and tags. A fragment splits into smaller ones. A transport checksum that the packet still owes is
// made, since nobody could make it from the pieces.
//
// Returns how many pieces there are, from the front of `pieces`; the caller owns them, and still the packet. 0, and
// nothing is kept, if the packet must not be split (DF), `pieces` or the MTU is too small, or no buffer was to be had.
[[nodiscard]] unsigned split(const Packet& packet, std::uint16_t mtu, std::span<rte_mbuf*> pieces);

} // namespace pontoon
