// What the parser finds in frames that tell the truth.
#include "tests/unit/parsed.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::parse_test {

namespace {

using namespace frames;

Bytes on_ip4(const Ip4& ip, const Bytes& payload) {
    return ethernet(0x0800, ip4(ip, payload));
}

Bytes on_ip6(std::uint8_t next_header, const Bytes& payload) {
    return ethernet(0x86dd, ip6(next_header, payload));
}

} // namespace

TEST_CASE("the parser finds TCP behind Ethernet and IPv4") {
    Parsed p(on_ip4({}, tcp(kEnds4)));
    CHECK(p->destination_mac() == kMacB);
    CHECK(p->source_mac() == kMacA);
    CHECK(p->is_ipv4());
    CHECK(p->is_ip());
    CHECK(p->l3 == 14);
    CHECK(p->l4 == 34);
    CHECK(p->ip_length == 45);
    CHECK(p->protocol == 6);
    CHECK(p->quote == 0);
    CHECK_FALSE(p->tagged);
    CHECK_FALSE(p->fragment);
    CHECK_FALSE(p->csum_partial);
}

TEST_CASE("IPv4 options move the transport header") {
    Parsed p(on_ip4({.protocol = 17, .options = Bytes(40, 1)}, udp(kEnds4)));
    CHECK(p->fault == Reason::none);
    CHECK(p->l4 == 14 + 60);
}

TEST_CASE("padding behind an IP packet is no part of it") {
    Parsed p(join({on_ip4({.protocol = 17}, udp(kEnds4, {})), Bytes(18, 0xee)}));
    CHECK(p->fault == Reason::none);
    CHECK(p->length == 60);
    CHECK(p->ip_length == 28);
}

TEST_CASE("the parser looks behind two VLAN tags and no third") {
    const Bytes inner = ip4({}, tcp(kEnds4));
    Parsed one(ethernet(0x8100, join({tag(5, 0x0800), inner})));
    CHECK(one->tagged);
    CHECK(one->is_ipv4());
    CHECK(one->l3 == 18);
    CHECK(one->l4 == 38);

    Parsed two(ethernet(0x88a8, join({tag(0, 0x8100), tag(6, 0x0800), inner})));
    CHECK(two->tagged);
    CHECK(two->is_ipv4());
    CHECK(two->l3 == 22);

    Parsed three(ethernet(0x88a8, join({tag(5, 0x88a8), tag(6, 0x8100), tag(7, 0x0800), inner})));
    CHECK(three->tagged);
    CHECK_FALSE(three->is_ip());
    CHECK(three->type == 0x8100);
    CHECK(three->l4 == 0);
}

TEST_CASE("VLAN 0 is a priority and no VLAN") {
    Parsed p(ethernet(0x8100, join({tag(0xf000, 0x0800), ip4({}, tcp(kEnds4))})));
    CHECK_FALSE(p->tagged);
    CHECK(p->is_ipv4());
}

TEST_CASE("a length instead of an EtherType is passed on as it is") {
    Parsed p(ethernet(3, hex("424203")));
    CHECK(p->fault == Reason::none);
    CHECK(p->type == 3);
    CHECK_FALSE(p->is_ip());
    CHECK_FALSE(p->is_arp());
}

TEST_CASE("ARP lies behind the Ethernet header") {
    Parsed p(ethernet(0x0806, arp({})));
    CHECK(p->is_arp());
    CHECK(p->l3 == 14);
    CHECK(p->header<ArpPacket>(p->l3).target_ip == Ipv4::parse("172.18.0.1"));
}

TEST_CASE("IPv6 extension headers lead to the transport header") {
    Parsed p(on_ip6(0, join({extension(60, 16), extension(51, 8), {17, 2}, Bytes(14), udp(kEnds6)})));
    CHECK(p->fault == Reason::none);
    CHECK(p->is_ipv6());
    CHECK(p->protocol == 17);
    CHECK(p->l4 == 54 + 16 + 8 + 16);
    CHECK(p->ip_length == 40 + 16 + 8 + 16 + 13);
}

TEST_CASE("fragments of IPv4 are told from whole packets, and first ones from later ones") {
    Parsed first(on_ip4({.protocol = 17, .fragment = 0x2000}, cut(udp(kEnds4, filled(100)), 48)));
    CHECK(first->fragment);
    CHECK_FALSE(first->later_piece);
    CHECK(first->l4 == 34);

    Parsed later(on_ip4({.protocol = 17, .fragment = 0x2006}, filled(24)));
    CHECK(later->fragment);
    CHECK(later->later_piece);
    CHECK(later->l4 == 0);

    Parsed unfragmentable(on_ip4({.protocol = 17, .fragment = 0x4000}, udp(kEnds4)));
    CHECK_FALSE(unfragmentable->fragment);
}

