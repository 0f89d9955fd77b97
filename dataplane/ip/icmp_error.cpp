#include "dataplane/ip/icmp_error.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <cstring>

namespace pontoon {

namespace {

constexpr std::size_t kL3 = sizeof(EthernetHeader);
constexpr std::size_t kL4 = kL3 + sizeof(Ipv4Header);
constexpr std::size_t kQuote = kL4 + sizeof(IcmpHeader);

bool is_for_many(Ipv4 address) {
    return address.host() >> 28 == 14 || address.host() == ~0U ||
           address.is_unspecified(); // the last is BSD's broadcast
}

bool may_be_icmp_error(const Packet& p) {
    constexpr std::uint8_t last_known = 18; // RFC 950: address mask reply
    if (p.protocol != protocol::kIcmp) {
        return false;
    }
    const auto type = p.has(p.l4, 1) ? p.data[p.l4] : last_known + 1;
    return type > last_known || icmp::is_error(static_cast<std::uint8_t>(type));
}

// Cuts the packet to `quote` bytes from `p.l3` on and makes room for the headers before them. Returns the frame.
std::uint8_t* make_room(const Packet& p, std::size_t quote) {
    rte_mbuf* mbuf = p.mbuf;
    rte_pktmbuf_free(mbuf->next);
    mbuf->next = nullptr;
    mbuf->nb_segs = 1;
    const std::uint8_t* const from = p.data + p.l3;
    const std::size_t before = static_cast<std::size_t>(from - static_cast<std::uint8_t*>(mbuf->buf_addr));
    if (before < kQuote) { // too little headroom
        std::memmove(static_cast<std::uint8_t*>(mbuf->buf_addr) + kQuote, from, quote);
    }
    mbuf->data_off = static_cast<std::uint16_t>(std::max(before, kQuote) - kQuote);
    mbuf->data_len = static_cast<std::uint16_t>(kQuote + quote);
    mbuf->pkt_len = mbuf->data_len;
    // Nothing that was said of the packet or owed for it is true of the answer.
    mbuf->ol_flags &= RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;
    mbuf->tx_offload = 0;
    mbuf->packet_type = 0;
    return rte_pktmbuf_mtod(mbuf, std::uint8_t*);
}

void write_ip(std::uint8_t* at, std::size_t length, Ipv4 source, Ipv4 destination) {
    constexpr std::uint8_t internetwork_control = 0xc0; // RFC 1812 section 4.3.2.5, and Linux
    Ipv4Header ip{.version_and_length = 0x45,
                  .tos = internetwork_control,
                  .total_length = be16{static_cast<std::uint16_t>(length)},
                  .id = {},
                  .fragment = {},
                  .ttl = 64,
                  .protocol = protocol::kIcmp,
                  .checksum = {},
                  .source = source,
                  .destination = destination};
    store(at, ip);
    seal_ipv4(at);
}

void write_icmp(std::uint8_t* at, std::size_t length, const IcmpError& error) {
    IcmpHeader header{.type = error.type,
                      .code = error.code,
                      .checksum = {},
                      .id = be16{static_cast<std::uint16_t>(error.rest >> 16)},
                      .sequence = be16{static_cast<std::uint16_t>(error.rest)}};
    store(at, header);
    header.checksum = checksum_of(sum_bytes(at, length));
    store(at, header);
}

} // namespace

bool may_answer(const Packet& p) {
    if (p.fault != Reason::none || !p.is_ipv4() || p.tagged || p.later_piece || may_be_icmp_error(p)) {
        return false;
    }
    const auto& ip = p.header<Ipv4Header>(p.l3);
    return !p.destination_mac().is_group() && !p.source_mac().is_group() && ip.source.is_unicast() &&
           !is_for_many(ip.destination);
}

void make_icmp_error(Packet& p, const IcmpError& error) {
    constexpr std::size_t most = kIcmpErrorMost - (kQuote - kL3);
    const Mac asker = p.source_mac();
    const Ipv4 source = p.header<Ipv4Header>(p.l3).source;
    const std::size_t room = p.mbuf->buf_len - std::min<std::size_t>(kQuote, p.mbuf->buf_len);
    const std::size_t quote = std::min({most, std::size_t{p.ip_length}, std::size_t{p.first} - p.l3, room});

    p.data = make_room(p, quote);
    p.length = p.first = p.mbuf->data_len;
    p.segment = 0;
    p.ip_length = static_cast<std::uint32_t>(p.length - kL3);
    p.l3 = kL3;
    p.l4 = kL4;
    p.quote = kQuote;
    p.protocol = protocol::kIcmp;
    p.fragment = p.tagged = p.csum_partial = p.csum_trusted = false;
    store(p.data, EthernetHeader{asker, error.from_mac, be16{ether_type::kIpv4}});
    write_icmp(p.data + kL4, sizeof(IcmpHeader) + quote, error);
    write_ip(p.data + kL3, p.ip_length, error.from, source);
}

} // namespace pontoon
