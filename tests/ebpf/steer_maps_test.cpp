// The maps follow the configuration.
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "tests/ebpf/steer_frames.hpp"
#include "tests/ebpf/steer_programs.hpp"

namespace pontoon::test {

namespace {

const Ipv4 kFirst = ipv4("203.0.113.10");

Bytes tcp_to(Ipv4 destination, unsigned port) {
    return ethernet(ip({.source = ipv4("198.51.100.7"), .destination = destination}, ports(40000, port)));
}

Config with_publish(Config config, Ipv4 host_ip, PortRange host_ports) {
    config.publishes.push_back({host_ip, host_ports, Transport::tcp, "w1", host_ports});
    return config;
}

} // namespace

TEST_CASE("what is published and taken back is ours meanwhile") {
    SteerPrograms programs(steered_config());
    const auto port_22 = tcp_to(kFirst, 22);
    CHECK(programs.by_tc(port_22) == Whose::kernel);
    programs.follow(with_publish(steered_config(), Ipv4{}, {1, 65535}));
    CHECK(programs.by_tc(port_22) == Whose::ours);
    CHECK(programs.by_tc(tcp_to(kFirst, 0)) == Whose::kernel);
    programs.follow(steered_config());
    CHECK(programs.by_tc(port_22) == Whose::kernel);
    CHECK(programs.by_tc(tcp_to(kFirst, 8080)) == Whose::ours);
    programs.follow({});
    CHECK(programs.by_tc(tcp_to(kFirst, 8080)) == Whose::kernel);
    CHECK(programs.by_tc(tcp_to(ipv4("172.18.0.2"), 8080)) == Whose::kernel);
}

TEST_CASE("addresses and subnets come and go") {
    SteerPrograms programs(steered_config());
    auto config = steered_config();
    config.uplink->ipv4 = {InterfaceAddress4::parse("203.0.113.44/24").value()};
    config.networks.erase(config.networks.begin());
    programs.follow(config);
    CHECK(programs.by_tc(tcp_to(kFirst, 61000)) == Whose::kernel);
    CHECK(programs.by_tc(tcp_to(ipv4("203.0.113.44"), 61000)) == Whose::ours);
    CHECK(programs.by_tc(tcp_to(ipv4("203.0.113.44"), 8080)) == Whose::kernel); // w1 has no network any more
    CHECK(programs.by_tc(tcp_to(ipv4("172.18.0.2"), 80)) == Whose::kernel);
    CHECK(programs.by_tc(tcp_to(ipv4("10.9.8.2"), 80)) == Whose::ours);
    programs.follow(steered_config());
    CHECK(programs.by_tc(tcp_to(kFirst, 61000)) == Whose::ours);
    CHECK(programs.by_tc(tcp_to(ipv4("203.0.113.44"), 61000)) == Whose::kernel);
    CHECK(programs.by_tc(tcp_to(ipv4("172.18.0.2"), 80)) == Whose::ours);
}

TEST_CASE("an uplink has as many addresses as there is room for") {
    SteerPrograms programs(steered_config());
    auto config = steered_config();
    config.networks[2].host_ipv4.reset();
    config.uplink->ipv4.clear();
    for (std::uint32_t i = 0; i < STEER_ADDRESSES; ++i) {
        config.uplink->ipv4.push_back({Ipv4{be32{0x0b000000 + i}}, 8});
    }
    programs.follow(config); // the old addresses make room first
    CHECK(programs.by_tc(tcp_to(config.uplink->ipv4.back().address, 8080)) == Whose::ours);
    config.uplink->ipv4.push_back({kFirst, 24});
    CHECK_THROWS_WITH(programs.follow(config), "an uplink has at most 256 addresses, not 257");
    CHECK(programs.by_tc(tcp_to(config.uplink->ipv4.front().address, 8080)) == Whose::ours);
}

TEST_CASE("a port that stays ours is ours at every moment") {
    SteerPrograms programs(steered_config());
    const auto nat_port = tcp_to(kFirst, 61000);
    std::atomic<bool> stop = false;
    std::atomic<unsigned> changes = 0;
    std::thread changing([&] {
        while (!stop) {
            programs.follow(with_publish(steered_config(), Ipv4{}, {1, 65535}));
            auto config = with_publish(steered_config(), kFirst, {60000, 60999});
            config.uplink->ipv4.push_back({ipv4("203.0.113.44"), 24});
            programs.follow(config);
            ++changes;
        }
    });
    unsigned missed = 0;
    for (unsigned i = 0; i < 100'000 || changes < 100; ++i) {
        missed += programs.by_xdp(nat_port) == Whose::ours ? 0 : 1;
    }
    stop = true;
    changing.join();
    CHECK(missed == 0);
    CHECK(changes >= 100);
}

} // namespace pontoon::test
