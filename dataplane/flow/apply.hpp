// Translates a packet in place: addresses, ports, one hop of TTL, and the checksums that cover them (RFC 1624,
// RFC 3022 section 4).
//
// A complete transport checksum changes by addresses and ports; one that only holds the pseudo-header's sum
// (`csum_partial`) changes by the addresses. UDP without a checksum stays without.
#pragma once

#include <cstdint>

#include "dataplane/flow/half.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/wire/checksum.hpp"

namespace pontoon {

// The IPv4 header of a packet that has hops left.
[[gnu::always_inline]] inline void rewrite_ipv4(std::uint8_t* l3, const Rewrite& to) {
    auto& ip = edit<Ipv4Header>(l3);
    --ip.ttl;
    ip.checksum = adjusted(ip.checksum, to.ip_delta);
    ip.source = to.source;
    ip.destination = to.destination;
}

[[gnu::always_inline]] inline void rewrite_sum(be16& field, const Packet& packet, const Rewrite& to) {
    field = packet.csum_partial ? be16::from_raw(fold_once(std::uint32_t{field.raw()} + to.address_delta))
                                : adjusted(field, to.l4_delta);
}

// The header of a TCP segment or UDP datagram, whole or a first fragment.
[[gnu::always_inline]] inline void rewrite_tcp_udp(const Packet& packet, std::uint8_t* l4, const Rewrite& to) {
    store(l4, to.ports);
    if (packet.protocol == protocol::kTcp) {
        rewrite_sum(edit<TcpHeader>(l4).checksum, packet, to);
        return;
    }
    be16& checksum = edit<UdpHeader>(l4).checksum;
    if (checksum.raw() != 0 || packet.csum_partial) {
        rewrite_sum(checksum, packet, to);
        if (checksum.raw() == 0) { // would say that there is none (RFC 768)
            checksum = be16::from_raw(0xffff);
        }
    }
}

// A packet of any protocol that `ports_at` knows, or a later fragment, whose transport header is not here.
void translate(Packet& packet, const Rewrite& to);

// The packet that an ICMP error quotes: it went the other way, so what `to` does to packets that answer it is undone in
// it. `to` is the rewrite of the answers' half. Then the error's own header and checksum.
void translate_error(Packet& packet, const FlowKey& key, const Rewrite& to);

} // namespace pontoon
