// Every lie the parser knows, told by one frame each.
#include <set>
#include <vector>

#include "tests/unit/parsed.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::parse_faults_test {

namespace {

using namespace frames;

struct Lie {
    const char* what;
    Bytes frame;
    Reason reason;
};

Bytes on_ip4(const Ip4& ip, const Bytes& payload) {
    return ethernet(0x0800, ip4(ip, payload));
}

Bytes on_ip6(std::uint8_t next_header, const Bytes& payload, int lie = 0) {
    return ethernet(0x86dd, ip6(next_header, payload, lie));
}

std::vector<Lie> link_lies() {
    const Bytes question = ethernet(0x0806, arp({}));
    return {
        {"nothing at all", {}, Reason::frame_truncated},
        {"half a MAC header", cut(question, 13), Reason::frame_truncated},
        {"a tag cut off", cut(ethernet(0x8100, tag(5, 0x0800)), 17), Reason::frame_truncated},
        {"a second tag cut off", ethernet(0x88a8, join({tag(5, 0x8100), {0, 6}})), Reason::frame_truncated},
        {"ARP cut off", cut(question, 41), Reason::arp_truncated},
        {"ARP with long MAC addresses", patched(question, 18, {8}), Reason::arp_bad_length},
        {"ARP with long IP addresses", patched(question, 19, {16}), Reason::arp_bad_length},
    };
}

std::vector<Lie> ipv4_lies() {
    const Bytes good = on_ip4({}, tcp(kEnds4));
    return {
        {"header cut off", cut(good, 33), Reason::ipv4_truncated},
        {"version 6", patched(good, 14, {0x65}), Reason::ipv4_bad_version},
        {"header of 16 bytes", patched(good, 14, {0x44}), Reason::ipv4_bad_header_length},
        {"header longer than the frame", patched(good, 14, {0x4f}), Reason::ipv4_bad_header_length},
        {"total length under the header's", patched(good, 16, {0, 19}), Reason::ipv4_bad_total_length},
        {"total length over the frame's", on_ip4({.lie = 1}, tcp(kEnds4)), Reason::ipv4_bad_total_length},
        {"a flipped bit", patched(good, 22, {63}), Reason::ipv4_bad_checksum},
        {"no header checksum but all others", on_ip4({.without_sum = true}, tcp(kEnds4)), Reason::ipv4_bad_checksum},
        {"a first fragment of 12 bytes", on_ip4({.fragment = 0x2000}, cut(tcp(kEnds4), 12)),
         Reason::fragment_bad_length},
        {"a fragment that ends at 65536", on_ip4({.fragment = 0x1fff}, filled(8)), Reason::fragment_bad_length},
        {"a TCP header in two fragments", on_ip4({.fragment = 0x2000}, cut(tcp(kEnds4), 8)), Reason::fragment_tiny},
        {"TCP options in two fragments", on_ip4({.fragment = 0x2000}, patched(cut(tcp(kEnds4), 24), 12, {0x70})),
         Reason::fragment_tiny},
        {"an SCTP header in two fragments", on_ip4({.protocol = 132, .fragment = 0x2000}, cut(sctp(), 8)),
         Reason::fragment_tiny},
    };
}

std::vector<Lie> ipv6_lies() {
    const Bytes good = on_ip6(6, tcp(kEnds6));
    Bytes nine = tcp(kEnds6);
    for (int i = 0; i < 9; ++i) {
        nine = join({extension(i == 0 ? 6 : 60, 8), nine});
    }
    return {
        {"header cut off", cut(good, 53), Reason::ipv6_truncated},
        {"version 4", patched(good, 14, {0x45}), Reason::ipv6_bad_version},
        {"payload longer than the frame", on_ip6(6, tcp(kEnds6), 1), Reason::ipv6_bad_payload_length},
        {"an extension header cut off", on_ip6(0, {6, 0, 0, 0, 0, 0, 0}), Reason::ipv6_bad_extension},
        {"an extension header too long", on_ip6(60, patched(extension(6, 8), 1, {1})), Reason::ipv6_bad_extension},
        {"authentication too long", on_ip6(51, patched(extension(6, 8), 1, {1})), Reason::ipv6_bad_extension},
        {"nine extension headers", on_ip6(60, nine), Reason::ipv6_bad_extension},
        {"a first fragment of 12 bytes", on_ip6(44, join({fragment6(17, 0, true), filled(12)})),
         Reason::fragment_bad_length},
        {"a fragment that ends behind 65535", on_ip6(44, join({fragment6(17, 0xfff8, false), filled(8)})),
         Reason::fragment_bad_length},
        {"a TCP header in two fragments", on_ip6(44, join({fragment6(6, 0, true), filled(16)})), Reason::fragment_tiny},
        {"an ICMPv6 header cut by its fragment", on_ip6(44, join({fragment6(58, 0, true)})), Reason::fragment_tiny},
    };
}

std::vector<Lie> transport_lies() {
    const Bytes long_udp = patched(udp(kEnds4), 4, {0, 14});
    const Bytes quoted = cut(ip4({}, tcp(kEnds4)), 28);
    return {
        {"TCP cut off", on_ip4({}, cut(tcp(kEnds4), 19)), Reason::tcp_truncated},
        {"TCP header of 16 bytes", on_ip4({}, patched(tcp(kEnds4), 12, {0x40})), Reason::tcp_bad_header_length},
        {"TCP header over the segment", on_ip4({}, patched(tcp(kEnds4), 12, {0x70})), Reason::tcp_bad_header_length},
        {"TCP sum over IPv4", on_ip4({}, tcp(kEnds4, filled(5), Sums::wrong)), Reason::tcp_bad_checksum},
        {"TCP sum over IPv6", on_ip6(6, tcp(kEnds6, filled(5), Sums::wrong)), Reason::tcp_bad_checksum},
        {"no TCP sum", on_ip4({}, tcp(kEnds4, filled(5), Sums::none)), Reason::tcp_bad_checksum},
        {"UDP cut off", on_ip4({.protocol = 17}, cut(udp(kEnds4), 7)), Reason::udp_truncated},
        {"UDP length 7", on_ip4({.protocol = 17}, patched(udp(kEnds4), 4, {0, 7})), Reason::udp_bad_length},
        {"UDP length over the packet", on_ip4({.protocol = 17}, long_udp), Reason::udp_bad_length},
        {"UDP sum over IPv4", on_ip4({.protocol = 17}, udp(kEnds4, {}, Sums::wrong)), Reason::udp_bad_checksum},
        {"UDP sum over IPv6", on_ip6(17, udp(kEnds6, {}, Sums::wrong)), Reason::udp_bad_checksum},
        {"SCTP cut off", on_ip4({.protocol = 132}, cut(sctp(), 11)), Reason::sctp_truncated},
        {"SCTP sum", on_ip6(132, sctp(filled(8), Sums::wrong)), Reason::sctp_bad_checksum},
        {"ICMP cut off", on_ip4({.protocol = 1}, cut(icmp_message(8), 7)), Reason::icmp_truncated},
        {"ICMP sum", on_ip4({.protocol = 1}, icmp_message(8, {}, Sums::wrong)), Reason::icmp_bad_checksum},
        {"ICMPv6 cut off", on_ip6(58, cut(icmp6_message(128), 7)), Reason::icmp_truncated},
        {"ICMPv6 sum", on_ip6(58, icmp6_message(128, {}, Sums::wrong)), Reason::icmp_bad_checksum},
        {"ICMPv6 sum without pseudo-header", on_ip6(58, icmp_message(128)), Reason::icmp_bad_checksum},
        {"ICMP error that quotes nothing", on_ip4({.protocol = 1}, icmp_message(3, {})), Reason::icmp_bad_quote},
        {"a quote of 19 bytes", on_ip4({.protocol = 1}, icmp_message(11, cut(quoted, 19))), Reason::icmp_bad_quote},
        {"a quote of version 6", on_ip4({.protocol = 1}, icmp_message(11, patched(quoted, 0, {0x65}))),
         Reason::icmp_bad_quote},
        {"a quote with options cut off", on_ip4({.protocol = 1}, icmp_message(3, patched(quoted, 0, {0x48}))),
         Reason::icmp_bad_quote},
        {"an ICMPv6 error that quotes IPv4", on_ip6(58, icmp6_message(1, join({quoted, filled(12)}))),
         Reason::icmp_bad_quote},
        {"an ICMPv6 quote of 39 bytes", on_ip6(58, icmp6_message(3, cut(ip6(6, tcp(kEnds6)), 39))),
         Reason::icmp_bad_quote},
    };
}

std::vector<Lie> all_lies() {
    std::vector<Lie> all;
    for (const auto& lies : {link_lies(), ipv4_lies(), ipv6_lies(), transport_lies()}) {
        all.insert(all.end(), lies.begin(), lies.end());
    }
    return all;
}

} // namespace