TEST_CASE("fragments of IPv6 are told from whole packets, and first ones from later ones") {
    Parsed first(on_ip6(44, join({fragment6(17, 0, true), cut(udp(kEnds6, filled(100)), 64)})));
    CHECK(first->fragment);
    CHECK_FALSE(first->later_piece);
    CHECK(first->l4 == 54 + 8);

    Parsed later(on_ip6(44, join({fragment6(17, 64, false), filled(13)})));
    CHECK(later->fragment);
    CHECK(later->later_piece);
    CHECK(later->protocol == 17);
    CHECK(later->l4 == 0);
}

TEST_CASE("what follows a later fragment's header is data and no extension header") {
    Parsed p(on_ip6(44, join({fragment6(60, 64, false), Bytes(3, 0xff)})));
    CHECK(p->fault == Reason::none);
    CHECK(p->protocol == 60);
    CHECK(p->l4 == 0);
}

TEST_CASE("an atomic fragment is a whole packet, sums and all") {
    Parsed p(on_ip6(44, join({fragment6(6, 0, false), tcp(kEnds6)})));
    CHECK(p->fault == Reason::none);
    CHECK_FALSE(p->fragment);
    CHECK(p->protocol == 6);
    CHECK(fault_of(on_ip6(44, join({fragment6(6, 0, false), tcp(kEnds6, {}, Sums::wrong)}))) ==
          Reason::tcp_bad_checksum);
}

TEST_CASE("a sum that covers only the pseudo-header is a debt, for which the IPv4 sum may be missing") {
    CHECK(Parsed(on_ip4({}, tcp(kEnds4, filled(100), Sums::partial)))->csum_partial);
    CHECK(Parsed(on_ip6(17, udp(kEnds6, filled(100), Sums::partial)))->csum_partial);
    CHECK(Parsed(on_ip4({.protocol = 132}, sctp(filled(8), Sums::none)))->csum_partial);
    CHECK(Parsed(on_ip4({.without_sum = true}, tcp(kEnds4, {}, Sums::partial)))->fault == Reason::none);
    CHECK_FALSE(Parsed(on_ip4({}, tcp(kEnds4)))->csum_partial);
}

TEST_CASE("a routing header changes the address that a sum covers only while segments are left") {
    const Bytes last = hex("20010078 00010032 00000000 00000009");
    const auto routed = [&](std::uint8_t type, std::uint8_t left, const Bytes& ends) {
        const Bytes content = join({{type, left, 0, 0, 0, 0}, last});
        return fault_of(on_ip6(43, join({extension(6, 24, content), tcp(ends)})));
    };
    const Bytes through = patched(kEnds6, 16, last);
    CHECK(routed(0, 1, through) == Reason::none);
    CHECK(routed(2, 1, through) == Reason::none);
    CHECK(routed(0, 0, through) == Reason::tcp_bad_checksum);
    CHECK(routed(0, 0, kEnds6) == Reason::none);
    CHECK(routed(0, 1, kEnds6) == Reason::tcp_bad_checksum);
    CHECK(routed(7, 1, kEnds6) == Reason::none);
}

TEST_CASE("a home address option is the source that a sum covers") {
    const Bytes home = hex("20010078 00010032 00000000 00000009");
    const auto at_home = [&](std::uint8_t option, const Bytes& ends) {
        const Bytes content = join({{0, 0, 1, 0, option, 16}, home}); // Pad1 twice, PadN, the option
        return fault_of(on_ip6(60, join({extension(17, 24, content), udp(ends)})));
    };
    CHECK(at_home(0xc9, patched(kEnds6, 0, home)) == Reason::none);
    CHECK(at_home(0xc9, kEnds6) == Reason::udp_bad_checksum);
    CHECK(at_home(0xc8, kEnds6) == Reason::none);
}

TEST_CASE("an ICMP error shows the packet it quotes, and an echo shows none") {
    const Bytes quoted = cut(ip4({}, tcp(kEnds4)), 28);
    CHECK(Parsed(on_ip4({.protocol = 1}, icmp_message(3, quoted)))->quote == 34 + 8);
    CHECK(Parsed(on_ip4({.protocol = 1}, icmp_message(8, quoted)))->quote == 0);
    CHECK(Parsed(on_ip6(58, icmp6_message(2, ip6(6, tcp(kEnds6)))))->quote == 54 + 8);
    CHECK(Parsed(on_ip6(58, icmp6_message(128, ip6(6, tcp(kEnds6)))))->quote == 0);
}

TEST_CASE("no frame makes the parser read behind its end") {
    for (const auto& sample : sample_frames()) {
        const bool whole = Parsed(sample.frame)->fault == Reason::none;
        CHECK(whole);
        for (std::size_t length = 0; length < sample.frame.size(); ++length) {
            Parsed p(cut(sample.frame, length)); // the address sanitizer watches
            if (length < 14) {
                CHECK(p->fault == Reason::frame_truncated);
            }
        }
    }
}

TEST_CASE("no IP packet is believed without its last byte") {
    for (const auto& sample : sample_frames()) {
        Parsed p(sample.frame);
        if (p->is_ip()) {
            INFO(sample.what);
            CHECK(fault_of(cut(sample.frame, p->l3 + p->ip_length - 1)) != Reason::none);
        }
    }
}

} // namespace pontoon::parse_test
