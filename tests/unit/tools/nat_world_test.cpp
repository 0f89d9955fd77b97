#include "tools/nat_world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace pontoon::nat_world_test {

namespace {

constexpr unsigned kMany = 300'000;

std::size_t distinct(std::vector<std::uint64_t> values) {
    std::ranges::sort(values);
    return static_cast<std::size_t>(std::ranges::unique(values).begin() - values.begin());
}

std::uint64_t number_of(Ipv4 address, std::uint16_t port) {
    return std::uint64_t{address.host()} << 16 | port;
}

} // namespace

TEST_CASE("each masqueraded flow has an end of its own on either side, so any NAT port does") {
    std::vector<std::uint64_t> from;
    std::vector<std::uint64_t> to;
    const auto remotes = *Prefix4::parse("198.18.0.0/15");
    for (unsigned flow = 0; flow < kMany; ++flow) {
        const auto ends = masqueraded_ends(flow);
        from.push_back(number_of(ends.source, ends.source_port));
        to.push_back(number_of(ends.destination, ends.destination_port));
        REQUIRE(remotes.contains(ends.destination));
    }
    CHECK(distinct(from) == kMany);
    CHECK(distinct(to) == kMany);
    // Where numbers wrap: the last flows there may be.
    CHECK(masqueraded_ends(kMostFlows - 1).source_port <= 60999);
    CHECK(masqueraded_ends(kMostFlows - 1).destination == masqueraded_ends((kMostFlows - 1) % (1 << 17)).destination);
    CHECK(masqueraded_ends(kMostFlows - 1).destination_port !=
          masqueraded_ends((kMostFlows - 1) % (1 << 17)).destination_port);
}

TEST_CASE("masqueraded flows are of 500 containers that the configuration has behind one port") {
    const auto config = make_config({.publishes = 0, .protocol = Transport::udp, .flows = 77});
    std::map<Ipv4, Mac> containers;
    for (const auto& endpoint : config.endpoints) {
        CHECK(endpoint.port_name() == kInsideName);
        containers[endpoint.ipv4] = endpoint.mac;
    }
    CHECK(containers.size() == kContainers);
    std::set<Ipv4> seen;
    for (unsigned flow = 0; flow < 2 * kContainers; ++flow) {
        const auto ends = masqueraded_ends(flow);
        REQUIRE(containers.contains(ends.source));
        CHECK(containers[ends.source] == ends.source_mac);
        CHECK(ends.destination_mac == config.networks.at(0).gateway_mac);
        seen.insert(ends.source);
    }
    CHECK(seen.size() == kContainers);
    CHECK(config.networks.at(0).masquerade);
    CHECK(config.publishes.empty());
    CHECK(config.conntrack.max == 77);
}

TEST_CASE("clients come through the uplink's gateway, whose neighbour is known") {
    const auto config = make_config({.publishes = 1, .protocol = Transport::tcp, .flows = 1});
    REQUIRE(config.uplink.has_value());
    const auto& uplink = *config.uplink;
    CHECK(uplink.ipv4.at(0) == *InterfaceAddress4::parse("203.0.113.10/24"));
    CHECK(uplink.gateway == *Ipv4::parse("203.0.113.1"));
    REQUIRE(uplink.neighbors.contains(uplink.gateway));
    CHECK(uplink.nat_ports == std::vector<PortRange>{{61000, 65535}});
    const auto ends = published_ends(0, 1);
    CHECK(ends.source_mac == uplink.neighbors.at(uplink.gateway));
    CHECK(ends.destination_mac == uplink.mac);
    CHECK(ends.destination == uplink.ipv4[0].address);
}

TEST_CASE("clients differ, and visit one published port of each container, however many there are") {
    for (const unsigned publishes : {1U, 3U, 499U, 500U, 501U, 777U, 10000U}) {
        const auto config = make_config({.publishes = publishes, .protocol = Transport::tcp, .flows = 1});
        REQUIRE(config.publishes.size() == publishes);
        std::map<std::uint16_t, std::string> owners;
        for (const auto& publish : config.publishes) {
            CHECK(publish.protocol == Transport::tcp);
            CHECK(publish.host_ip == config.uplink->ipv4[0].address);
            CHECK_FALSE(publish.host_ports.overlaps(config.uplink->nat_ports[0]));
            owners[publish.host_ports.first] = publish.endpoint;
        }
        REQUIRE(owners.size() == publishes);
        const unsigned visited = std::min(publishes, kContainers);
        std::set<std::string> seen;
        std::vector<std::uint64_t> clients;
        for (unsigned flow = 0; flow < 3 * visited; ++flow) {
            const auto ends = published_ends(flow, publishes);
            REQUIRE(owners.contains(ends.destination_port));
            seen.insert(owners[ends.destination_port]);
            clients.push_back(number_of(ends.source, ends.source_port));
        }
        CHECK(seen.size() == visited);
        CHECK(distinct(clients) == 3 * visited);
    }
}

} // namespace pontoon::nat_world_test
