// Every rule of what is ours, with both programs.
#include <catch2/catch.hpp>

#include "tests/ebpf/steer_frames.hpp"
#include "tests/ebpf/steer_programs.hpp"

namespace pontoon::test {

namespace {

const Ipv4 kPeer = ipv4("198.51.100.7");
const Ipv4 kFirst = ipv4("203.0.113.10");
const Ipv4 kSecond = ipv4("203.0.113.11");
const Ipv4 kOfNetwork = ipv4("198.51.100.20");

constexpr std::uint16_t kFirstPiece = Ipv4Header::kMoreFragments;
constexpr std::uint16_t kLaterPiece = 185;

Bytes to(Ipv4 destination, std::uint8_t protocol, const Bytes& payload) {
    return ethernet(ip({.source = kPeer, .destination = destination, .protocol = protocol}, payload));
}

Bytes tcp_to(Ipv4 destination, unsigned port) {
    return to(destination, protocol::kTcp, ports(40000, port));
}

Bytes error_about(std::uint8_t type, const IpSpec& quoted, const Bytes& payload) {
    return to(kFirst, protocol::kIcmp, icmp(type, 0, ip(quoted, payload)));
}

struct Rules {
    SteerPrograms programs{steered_config()};

    void ours(const Bytes& frame) { expect(frame, Whose::ours, Whose::ours); }
    void kernels(const Bytes& frame) { expect(frame, Whose::kernel, Whose::kernel); }
    void copied(const Bytes& frame) { expect(frame, Whose::both, Whose::kernel); }

