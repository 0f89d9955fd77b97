// The part of the parser that reads TCP, UDP, SCTP, ICMP and ICMPv6. TCP and UDP are inline: they are nearly all there
// is.
#pragma once

#include <cstddef>

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// A transport header that is not there whole.
[[nodiscard]] inline Reason cut_short(const Packet& packet, Reason truncated) {
    return packet.fragment ? Reason::fragment_tiny : truncated;
}

// Tells a wrong sum, `wrong`, from one that is still owed: then sets `csum_partial`. `field` is the checksum's place
// behind `packet.l4`, `pseudo` the pseudo-header's sum.
[[nodiscard]] Reason lie_or_debt(Packet& packet, Sum pseudo, std::size_t field, Reason wrong);

// The checksum over `length` bytes at `packet.l4` and a pseudo-header, of which `addresses` is the sum of the
// addresses.
[[nodiscard]] inline Reason check_sum(Packet& packet, Sum addresses, std::uint8_t protocol, std::uint32_t length,
                                      std::size_t field, Reason wrong) {
    if (packet.fragment || packet.csum_trusted) {
        return Reason::none; // a fragment's sum covers bytes that are not here
    }
    const Sum pseudo = plus(addresses, Sum{be32{protocol}.raw()} + be32{length}.raw());
    return sums_right(sum_range(packet, packet.l4, length, pseudo)) ? Reason::none
                                                                    : lie_or_debt(packet, pseudo, field, wrong);
}

[[nodiscard]] inline Reason parse_tcp(Packet& packet, Sum addresses, std::uint32_t length) {
    if (length < sizeof(TcpHeader)) {
        return cut_short(packet, Reason::tcp_truncated);
    }
    const unsigned header = packet.header<TcpHeader>(packet.l4).header_length();
    if (header < sizeof(TcpHeader)) {
        return Reason::tcp_bad_header_length;
    }
    if (header > length) {
        return cut_short(packet, Reason::tcp_bad_header_length);
    }
    if (!packet.has(packet.l4, header)) {
        return Reason::headers_scattered;
    }
    return check_sum(packet, addresses, protocol::kTcp, length, offsetof(TcpHeader, checksum),
                     Reason::tcp_bad_checksum);
}

[[nodiscard]] inline Reason parse_udp(Packet& packet, Sum addresses, std::uint32_t length) {
    if (length < sizeof(UdpHeader)) {
        return cut_short(packet, Reason::udp_truncated);
    }
    const auto& udp = packet.header<UdpHeader>(packet.l4);
    const unsigned udp_length = udp.length.host();
    if (udp_length < sizeof(UdpHeader) || (udp_length > length && !packet.fragment)) {
        return Reason::udp_bad_length;
    }
    if (udp.checksum.raw() == 0) {
        return Reason::none; // not summed (RFC 768; for IPv6 RFC 6935)
    }
    return check_sum(packet, addresses, protocol::kUdp, udp_length, offsetof(UdpHeader, checksum),
                     Reason::udp_bad_checksum);
}

// Everything but TCP and UDP.
[[nodiscard]] Reason parse_rare_transport(Packet& packet, Sum addresses, std::uint32_t length, unsigned version);

// Checks the `length` bytes of transport header and data at `packet.l4` for lies and returns the first one. `addresses`
// is the sum of the addresses for the pseudo-header, `version` that of IP. Sets `csum_partial` and `quote`.
[[nodiscard]] inline Reason parse_transport(Packet& packet, Sum addresses, std::uint32_t length, unsigned version) {
    if (packet.later_piece) {
        packet.l4 = 0;
        return Reason::none;
    }
    if (!packet.has(packet.l4, length) && !packet.has(packet.l4, sizeof(TcpHeader))) {
        return Reason::headers_scattered;
    }
    if (packet.protocol == protocol::kTcp) {
        return parse_tcp(packet, addresses, length);
    }
    if (packet.protocol == protocol::kUdp) {
        return parse_udp(packet, addresses, length);
    }
    return parse_rare_transport(packet, addresses, length, version);
}

} // namespace pontoon
