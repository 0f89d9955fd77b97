// ICMP errors: what a router says about a packet it does not forward (RFC 792, RFC 1812 section 4.3).
#pragma once

#include <cstddef>
#include <cstdint>

#include "dataplane/packet/packet.hpp"

namespace pontoon {

struct IcmpError {
    std::uint8_t type;
    std::uint8_t code;
    std::uint32_t rest; // the header's last four bytes, host byte order: the next hop's MTU in the low 16 bits, or 0
    Mac from_mac;
    Ipv4 from;
};

// The IP packet with its quote, at most (RFC 1812 section 4.3.2.3).
inline constexpr std::size_t kIcmpErrorMost = 576;

// Whether an error may be sent about a packet, which the parser found good: never about an ICMP error, a later
// fragment, a packet to a broadcast or multicast address of the link or of IP, or one whose source is no single host
// (RFC 1122 section 3.2.2, RFC 1812 section 4.3.2.7); and not into a VLAN. ICMP types that nobody knows are taken for
// errors, as Linux does. A subnet's own broadcast address is for the caller to know.
[[nodiscard]] bool may_answer(const Packet& packet);

// Turns an IPv4 packet into the error about it, in place: to the frame's source MAC and the packet's source address, in
// one buffer, without VLAN tags, both sums right. The quote is the IP header and what follows it, as it stands in the
// first buffer, so the packet must not have been changed before. Nobody else may hold the buffer, which has room for
// the headers and the quote; where it is smaller, the quote is shorter.
void make_icmp_error(Packet& packet, const IcmpError& error);

} // namespace pontoon
