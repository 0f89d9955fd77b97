// Published ports in the host's own connections are the host's.
#include <catch2/catch.hpp>

#include <sys/socket.h>

#include "tests/ebpf/host_sockets.hpp"
#include "tests/ebpf/steer_frames.hpp"
#include "tests/ebpf/steer_programs.hpp"

namespace pontoon::test {

namespace {

const Ipv4 kPeer = ipv4("198.51.100.7");
const Ipv4 kNobody = ipv4("198.51.100.8");
const Ipv4 kFirst = ipv4("203.0.113.10");
const Ipv4 kSecond = ipv4("203.0.113.11");

constexpr std::uint8_t kFin = 0x11; // with ACK
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kSynAck = 0x12;
constexpr std::uint8_t kReset = 0x04;
constexpr std::uint8_t kAck = 0x10;

Bytes tcp_header(std::uint16_t source, std::uint16_t destination, std::uint8_t flags) {
    return Writer().u16(source).u16(destination).u32(1).u32(1).u8(0x50).u8(flags).u16(9000).u32(0).take();
}

Bytes tcp(const End& from, const End& to, std::uint8_t flags = kAck, std::uint16_t fragment = 0) {
    return ethernet(ip({.source = from.address, .destination = to.address, .fragment = fragment},
                       tcp_header(from.port, to.port, flags)));
}

Bytes udp(const End& from, const End& to, std::uint16_t fragment = 0) {
    return ethernet(
        ip({.source = from.address, .destination = to.address, .protocol = protocol::kUdp, .fragment = fragment},
           ports(from.port, to.port)));
}

// From the peer, about what `sender` sent to `receiver`.
Bytes error_about(std::uint8_t protocol, const End& sender, const End& receiver) {
    const auto quoted = ip({.source = sender.address, .destination = receiver.address, .protocol = protocol},
                           ports(sender.port, receiver.port));
    return ethernet(ip({.source = kPeer, .destination = sender.address, .protocol = protocol::kIcmp},
                       icmp(icmp::kUnreachable, 0, quoted)));
}

struct HostsOwn {
    SteerPrograms programs{steered_config()};

    HostsOwn() {
        for (const Ipv4 address : {kFirst, kSecond, kPeer}) {
            add_address(address);
        }
        add_black_hole(kNobody);
    }

    void ours(const Bytes& frame) { expect(frame, Whose::ours); }
    void kernels(const Bytes& frame) { expect(frame, Whose::kernel); }

    void expect(const Bytes& frame, Whose whose) {
        CHECK(static_cast<int>(programs.by_tc(frame)) == static_cast<int>(whose));
        CHECK(static_cast<int>(programs.by_xdp(frame)) == static_cast<int>(whose));
    }
};

} // namespace

TEST_CASE_METHOD(HostsOwn, "a TCP connection that the host has made keeps a published port") {
    const End host{kFirst, 8080};
    const End server{kPeer, 7001};
    const auto listener = listening(server);
    ours(tcp(server, host));
    ours(error_about(protocol::kTcp, host, server));
    const auto client = connected(SOCK_STREAM, host, server);
    for (const auto flags : {kAck, kFin, kReset, kSyn, kSynAck}) {
        kernels(tcp(server, host, flags));
    }
    kernels(tcp(server, host, kAck, Ipv4Header::kMoreFragments));
    kernels(error_about(protocol::kTcp, host, server));
    for (const auto flags : {kAck, kSyn}) { // others reach the container
        ours(tcp({kPeer, 7002}, host, flags));
        ours(tcp({kNobody, 7001}, host, flags));
        ours(tcp(server, {kSecond, 8080}, flags));
    }
    ours(udp(server, {kFirst, 9000}));
    ours(error_about(protocol::kTcp, host, {kPeer, 7002}));
}

TEST_CASE_METHOD(HostsOwn, "a TCP connection that the host makes keeps a published port before the answer") {
    const End host{kFirst, 8080};
    const auto client = connected(SOCK_STREAM, host, {kNobody, 7003});
    kernels(tcp({kNobody, 7003}, host, kSynAck));
    kernels(tcp({kNobody, 7003}, host, kReset));
    ours(tcp({kNobody, 7004}, host, kSynAck));
}

TEST_CASE_METHOD(HostsOwn, "a TCP connection to a server of the host outlives the publishing of its port") {
    const End host{kFirst, 8080};
    const End remote{kPeer, 7005};
    const auto listener = listening(host);
    ours(tcp(remote, host, kSyn)); // who listens has no connection
    const auto client = connected(SOCK_STREAM, remote, host);
    kernels(tcp(remote, host));
    const auto server = accepted(listener);
    kernels(tcp(remote, host));
    ours(tcp({kPeer, 7006}, host, kSyn));
}

TEST_CASE_METHOD(HostsOwn, "after the end of the host's connection another one may begin between the same ends") {
    const End host{kFirst, 8080};
    const End remote{kPeer, 7007};
    const auto listener = listening(remote);
    auto client = connected(SOCK_STREAM, host, remote);
    auto server = accepted(listener);
    close_in_order(std::move(client), std::move(server));
    for (const auto flags : {kAck, kFin, kReset, kSynAck}) {
        kernels(tcp(remote, host, flags));
    }
    kernels(error_about(protocol::kTcp, host, remote));
    ours(tcp(remote, host, kSyn));
    for (const auto flags : {kAck, kFin, kReset, kSynAck}) {
        ours(tcp(remote, host, flags));
    }
    ours(error_about(protocol::kTcp, host, remote));
}

TEST_CASE_METHOD(HostsOwn, "a connected UDP socket of the host keeps a published port, another does not") {
    const End host{kFirst, 9000};
    const End server{kPeer, 53};
    const auto client = connected(SOCK_DGRAM, host, server);
    kernels(udp(server, host));
    kernels(udp(server, host, Ipv4Header::kMoreFragments));
    kernels(error_about(protocol::kUdp, host, server));
    ours(udp({kPeer, 54}, host));
    ours(udp({kNobody, 53}, host));
    ours(tcp(server, {kFirst, 8080}));
    const auto waiting = bound(SOCK_DGRAM, {kFirst, 9001});
    ours(udp(server, {kFirst, 9001}));
}

TEST_CASE_METHOD(HostsOwn, "NAT ports are ours whatever sockets the host has") {
    const End host{kFirst, 61000};
    const auto by_udp = connected(SOCK_DGRAM, host, {kPeer, 53});
    const auto by_tcp = connected(SOCK_STREAM, host, {kNobody, 80});
    ours(udp({kPeer, 53}, host));
    ours(tcp({kNobody, 80}, host));
    auto config = steered_config();
    config.uplink->nat_ports = {{61001, 65535}};
    config.publishes.push_back({Ipv4{}, {61000, 61000}, Transport::udp, "w1", {61000, 61000}});
    programs.follow(config);
    kernels(udp({kPeer, 53}, host));
    ours(udp({kPeer, 54}, host));
}

} // namespace pontoon::test
