// IPv6 extension headers (RFC 8200 section 4) and what fragments have in common.
#pragma once

#include "dataplane/packet/packet.hpp"

namespace pontoon {

// The addresses a transport checksum covers: not those of the IPv6 header where there is a routing header or a home
// address (RFC 8200 section 8.1, RFC 6275 section 11.3.1).
struct Ipv6Ends {
    Ipv6 source;
    Ipv6 destination;
};

// Marks a piece of `bytes` bytes at `offset` of its packet; returns the lie if its numbers cannot be true.
[[nodiscard]] Reason mark_fragment(Packet& packet, unsigned offset, bool more, std::size_t bytes);

// Walks the extension headers from `at` to the transport header, which it leaves in `packet.l4` and `packet.protocol`.
// `end` is that of the IP packet; `packet.protocol` is the IPv6 header's next header.
[[nodiscard]] Reason parse_extensions(Packet& packet, std::size_t at, std::size_t end, Ipv6Ends& ends);

} // namespace pontoon
