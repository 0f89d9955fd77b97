#include "dataplane/packet/transport.hpp"

#include <cstddef>

namespace pontoon {

namespace {

Reason parse_sctp(Packet& p, std::uint32_t length) {
    if (length < sizeof(SctpHeader)) {
        return cut_short(p, Reason::sctp_truncated);
    }
    if (p.fragment || p.csum_trusted) {
        return Reason::none;
    }
    const std::size_t field = p.l4 + offsetof(SctpHeader, checksum);
    const auto crc = load<std::uint32_t>(p.data + field); // little-endian on the wire, as here
    p.csum_partial = crc == 0;                            // left to the hardware
    const bool right = p.csum_partial || crc32c_range(p, p.l4, length, field) == crc;
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
    const Sum pseudo = version == 4 ? 0 : plus(addresses, Sum{be32{p.protocol}.raw()} + be32{length}.raw());
    if (!p.csum_trusted && !sums_right(sum_range(p, p.l4, length, pseudo))) {
        return Reason::icmp_bad_checksum;
    }
    const auto type = p.header<IcmpHeader>(p.l4).type;
    const bool error = version == 4 ? icmp::is_error(type) : icmp6::is_error(type);
    return error ? parse_quote(p, length, version) : Reason::none;
}

} // namespace

Reason lie_or_debt(Packet& p, Sum pseudo, std::size_t field, Reason wrong) {
    p.csum_partial = p.header<be16>(p.l4 + field).raw() == fold(pseudo);
    return p.csum_partial ? Reason::none : wrong;
}

Reason parse_rare_transport(Packet& p, Sum addresses, std::uint32_t length, unsigned version) {
    switch (p.protocol) {
    case protocol::kSctp: return parse_sctp(p, length);
    case protocol::kIcmp: return version == 4 ? parse_icmp(p, addresses, length, version) : Reason::none;
    case protocol::kIcmp6: return version == 6 ? parse_icmp(p, addresses, length, version) : Reason::none;
    default: return Reason::none;
    }
}

} // namespace pontoon