TEST_CASE("the parser names the first lie a frame tells") {
    for (const auto& lie : all_lies()) {
        INFO(lie.what);
        CHECK(fault_of(lie.frame) == lie.reason);
    }
}

TEST_CASE("every fault of the parser but one is in the table of lies") {
    std::set<Reason> told;
    for (const auto& lie : all_lies()) {
        told.insert(lie.reason);
    }
    for (auto fault = Reason::frame_truncated; fault <= Reason::icmp_bad_quote;
         fault = static_cast<Reason>(static_cast<int>(fault) + 1)) {
        if (fault != Reason::headers_scattered) { // needs a chain of buffers: parse_chain_test.cpp
            INFO(name_of(fault));
            CHECK(told.contains(fault));
        }
    }
}

TEST_CASE("a frame without a lie has no fault") {
    for (const auto& sample : sample_frames()) {
        INFO(sample.what);
        CHECK(fault_of(sample.frame) == Reason::none);
    }
}

TEST_CASE("a port that vouches for checksums is believed") {
    CHECK(Parsed(on_ip4({}, tcp(kEnds4, {}, Sums::wrong)), true)->fault == Reason::none);
    CHECK(Parsed(on_ip4({.protocol = 17, .without_sum = true}, udp(kEnds4, {}, Sums::wrong)), true)->fault ==
          Reason::none);
    CHECK(Parsed(on_ip6(132, sctp({}, Sums::wrong)), true)->fault == Reason::none);
    CHECK(Parsed(on_ip6(58, icmp6_message(128, {}, Sums::wrong)), true)->fault == Reason::none);
}

} // namespace pontoon::parse_faults_test
