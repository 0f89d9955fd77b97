#include "tests/unit/sample_frames.hpp"

namespace pontoon {

namespace {

using namespace frames;

Bytes on_ip4(const Ip4& ip, const Bytes& payload) {
    return ethernet(0x0800, ip4(ip, payload));
}

Bytes on_ip6(std::uint8_t next_header, const Bytes& payload) {
    return ethernet(0x86dd, ip6(next_header, payload));
}

// Another address where kEnds6 has its `offset`-th byte: 0 is the source, 16 the destination.
Bytes ends_with(std::size_t offset, const Bytes& address) {
    return patched(kEnds6, offset, address);
}

std::vector<SampleFrame> ipv6_samples() {
    const Bytes other = hex("20010078 00010032 00000000 00000009");
    const Bytes route = join({{0, 1, 0, 0, 0, 0}, other});    // type 0, one segment left
    const Bytes home = join({{1, 2, 0, 0, 0xc9, 16}, other}); // PadN, then the home address
    return {
        {"TCP over IPv6", on_ip6(6, tcp(kEnds6))},
        {"UDP over IPv6 without a sum", on_ip6(17, udp(kEnds6, filled(3), Sums::none))},
        {"ICMPv6", on_ip6(58, icmp6_message(128))},
        {"an ICMPv6 error", on_ip6(58, icmp6_message(1, ip6(6, tcp(kEnds6))))},
        {"hop by hop, destination options, UDP", on_ip6(0, join({extension(60, 16), extension(17, 8), udp(kEnds6)}))},
        {"authentication", on_ip6(51, join({{6, 1}, Bytes(10), tcp(kEnds6)}))},
        {"a routing header", on_ip6(43, join({extension(6, 24, route), tcp(ends_with(16, other))}))},
        {"a routing header at its end", on_ip6(43, join({extension(6, 24), tcp(kEnds6)}))},
        {"a home address", on_ip6(60, join({extension(17, 24, home), udp(ends_with(0, other))}))},
        {"an atomic fragment", on_ip6(44, join({fragment6(6, 0, false), tcp(kEnds6)}))},
        {"a first fragment", on_ip6(44, join({fragment6(17, 0, true), cut(udp(kEnds6, filled(100)), 64)}))},
        {"a last fragment", on_ip6(44, join({fragment6(17, 64, false), filled(13)}))},
        {"no next header", on_ip6(59, filled(3))},
        {"eight extension headers",
         on_ip6(60, join({extension(60, 8), extension(60, 8), extension(60, 8), extension(60, 8), extension(60, 8),
                          extension(60, 8), extension(60, 8), extension(17, 8), udp(kEnds6)}))},
    };
}

std::vector<SampleFrame> ipv4_samples() {
    const Bytes options = hex("01010101 94040000");
    return {
        {"TCP", on_ip4({}, tcp(kEnds4))},
        {"TCP behind IPv4 options", on_ip4({.options = options}, tcp(kEnds4))},
        {"TCP with a partial sum", on_ip4({}, tcp(kEnds4, filled(100), Sums::partial))},
        {"TCP without any sum but the pseudo-header's",
         on_ip4({.without_sum = true}, tcp(kEnds4, filled(9), Sums::partial))},
        {"TCP options", on_ip4({}, tcp(kEnds4, filled(8), Sums::right, hex("02040550 01030307")))},
        {"UDP", on_ip4({.protocol = 17}, udp(kEnds4))},
        {"UDP without a sum", on_ip4({.protocol = 17}, udp(kEnds4, filled(3), Sums::none))},
        {"UDP with a partial sum", on_ip4({.protocol = 17}, udp(kEnds4, filled(3), Sums::partial))},
        {"UDP shorter than its packet", on_ip4({.protocol = 17}, join({udp(kEnds4), filled(4)}))},
        {"SCTP", on_ip4({.protocol = 132}, sctp())},
        {"SCTP without a sum", on_ip4({.protocol = 132}, sctp(filled(8), Sums::none))},
        {"ping", on_ip4({.protocol = 1}, icmp_message(8))},
        {"an ICMP error", on_ip4({.protocol = 1}, icmp_message(3, cut(ip4({}, tcp(kEnds4)), 28)))},
        {"a first fragment", on_ip4({.protocol = 17, .fragment = 0x2000}, cut(udp(kEnds4, filled(100)), 48))},
        {"a later fragment", on_ip4({.protocol = 17, .fragment = 0x2006}, filled(24))},
        {"a last fragment", on_ip4({.protocol = 17, .fragment = 0x0009}, filled(1))},
        {"ICMPv6 inside IPv4", on_ip4({.protocol = 58}, filled(3))},
        {"GRE", on_ip4({.protocol = 47}, filled(3))},
        {"no payload at all", on_ip4({.protocol = 253}, {})},
        {"padding behind the packet", join({on_ip4({.protocol = 17}, udp(kEnds4)), Bytes(17)})},
    };
}

} // namespace

std::vector<SampleFrame> sample_frames() {
    const Bytes inner = ip4({.protocol = 17}, udp(kEnds4));
    std::vector<SampleFrame> all{
        {"no payload", ethernet(0x88b5, {})},
        {"LLC", ethernet(3, hex("424203"))},
        {"ARP", ethernet(0x0806, arp({}))},
        {"ARP of another kind", ethernet(0x0806, patched(arp({}), 0, {0, 6, 8, 0, 8, 4}))},
        {"ARP with padding", ethernet(0x0806, join({arp({}), Bytes(18)}))},
        {"one tag", ethernet(0x8100, join({tag(5, 0x0800), inner}))},
        {"priority only", ethernet(0x8100, join({tag(0xe000, 0x0800), inner}))},
        {"two tags", ethernet(0x88a8, join({tag(5, 0x8100), tag(6, 0x0800), inner}))},
        {"three tags", ethernet(0x88a8, join({tag(5, 0x88a8), tag(6, 0x8100), tag(7, 0x0800), inner}))},
    };
    for (const auto& samples : {ipv4_samples(), ipv6_samples()}) {
        all.insert(all.end(), samples.begin(), samples.end());
    }
    return all;
}

} // namespace pontoon