    void expect(const Bytes& frame, Whose tc, Whose xdp) {
        CHECK(static_cast<int>(programs.by_tc(frame)) == static_cast<int>(tc));
        CHECK(static_cast<int>(programs.by_xdp(frame)) == static_cast<int>(xdp));
    }
};

} // namespace

TEST_CASE_METHOD(Rules, "published ports are ours by address and protocol") {
    for (const Ipv4 address : {kFirst, kSecond, kOfNetwork}) {
        ours(tcp_to(address, 8080));
        kernels(tcp_to(address, 8079));
        kernels(tcp_to(address, 8081));
        kernels(to(address, protocol::kUdp, ports(8080, 8080)));
        ours(to(address, protocol::kUdp, ports(1, 9000)));
        ours(to(address, protocol::kUdp, ports(1, 9063)));
        kernels(to(address, protocol::kUdp, ports(1, 8999)));
        kernels(to(address, protocol::kUdp, ports(1, 9064)));
        ours(to(address, protocol::kSctp, ports(1, 5000)));
        kernels(tcp_to(address, 22));
    }
    ours(tcp_to(kSecond, 443));
    kernels(tcp_to(kFirst, 443));
    kernels(tcp_to(ipv4("192.0.2.99"), 444)); // no address of ours
    kernels(tcp_to(kFirst, 3306));            // of an internal network
    kernels(tcp_to(ipv4("203.0.113.12"), 8080));
}

TEST_CASE_METHOD(Rules, "NAT ports are ours for all protocols that have ports") {
    for (const std::uint8_t protocol : {protocol::kTcp, protocol::kUdp, protocol::kSctp}) {
        for (const unsigned port : {61000U, 61999U, 64000U, 65535U}) {
            ours(to(kFirst, protocol, ports(80, port)));
        }
        for (const unsigned port : {60999U, 62000U, 63999U, 0U}) {
            kernels(to(kFirst, protocol, ports(80, port)));
        }
    }
    kernels(to(kFirst, 47, ports(80, 61000)));
}

TEST_CASE_METHOD(Rules, "answers to ICMP queries are ours by their identifier, queries are the host's") {
    for (const std::uint8_t type : {icmp::kEchoReply, icmp::kTimestampReply}) {
        ours(to(kFirst, protocol::kIcmp, icmp(type, 61000)));
        kernels(to(kFirst, protocol::kIcmp, icmp(type, 60999)));
        kernels(to(kFirst, protocol::kIcmp, icmp(type, 8080)));
    }
    kernels(to(kFirst, protocol::kIcmp, icmp(icmp::kEchoRequest, 61000)));
    kernels(to(kFirst, protocol::kIcmp, icmp(icmp::kTimestampRequest, 61000)));
}

TEST_CASE_METHOD(Rules, "ICMP errors are ours if we sent what they quote") {
    const IpSpec sent{.source = kFirst, .destination = kPeer, .protocol = protocol::kTcp};
    auto with_options = sent;
    with_options.words = 15;
    auto piece = sent;
    piece.fragment = kLaterPiece;
    auto foreign = sent;
    foreign.source = kSecond;
    auto query = sent;
    query.protocol = protocol::kIcmp;
    for (const auto type :
         {icmp::kUnreachable, icmp::kSourceQuench, icmp::kRedirect, icmp::kTimeExceeded, icmp::kParameterProblem}) {
        ours(error_about(type, sent, ports(61000, 80)));
        ours(error_about(type, sent, ports(8080, 40000)));
        ours(error_about(type, with_options, ports(61000, 80)));
        ours(error_about(type, query, icmp(icmp::kEchoRequest, 61000)));
        ours(error_about(type, query, icmp(icmp::kTimestampRequest, 61000)));
        kernels(error_about(type, sent, ports(22, 61000)));
        kernels(error_about(type, foreign, ports(61000, 80)));
        kernels(error_about(type, piece, ports(61000, 80)));
        kernels(error_about(type, query, icmp(icmp::kEchoRequest, 60999)));
        kernels(error_about(type, query, icmp(icmp::kEchoReply, 61000))); // the host answered it
    }
    kernels(error_about(9, sent, ports(61000, 80)));
}

TEST_CASE_METHOD(Rules, "what is for a container's own address is ours whatever it is") {
    for (const char* address :
         {"172.18.0.0", "172.18.0.2", "172.18.255.255", "172.19.4.0", "172.19.7.255", "10.9.8.127"}) {
        ours(tcp_to(ipv4(address), 22));
        ours(to(ipv4(address), 47, {}));
        ours(ethernet(ip({.source = kPeer, .destination = ipv4(address), .fragment = kLaterPiece}, ports(1, 2))));
    }
    for (const char* address : {"172.17.255.255", "172.19.0.0", "172.19.3.255", "172.19.8.0", "10.9.8.128"}) {
        kernels(tcp_to(ipv4(address), 8080));
    }
}

TEST_CASE_METHOD(Rules, "later pieces go where the first one went") {
    IpSpec spec{.source = kPeer, .destination = kFirst, .protocol = protocol::kUdp, .id = 100};
    const auto piece = [&](std::uint16_t fragment, unsigned port) {
        spec.fragment = fragment;
        return ethernet(ip(spec, ports(1, port)));
    };
    copied(piece(kLaterPiece, 22)); // too early
    ours(piece(kFirstPiece, 9000));
    ours(piece(kLaterPiece, 22));
    spec.id = 101;
    kernels(piece(kFirstPiece, 22));
    kernels(piece(kLaterPiece, 9000));
    CHECK(programs.notes() == 2);
    kernels(piece(0, 22)); // whole packets are not noted
    CHECK(programs.notes() == 2);

    SECTION("of the same packet") {
        spec.id = 100;
        for (auto change : {&IpSpec::source, &IpSpec::destination}) {
            auto other = spec;
            other.*change = kSecond;
            other.fragment = kLaterPiece;
            copied(ethernet(ip(other, ports(1, 2))));
        }
        spec.protocol = protocol::kTcp;
        copied(piece(kLaterPiece, 22));
    }
    SECTION("for 30 s") {
        programs.age_notes();
        copied(piece(kLaterPiece, 22));
        kernels(piece(kFirstPiece, 22));
        kernels(piece(kLaterPiece, 22));
    }
}

TEST_CASE_METHOD(Rules, "ARP is for both, everything else is the kernel's") {
    copied(ethernet(Bytes(28), ether_type::kArp));
    copied(ethernet(Bytes(28), ether_type::kArp, kBroadcast));
    const auto packet = ip({.source = kPeer, .destination = kFirst}, ports(1, 8080));
    ours(ethernet(packet));
    kernels(ethernet(packet, ether_type::kIpv4, kBroadcast));
    kernels(ethernet(packet, ether_type::kIpv4, kPeerMac));
    kernels(ethernet(Writer().u16(7).u16(ether_type::kIpv4).put(packet).take(), ether_type::kVlan));
    kernels(ethernet(Writer().put(packet).zeros(40).take(), ether_type::kIpv6));
    CHECK(programs.leaves(ethernet(packet)));
}

} // namespace pontoon::test
