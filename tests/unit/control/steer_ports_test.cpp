#include "control/steer_ports.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace pontoon::steer_ports_test {

namespace {

Ipv4 ip(const char* text) {
    return Ipv4::parse(text).value();
}

Config config_of(std::vector<Publish> publishes) {
    Config config;
    config.networks = {{"web", Prefix4::parse("172.18.0.0/16").value(), ip("172.18.0.1"), {}},
                       {"db", Prefix4::parse("172.19.0.0/16").value(), ip("172.19.0.1"), {}}};
    config.networks[0].host_ipv4 = ip("198.51.100.20");
    config.networks[1].internal = true;
    config.endpoints = {{"w1", "web", ip("172.18.0.2"), {}}, {"d1", "db", ip("172.19.0.2"), {}}};
    config.publishes = std::move(publishes);
    config.uplink = Uplink{{InterfaceAddress4::parse("203.0.113.10/24").value()}, {}, {}, {{61000, 61001}}, {}};
    return config;
}

} // namespace

TEST_CASE("a set of ports has each port of its ranges and no other") {
    const std::vector<PortRange> ranges{{0, 0},    {63, 63},   {64, 64},   {63, 64},       {0, 63},
                                        {10, 200}, {1, 65535}, {0, 65535}, {65535, 65535}, {65472, 65534}};
    for (const auto& range : ranges) {
        PortSet set;
        set.add(range);
        PortSet rest;
        rest.add({0, 65535});
        rest.remove(range);
        unsigned wrong = 0;
        for (unsigned port = 0; port <= 65535; ++port) {
            const bool inside = port >= range.first && port <= range.last;
            wrong += set.has(static_cast<std::uint16_t>(port)) != inside;
            wrong += rest.has(static_cast<std::uint16_t>(port)) == inside;
        }
        INFO(range.first << "-" << range.last);
        CHECK(wrong == 0);
    }
}

TEST_CASE("each address that flows are translated to has the NAT ports and what is published there") {
    const auto ports = steered_ports(config_of({{Ipv4{}, {80, 81}, Transport::tcp, "w1", {80, 81}},
                                                {ip("198.51.100.20"), {53, 53}, Transport::udp, "w1", {53, 53}},
                                                {ip("192.0.2.1"), {7, 7}, Transport::udp, "w1", {7, 7}}}));
    REQUIRE(ports.size() == 2);
    for (const auto& [address, sets] : ports) {
        for (const auto& set : sets) {
            CHECK(set.has(61000));
            CHECK(set.has(61001));
            CHECK_FALSE(set.has(61002));
            CHECK_FALSE(set.has(7));
        }
        CHECK(sets[STEER_TCP].has(81));
        CHECK_FALSE(sets[STEER_UDP].has(81));
        CHECK_FALSE(sets[STEER_ICMP].has(81));
        CHECK(sets[STEER_UDP].has(53) == (address == ip("198.51.100.20")));
    }
}

TEST_CASE("containers of internal networks, and those that are not there, publish nothing") {
    const auto nothing = steered_ports(config_of({}));
    CHECK(steered_ports(config_of({{Ipv4{}, {80, 80}, Transport::tcp, "d1", {80, 80}}})) == nothing);
    CHECK(steered_ports(config_of({{Ipv4{}, {80, 80}, Transport::tcp, "w2", {80, 80}}})) == nothing);
    CHECK(steered_ports(config_of({{Ipv4{}, {80, 80}, Transport::tcp, "w1", {80, 80}}})) != nothing);
}

TEST_CASE("without an uplink nothing is ours") {
    auto config = config_of({{Ipv4{}, {80, 80}, Transport::tcp, "w1", {80, 80}}});
    config.uplink.reset();
    CHECK(steered_ports(config).empty());
}

TEST_CASE("published ports without NAT ports, adjacent ones joined") {
    auto config = config_of({{Ipv4{}, {80, 81}, Transport::tcp, "w1", {80, 81}},
                             {Ipv4{}, {82, 90}, Transport::udp, "w1", {82, 90}},
                             {Ipv4{}, {443, 443}, Transport::tcp, "d1", {443, 443}},
                             {Ipv4{}, {60990, 65535}, Transport::tcp, "w1", {60990, 65535}}});
    config.uplink->nat_ports = {{61000, 65535}};
    CHECK(published_ports(config) == std::vector<PortRange>{{80, 90}, {60990, 60999}});
    CHECK(nat_ports(config).has(61000));
    CHECK_FALSE(nat_ports(config).has(60999));
}

} // namespace pontoon::steer_ports_test
