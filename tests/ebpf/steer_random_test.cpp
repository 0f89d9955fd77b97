// Random frames, built to be near the edges of what is ours: the programs and the reference say the same.
#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "tests/ebpf/host_sockets.hpp"
#include "tests/ebpf/steer_frames.hpp"
#include "tests/ebpf/steer_reference.hpp"
#include "tests/support/dice.hpp"

namespace pontoon::test {

namespace {

const Ipv4 kPeer = ipv4("198.51.100.7");
const Ipv4 kFirst = ipv4("203.0.113.10");

// At published ports, but for the last two: an unpublished port and a NAT port.
const std::vector<HostConnection> kConnections{
    {protocol::kTcp, kFirst, kPeer, 8080, 22},    {protocol::kTcp, kFirst, kPeer, 8080, 8081},
    {protocol::kUdp, kFirst, kPeer, 9000, 22},    {protocol::kUdp, kFirst, kPeer, 9031, 8081},
    {protocol::kUdp, kFirst, kPeer, 9063, 65535}, {protocol::kTcp, kFirst, kPeer, 22, 8081},
    {protocol::kUdp, kFirst, kPeer, 61000, 22}};

std::vector<UniqueFd> make(const std::vector<HostConnection>& connections) {
    add_address(kFirst);
    add_black_hole(kPeer);
    std::vector<UniqueFd> sockets;
    for (const auto& one : connections) {
        const int type = one.protocol == protocol::kTcp ? SOCK_STREAM : SOCK_DGRAM;
        sockets.push_back(connected(type, {one.local, one.local_port}, {one.remote, one.remote_port}));
    }
    return sockets;
}

class Frames {
public:
    explicit Frames(std::uint64_t seed) : dice_(seed) {}

    Bytes next() {
        Bytes frame = ethernet(packet(), type(), dice_.chance(97) ? kNicMac : dice_.pick<Mac>({kPeerMac, kBroadcast}));
        if (dice_.chance(10)) {
            frame.resize(dice_.between(14, static_cast<unsigned>(frame.size()))); // cut
        } else if (dice_.chance(10)) {
            frame.resize(frame.size() + dice_.below(30)); // padded
        }
        if (dice_.chance(10)) { // a lie
            frame[dice_.below(static_cast<unsigned>(frame.size()))] = static_cast<std::uint8_t>(dice_.below(256));
        }
        return frame;
    }

private:
    unsigned type() {
        return dice_.chance(97) ? ether_type::kIpv4
                                : dice_.pick<unsigned>({ether_type::kArp, ether_type::kIpv6, ether_type::kVlan, 0});
    }

    unsigned port() {
        return dice_.pick<unsigned>({8079,  8080,  8081,  8999,  9000,  9031,  9032,  9063,  9064,
                                     5000,  443,   444,   3306,  22,    60999, 61000, 61439, 61999,
                                     62000, 63999, 64000, 65534, 65535, 0,     63,    64,    dice_.below(65536)});
    }

    Ipv4 address() { return ipv4(dice_.pick(addresses_)); }

    std::uint8_t protocol() {
        return dice_.chance(95) ? dice_.pick<std::uint8_t>({protocol::kTcp, protocol::kUdp, protocol::kSctp,
                                                            protocol::kIcmp, protocol::kIcmp})
                                : static_cast<std::uint8_t>(dice_.below(256));
    }

    IpSpec spec(std::uint8_t protocol) {
        IpSpec spec{.source = ipv4("198.51.100.7"), .destination = address(), .protocol = protocol};
        spec.words = dice_.chance(80) ? 5 : dice_.below(16);
        spec.version = dice_.chance(98) ? 4 : dice_.below(16);
        spec.id = static_cast<std::uint16_t>(dice_.below(8));
        if (dice_.chance(15)) {
            spec.fragment = dice_.pick<std::uint16_t>({0x2000, 0x2001, 0x4000, 0x6000, 0x8000, 1, 185, 0x1fff});
        }
        if (dice_.chance(5)) {
            spec.total = static_cast<std::uint16_t>(dice_.below(120));
        }
        return spec;
    }

