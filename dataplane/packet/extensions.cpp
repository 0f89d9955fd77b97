#include "dataplane/packet/extensions.hpp"

namespace pontoon {

namespace {

void read_routing(const Packet& p, std::size_t at, std::size_t length, Ipv6Ends& ends) {
    constexpr std::uint8_t source_route = 0;
    constexpr std::uint8_t home_address_route = 2;
    const auto type = p.data[at + 2];
    const auto segments_left = p.data[at + 3];
    if ((type == source_route || type == home_address_route) && segments_left != 0 && length >= 8 + sizeof(Ipv6)) {
        ends.destination = p.header<Ipv6>(at + length - sizeof(Ipv6));
    }
}

void read_destination_options(const Packet& p, std::size_t at, std::size_t length, Ipv6Ends& ends) {
    constexpr std::uint8_t pad1 = 0;
    constexpr std::uint8_t home_address = 0xc9;
    for (std::size_t option = at + 2; option + 2 <= at + length;) {
        const auto type = p.data[option];
        const std::size_t bytes = type == pad1 ? 1 : std::size_t{2} + p.data[option + 1];
        if (type == home_address && bytes == 2 + sizeof(Ipv6) && option + bytes <= at + length) {
            ends.source = p.header<Ipv6>(option + 2);
        }
        option += bytes;
    }
}

// One extension header of type `p.protocol` at `at`: returns its length, 0 if `p.protocol` is no extension header.
std::size_t extension_length(const Packet& p, std::size_t at) {
    switch (p.protocol) {
    case protocol::kHopByHop:
    case protocol::kRouting:
    case protocol::kDestinationOptions: return (std::size_t{p.data[at + 1]} + 1) * 8;
    case protocol::kAuthentication: return (std::size_t{p.data[at + 1]} + 2) * 4;
    case protocol::kFragment: return sizeof(Ipv6FragmentHeader);
    default: return 0;
    }
}

bool is_extension(std::uint8_t next_header) {
    return next_header == protocol::kHopByHop || next_header == protocol::kRouting ||
           next_header == protocol::kDestinationOptions || next_header == protocol::kAuthentication ||
           next_header == protocol::kFragment;
}

} // namespace

Reason mark_fragment(Packet& p, unsigned offset, bool more, std::size_t bytes) {
    p.fragment = offset != 0 || more;
    p.later_piece = offset != 0;
    const bool lies = p.fragment && ((more && bytes % 8 != 0) || offset + bytes > 65535);
    return lies ? Reason::fragment_bad_length : Reason::none;
}

Reason parse_extensions(Packet& p, std::size_t at, std::size_t end, Ipv6Ends& ends) {
    constexpr int most = 8;
    for (int seen = 0; is_extension(p.protocol) && !p.later_piece; ++seen) {
        if (seen == most || at + 8 > end) {
            return Reason::ipv6_bad_extension;
        }
        if (!p.has(at, 8)) {
            return Reason::headers_scattered;
        }
        const std::size_t length = extension_length(p, at);
        if (at + length > end) {
            return Reason::ipv6_bad_extension;
        }
        if (!p.has(at, length)) {
            return Reason::headers_scattered;
        }
        if (p.protocol == protocol::kRouting) {
            read_routing(p, at, length, ends);
        } else if (p.protocol == protocol::kDestinationOptions) {
            read_destination_options(p, at, length, ends);
        } else if (p.protocol == protocol::kFragment) {
            const auto header = p.header<Ipv6FragmentHeader>(at);
            const auto fault = mark_fragment(p, header.offset(), header.more(), end - at - length);
            if (fault != Reason::none) {
                return fault;
            }
        }
        p.protocol = p.data[at];
        at += length;
    }
    p.l4 = static_cast<std::uint16_t>(at);
    return Reason::none;
}

} // namespace pontoon
