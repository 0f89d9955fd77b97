// Routing and NAT in a whole switch: what outlives a burst, a configuration or a leap of the clock.
#include "tests/support/datagram.hpp"
#include "tests/support/sums.hpp"
#include "tests/unit/uplink_world.hpp"
#include "tools/memory_switch.hpp"

#include <catch2/catch.hpp>

namespace pontoon::router_test {

namespace {

using test::Datagram;

constexpr Nanoseconds kMillisecond = 1'000'000;
constexpr Nanoseconds kSecond = 1000 * kMillisecond;
constexpr Nanoseconds kDay = 86400 * kSecond;

class Bench {
public:
    using Sent = std::vector<std::pair<std::string, test::Bytes>>;

    explicit Bench(const Config& config, unsigned workers = 1) : switch_({.workers = workers, .flows = 1024}) {
        switch_.attach(config);
        switch_.publish(config);
    }

    void publish(const Config& config) { switch_.publish(config); }
    void feed(const std::string& port, const test::Bytes& frame) { switch_.feed(port, frame, frame.size()); }
    void feed(const std::string& port, const Datagram& datagram) { feed(port, test::frame_of(datagram)); }
    Sent run(Nanoseconds now, bool summed = true) {
        Sent sent;
        switch_.run(now, [&](const std::string& port, std::span<const std::uint8_t> frame) {
            sent.emplace_back(port, test::Bytes(frame.begin(), frame.end()));
            CHECK((!summed || !test::find_wrong_sum(frame)));
        });
        const auto stats = switch_.engine().stats();
        CHECK(stats.is_conserved());
        CHECK(switch_.buffers_in_use() == stats.held);
        return sent;
    }
    Stats stats() { return switch_.engine().stats(); }

private:
    MemorySwitch switch_;
};

Datagram from_container(std::uint8_t protocol, const test::Bytes& transport, unsigned endpoint = 0) {
    Datagram d{mac_of(address_of(0, 1)), mac_of(0, endpoint), address_of(0, endpoint + 2), kRemote, protocol};
    d.transport = transport;
    test::seal(d);
    return d;
}

Datagram udp_out(unsigned port = 1000, unsigned endpoint = 0) {
    return from_container(test::kUdp, test::Writer().u16(port).u16(53).u16(8).u16(0).take(), endpoint);
}

Datagram answer_to(const test::Bytes& left, std::uint8_t flags = 0) {
    Datagram d = *test::datagram_of(left);
    test::rewrite(d, test::tuple_of(d).reversed());
    std::swap(d.to, d.from);
    d.ttl = 64;
    if (d.protocol == test::kTcp) {
        const test::Bytes sequence(d.transport.begin() + 4, d.transport.begin() + 8);
        std::copy_n(d.transport.begin() + 8, 4, d.transport.begin() + 4);
        std::ranges::copy(sequence, d.transport.begin() + 8);
        d.transport[13] = flags;
    }
    test::seal(d);
    return d;
}

bool is_arp(const test::Bytes& frame) {
    return frame[12] == 8 && frame[13] == 6;
}

} // namespace

TEST_CASE("ARP is asked again without any traffic, and what waited is dropped in the end") {
    Bench bench(world(2, false));
    bench.feed(endpoint_name(0, 0), udp_out());
    CHECK(bench.run(kSecond).size() == 1);
    CHECK(bench.stats().held == 1);
    for (unsigned second = 2; second <= 3; ++second) {
        const auto sent = bench.run(second * kSecond + kMillisecond);
        REQUIRE(sent.size() == 1);
        CHECK(is_arp(sent[0].second));
    }
    CHECK(bench.run(5 * kSecond).empty());
    CHECK(drops(bench.stats(), Reason::neighbor_unreachable) == 1);
    CHECK(bench.stats().held == 0);
}

TEST_CASE("a packet that waits for a neighbour survives a configuration without an uplink, and one that names it") {
    Bench bench(world(2, false));
    bench.feed(endpoint_name(0, 0), udp_out());
    CHECK(bench.run(kSecond).size() == 1);
    SECTION("without an uplink it is given up in time") {
        bench.publish(networks_of(1, 2));
        for (unsigned second = 2; second <= 6; ++second) {
            CHECK(bench.run(second * kSecond + kMillisecond).empty());
        }
        CHECK(drops(bench.stats(), Reason::neighbor_unreachable) == 1);
    }
    SECTION("where the neighbour is now known it leaves at once") {
        bench.publish(world(2));
        const auto sent = bench.run(kSecond + kMillisecond);
        REQUIRE(sent.size() == 1);
        CHECK(sent[0].first == kUplinkName);
        CHECK_FALSE(is_arp(sent[0].second));
    }
    SECTION("where it answers, the packet leaves") {
        bench.feed(kUplinkName, arp_reply(kRouter));
        CHECK(bench.run(kSecond + kMillisecond).size() == 1);
    }
    CHECK(bench.stats().held == 0);
}

TEST_CASE("a burst meets a TCP flow that is over: what is behind the first segment does not revive it") {
    // More than 2^31 ticks since the clock's zero, where the link of a free flow looks like an expiry ahead.
    const Nanoseconds start = 30 * kDay;
    Config config = world(2);
    config.conntrack.tcp_timeout_established = 1;
    Bench bench(config);
    test::Bytes segment = test::Writer().u16(1000).u16(80).u32(100).u32(0).u8(0x50).u8(2).u16(1000).u32(0).take();
    const auto client = endpoint_name(0, 0);
    bench.feed(client, from_container(test::kTcp, segment));
    auto sent = bench.run(start);
    REQUIRE(sent.size() == 1);
    Datagram server = answer_to(sent[0].second, 0x12);
    test::patch16(server.transport, 6, 500);
    test::patch16(server.transport, 10, 101);
    test::seal(server);
    bench.feed(kUplinkName, server);
    REQUIRE(bench.run(start + kMillisecond).size() == 1);
    segment = test::Writer().u16(1000).u16(80).u32(101).u32(501).u8(0x50).u8(0x10).u16(1000).u32(0).take();
    bench.feed(client, from_container(test::kTcp, segment));
    REQUIRE(bench.run(start + 100 * kMillisecond).size() == 1);
    CHECK(bench.run(start + 1000 * kMillisecond).empty()); // looks for what is over for the last time
    Datagram late = server;
    test::patch16(late.transport, 6, 501);
    late.transport[13] = 0x10;
    test::seal(late);
    for (int i = 0; i < 3; ++i) {
        bench.feed(kUplinkName, late);
    }
    CHECK(bench.run(start + 1200 * kMillisecond).empty());
    CHECK(drops(bench.stats(), Reason::no_flow) == 3);
    CHECK(bench.stats().flows.active == 0);
    for (unsigned port = 1; port <= 5; ++port) { // places are given out once
        bench.feed(client, udp_out(port));
    }
    CHECK(bench.run(start + 1210 * kMillisecond).size() == 5);
    CHECK(bench.stats().flows.active == 5);
}

TEST_CASE("old flows stay old over any leap of the clock") {
    for (const Nanoseconds leap : {kDay, 26 * kDay, 52 * kDay, 53 * kDay, 78 * kDay, 200 * kDay}) {
        Bench bench(world(2));
        bench.feed(endpoint_name(0, 0), udp_out());
        test::Bytes syn = test::Writer().u16(1000).u16(80).u32(100).u32(0).u8(0x50).u8(2).u16(1000).u32(0).take();
        bench.feed(endpoint_name(0, 0), from_container(test::kTcp, syn));
        const auto sent = bench.run(kSecond);
        REQUIRE(sent.size() == 2);
        bench.feed(kUplinkName, answer_to(sent[0].second, 0x12));
        bench.feed(kUplinkName, answer_to(sent[1].second, 0x12));
        CHECK(bench.run(kSecond + leap).empty());
        CHECK(bench.stats().flows.active == 0);
    }
}

TEST_CASE("a port that left and came back between two turns takes no flow with it") {
    Bench bench(world(2));
    bench.feed(endpoint_name(0, 0), udp_out());
    const auto sent = bench.run(kSecond);
    REQUIRE(sent.size() == 1);
    Config without = world(2);
    without.endpoints.erase(without.endpoints.begin());
    bench.publish(without);
    bench.publish(world(2));
    bench.feed(kUplinkName, answer_to(sent[0].second));
    CHECK(bench.run(kSecond + kMillisecond).empty());
    CHECK(bench.stats().flows.active == 0);
    bench.feed(endpoint_name(0, 1), udp_out(1001, 1)); // another's is not disturbed
    const auto other = bench.run(kSecond + 2 * kMillisecond);
    REQUIRE(other.size() == 1);
    bench.publish(without);
    bench.publish(world(2));
    bench.feed(kUplinkName, answer_to(other[0].second));
    CHECK(bench.run(kSecond + 3 * kMillisecond).size() == 1);
}

TEST_CASE("more neighbours than there is room for end no turn") {
    Config config = world(2);
    config.uplink->ipv4 = {{Ipv4{be32{0xc0000002}}, 8}};
    config.endpoints.resize(1);
    MemorySwitch big({1, 1, 1 << 16});
    big.attach(config);
    big.publish(config);
    constexpr unsigned count = Neighbors::kMostDynamic + 100;
    for (unsigned i = 0; i < count; ++i) {
        Datagram d = udp_out();
        d.destination = Ipv4{be32{0xc0100000 + i}};
        const auto frame = test::frame_of(d);
        big.feed(endpoint_name(0, 0), frame, frame.size());
        if (i % 1000 == 0) {
            big.run(kSecond, [](const std::string&, std::span<const std::uint8_t>) {});
        }
    }
    big.run(kSecond, [](const std::string&, std::span<const std::uint8_t>) {});
    big.publish(config);
    big.run(3 * kSecond, [](const std::string&, std::span<const std::uint8_t>) {});
    CHECK(big.engine().stats().is_conserved());
}

TEST_CASE("ICMP errors come through behind a priority tag") {
    Bench bench(world(2));
    bench.feed(endpoint_name(0, 0), udp_out());
    const auto sent = bench.run(kSecond);
    REQUIRE(sent.size() == 1);
    const auto left = *test::datagram_of(sent[0].second);
    Datagram error{kUplinkMac, mac_of(kRouter), kRouter, left.source, test::kIcmp};
    error.transport = test::error_about(3, 1, left, 8);
    test::seal(error);
    auto frame = test::frame_of(error);
    frame.insert(frame.begin() + 12, {0x81, 0, 0x20, 0});
    bench.feed(kUplinkName, frame);
    const auto back = bench.run(kSecond + kMillisecond);
    REQUIRE(back.size() == 1);
    CHECK(back[0].first == endpoint_name(0, 0));
    CHECK(test::tuple_of(test::quote_of(*test::datagram_of(back[0].second))) == test::tuple_of(udp_out()));
}

TEST_CASE("pieces without ports are refused like the whole, those that waited too") {
    for (const bool late : {false, true}) {
        Bench bench(world(2));
        auto pieces = test::pieces_of(from_container(47, test::Bytes(64)), {32});
        if (late) {
            std::swap(pieces[0], pieces[1]);
        }
        bench.feed(endpoint_name(0, 0), pieces[0]);
        bench.feed(endpoint_name(0, 0), pieces[1]);
        CHECK(bench.run(kSecond).empty());
        CHECK(drops(bench.stats(), Reason::not_translatable) == 2);
        CHECK(bench.stats().flows.created == 0);
    }
}

TEST_CASE("a header checksum that was left to hardware is right behind the router") {
    Bench bench(world(2));
    for (int i = 0; i < 3; ++i) { // the flow's first packet, and others
        auto frame = test::frame_of(udp_out());
        test::patch16(frame, 24, 0);
        test::patch16(frame, 40,
                      test::internet_sum(test::pseudo_header(std::span(frame).subspan(26, 4),
                                                             std::span(frame).subspan(30, 4), 17, 8)));
        bench.feed(endpoint_name(0, 0), frame);
    }
    const auto sent = bench.run(kSecond, false); // the transport's sum is still owed
    REQUIRE(sent.size() == 3);
    for (const auto& [port, frame] : sent) {
        CHECK(test::internet_sum(std::span(frame).subspan(14, 20)) == 0xffff);
    }
}

} // namespace pontoon::router_test