    Bytes transport(std::uint8_t protocol, bool may_quote) {
        if (protocol != protocol::kIcmp) {
            const auto ends = dice_.pick(kConnections);
            const bool of_host = dice_.chance(25);
            const auto remote = of_host ? ends.remote_port : port();
            const auto local = of_host ? ends.local_port : port();
            return shorter(may_quote ? ports(remote, local) : ports(local, remote)); // what is quoted went out
        }
        const auto type = dice_.pick<std::uint8_t>({0, 8, 13, 14, 3, 4, 5, 11, 12, 9, 17});
        return shorter(icmp(type, port(), may_quote ? quote() : Bytes()));
    }

    Bytes quote() {
        const auto inside = protocol();
        IpSpec quoted = spec(inside);
        quoted.source = address();
        quoted.destination = ipv4("198.51.100.7");
        return shorter(ip(quoted, transport(inside, false)));
    }

    Bytes packet() {
        const auto inside = protocol();
        const auto outer = spec(inside);
        auto payload = transport(inside, true);
        if (payload.size() > 24 && dice_.chance(80)) { // quotes what the destination sent
            const auto to = outer.destination.host();
            for (std::size_t i = 0; i < 4; ++i) {
                payload[20 + i] = static_cast<std::uint8_t>(to >> (24 - 8 * i));
            }
        }
        return ip(outer, payload);
    }

    Bytes shorter(Bytes bytes) {
        if (dice_.chance(5)) {
            bytes.resize(dice_.below(static_cast<unsigned>(bytes.size()) + 1));
        }
        return bytes;
    }

    Dice dice_;
    const std::vector<const char*> addresses_{"203.0.113.10", "203.0.113.10",  "203.0.113.10", "203.0.113.11",
                                              "203.0.113.11", "198.51.100.20", "203.0.113.12", "172.18.0.2",
                                              "172.19.3.255", "172.19.7.255",  "10.9.8.127",   "10.9.8.128"};
};

std::string hex(const Bytes& frame) {
    std::string text;
    for (const auto byte : frame) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

} // namespace

TEST_CASE("the programs and the reference agree about random frames") {
    const char* const count = std::getenv("PONTOON_STEER_FRAMES");
    const unsigned frames = count == nullptr ? 100'000 : static_cast<unsigned>(std::atoi(count));
    SteerPrograms programs(steered_config());
    const auto sockets = make(kConnections);
    SteerReference reference(steered_config(), kConnections);
    SteerReference without(steered_config(), {});
    Frames random(20);
    unsigned hosts = 0;
    std::array<unsigned, 3> verdicts{};
    unsigned differences = 0;
    for (unsigned i = 0; i < frames; ++i) {
        const auto frame = random.next();
        const auto wanted = reference.classify(frame);
        hosts += without.classify(frame) == wanted ? 0 : 1;
        ++verdicts.at(static_cast<std::size_t>(wanted));
        const auto by_tc = SteerPrograms::by_tc_too(frame) ? programs.by_tc(frame) : wanted;
        const auto by_xdp = programs.by_xdp(frame);
        if (by_tc != wanted || by_xdp != (wanted == Whose::ours ? Whose::ours : Whose::kernel)) {
            ++differences;
            INFO(hex(frame));
            CHECK(static_cast<int>(by_tc) == static_cast<int>(wanted));
            CHECK(static_cast<int>(by_xdp) == static_cast<int>(wanted));
            if (differences == 5) {
                break;
            }
        }
    }
    CHECK(differences == 0);
    CHECK(hosts > frames / 500);                               // connections of the host made a difference
    CHECK(*std::ranges::min_element(verdicts) > frames / 200); // all kinds were there
}

} // namespace pontoon::test
