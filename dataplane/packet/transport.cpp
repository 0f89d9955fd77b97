#include "dataplane/packet/transport.hpp"

#include <cstddef>

namespace pontoon {

namespace {

// A transport header that is not there whole.
Reason cut_short(const Packet& p, Reason truncated) {
    return p.fragment ? Reason::fragment_tiny : truncated;
}

// A fragment's sum covers bytes that are not here.
bool is_checkable(const Packet& p) {
    return !p.fragment && !p.csum_trusted;
}

// The checksum over `length` bytes at `p.l4` and a pseudo-header, of which `addresses` is the sum of the addresses.
// The field stands at `field` behind `p.l4`.
Reason check_sum(Packet& p, Sum addresses, std::uint32_t length, std::size_t field, Reason wrong) {
    if (!is_checkable(p)) {
        return Reason::none;
    }
    const Sum pseudo = addresses + be32{p.protocol}.raw() + be32{length}.raw();
    if (sums_right(sum_range(p, p.l4, length, pseudo))) [[likely]] {
        return Reason::none;
    }
    p.csum_partial = p.header<be16>(p.l4 + field).raw() == fold(pseudo);
    return p.csum_partial ? Reason::none : wrong;
}

Reason parse_tcp(Packet& p, Sum addresses, std::uint32_t length) {
    if (length < sizeof(TcpHeader)) {
        return cut_short(p, Reason::tcp_truncated);
    }
    const unsigned header = p.header<TcpHeader>(p.l4).header_length();
    if (header < sizeof(TcpHeader)) {
        return Reason::tcp_bad_header_length;
    }
    if (header > length) {
        return cut_short(p, Reason::tcp_bad_header_length);
    }
    return check_sum(p, addresses, length, offsetof(TcpHeader, checksum), Reason::tcp_bad_checksum);
}

Reason parse_udp(Packet& p, Sum addresses, std::uint32_t length) {
    if (length < sizeof(UdpHeader)) {
        return cut_short(p, Reason::udp_truncated);
    }
    const auto udp = p.header<UdpHeader>(p.l4);
    if (udp.length.host() < sizeof(UdpHeader) || (udp.length.host() > length && !p.fragment)) {
        return Reason::udp_bad_length;
    }
    if (udp.checksum.raw() == 0) {
        return Reason::none; // not summed (RFC 768; for IPv6 RFC 6935)
    }
    return check_sum(p, addresses, udp.length.host(), offsetof(UdpHeader, checksum), Reason::udp_bad_checksum);
}

Reason parse_sctp(Packet& p, std::uint32_t length) {
    if (length < sizeof(SctpHeader)) {
        return cut_short(p, Reason::sctp_truncated);
    }
    if (!is_checkable(p)) {
        return Reason::none;
    }
    const auto sctp = p.header<SctpHeader>(p.l4);
    p.csum_partial = sctp.checksum_le == 0; // the CRC was left to the hardware
    const std::size_t field = p.l4 + offsetof(SctpHeader, checksum_le);
    const bool right = p.csum_partial || crc32c_range(p, p.l4, length, field) == sctp.checksum_le;
    return right ? Reason::none : Reason::sctp_bad_checksum;
}

// An ICMP error quotes at least the IP header of the packet it is about (RFC 792, RFC 4443 section 2.4).
Reason parse_quote(Packet& p, std::uint32_t length, unsigned version) {
    const std::size_t at = p.l4 + sizeof(IcmpHeader);
    const std::size_t quoted = length - sizeof(IcmpHeader);
    const std::size_t header = version == 4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header);
    if (quoted < header) {
        return Reason::icmp_bad_quote;
    }
    if (!p.has(at, header)) {
        return Reason::headers_scattered;
    }
    const auto first = p.header<std::uint8_t>(at);
    const bool right = first >> 4 == version && (version == 6 || ((first & 15U) >= 5 && (first & 15U) * 4 <= quoted));
    p.quote = right ? static_cast<std::uint16_t>(at) : 0;
    return right ? Reason::none : Reason::icmp_bad_quote;
}

Reason parse_icmp(Packet& p, Sum addresses, std::uint32_t length, unsigned version) {
    if (length < sizeof(IcmpHeader)) {
        return cut_short(p, Reason::icmp_truncated);
    }
    if (p.fragment) {
        return Reason::none;
    }
    const Sum pseudo = version == 4 ? 0 : addresses + be32{p.protocol}.raw() + be32{length}.raw();
    if (!p.csum_trusted && !sums_right(sum_range(p, p.l4, length, pseudo))) {
        return Reason::icmp_bad_checksum;
    }
    const auto type = p.header<IcmpHeader>(p.l4).type;
    const bool error = version == 4 ? icmp::is_error(type) : icmp6::is_error(type);
    return error ? parse_quote(p, length, version) : Reason::none;
}

} // namespace

Reason parse_transport(Packet& p, Sum addresses, std::uint32_t length, unsigned version) {
    if (p.later_piece) {
        p.l4 = 0;
        return Reason::none;
    }
    const std::size_t readable = length < sizeof(TcpHeader) ? length : sizeof(TcpHeader);
    if (!p.has(p.l4, readable)) {
        return Reason::headers_scattered;
    }
    switch (p.protocol) {
    case protocol::kTcp: return parse_tcp(p, addresses, length);
    case protocol::kUdp: return parse_udp(p, addresses, length);
    case protocol::kSctp: return parse_sctp(p, length);
    case protocol::kIcmp: return version == 4 ? parse_icmp(p, addresses, length, version) : Reason::none;
    case protocol::kIcmp6: return version == 6 ? parse_icmp(p, addresses, length, version) : Reason::none;
    default: return Reason::none;
    }
}

} // namespace pontoon
