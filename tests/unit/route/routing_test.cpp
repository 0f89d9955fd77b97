#include "dataplane/route/routing.hpp"

#include <catch2/catch.hpp>

#include "tests/support/dice.hpp"
#include <map>

#include "dataplane/wire/headers.hpp"

namespace pontoon::routing_test {

namespace {

Ipv4 ip(unsigned a, unsigned b, unsigned c, unsigned d) {
    return Ipv4{be32{(a << 24 | b << 16 | c << 8) + d}};
}

const Ipv4 kHost = ip(192, 0, 2, 2);
const Ipv4 kOther = ip(192, 0, 2, 3);

// Two networks, n1 with the lower subnet; endpoints 0 (in n1), 1 and 2 (in n2); zones 5 and 2.
Routing routing() {
    RoutedNetwork low{5, {ip(10, 1, 0, 0), 16}, ip(10, 1, 0, 1), {}, true, false, 1500, {}};
    RoutedNetwork high{2, {ip(10, 2, 0, 0), 24}, ip(10, 2, 0, 1), {}, true, false, 1500, ip(203, 0, 113, 7)};
    std::vector<RoutedEndpoint> endpoints{
        {ip(10, 1, 0, 2), {}, 1, 5, 0}, {ip(10, 2, 0, 2), {}, 2, 2, 1}, {ip(10, 2, 0, 3), {}, 3, 2, 2}};
    std::vector<PublishedRange> published{{protocol::kTcp, {}, {1, 100}, 1001, 0},
                                          {protocol::kTcp, {}, {65535, 65535}, 9, 1},
                                          {protocol::kTcp, kHost, {50, 60}, 2050, 2},
                                          {protocol::kUdp, {}, {50, 50}, 53, 1}};
    RoutedUplink uplink{9, 0, {}, 1500, ip(192, 0, 2, 1), {{kHost, 24}, {kOther, 30}}, {}};
    Routing routing;
    routing.set_ways({high, low}, uplink, NatPorts({{61000, 61003}}, 4));
    for (const auto& endpoint : endpoints) {
        routing.add(endpoint);
    }
    routing.publish({}, published);
    return routing;
}

Routing with_uplink(const RoutedUplink& uplink) {
    Routing routing;
    routing.set_ways({}, uplink, {});
    return routing;
}

std::pair<int, unsigned> target(const Routing& of, Ipv4 address, unsigned port, std::uint8_t protocol) {
    const auto found = of.published_at(address, be16{static_cast<std::uint16_t>(port)}, protocol);
    return found ? std::pair{static_cast<int>(found->endpoint - of.endpoints.data()), unsigned{found->port.host()}}
                 : std::pair{-1, 0U};
}

using To = std::pair<int, unsigned>;

} // namespace

TEST_CASE("published ports: ranges keep their order, the one address goes before all") {
    const auto of = routing();
    CHECK(target(of, kOther, 1, protocol::kTcp) == To(0, 1001));
    CHECK(target(of, kOther, 100, protocol::kTcp) == To(0, 1100));
    CHECK(target(of, kOther, 101, protocol::kTcp) == To(-1, 0));
    CHECK(target(of, kOther, 0, protocol::kTcp) == To(-1, 0));
    CHECK(target(of, kOther, 65535, protocol::kTcp) == To(1, 9));
    CHECK(target(of, kOther, 65534, protocol::kTcp) == To(-1, 0));
    CHECK(target(of, kHost, 49, protocol::kTcp) == To(0, 1049));
    CHECK(target(of, kHost, 50, protocol::kTcp) == To(2, 2050));
    CHECK(target(of, kHost, 60, protocol::kTcp) == To(2, 2060));
    CHECK(target(of, kHost, 61, protocol::kTcp) == To(0, 1061));
    CHECK(target(of, kHost, 50, protocol::kUdp) == To(1, 53));
    CHECK(target(of, kHost, 50, protocol::kSctp) == To(-1, 0));
    CHECK(target(of, kHost, 51, protocol::kUdp) == To(-1, 0));
    CHECK(target(of, ip(10, 2, 0, 1), 50, protocol::kUdp) == To(1, 53));    // a gateway is the host's too
    CHECK(target(of, ip(203, 0, 113, 7), 50, protocol::kUdp) == To(1, 53)); // and so is what a network masquerades with
    CHECK(target(of, ip(198, 51, 100, 1), 50, protocol::kUdp) == To(-1, 0));
}

TEST_CASE("endpoints come and go, and the others keep their numbers and what they publish") {
    test::Dice dice(5);
    Routing of;
    of.set_ways({{1, {ip(10, 1, 0, 0), 16}, ip(10, 1, 255, 254), {}, true, false, 1500, {}}}, {}, {});
    std::map<unsigned, Routing::Number> there; // by the address' last 16 bits, which are published as a port too
    for (unsigned step = 0; step < 20'000; ++step) {
        const unsigned which = dice.between(1, 500);
        const auto known = there.find(which);
        if (known != there.end()) {
            of.remove(known->second);
            of.publish({known->second}, {});
            there.erase(known);
        } else {
            const auto number = of.add({ip(10, 1, 0, which), {}, 1, 1, which});
            const auto port = static_cast<std::uint16_t>(which);
            of.publish({number}, {{protocol::kTcp, {}, {port, port}, 80, number}});
            there.emplace(which, number);
        }
        REQUIRE(of.size() == there.size());
        const unsigned other = dice.between(1, 500);
        const auto* const found = of.endpoint_at(ip(10, 1, 0, other));
        REQUIRE((found != nullptr) == there.contains(other));
        if (found != nullptr) {
            REQUIRE(found == &of.endpoints[there.at(other)]);
            REQUIRE(found->worker == other);
            REQUIRE(target(of, ip(10, 1, 255, 254), other, protocol::kTcp) == To(there.at(other), 80));
        } else {
            REQUIRE(target(of, ip(10, 1, 255, 254), other, protocol::kTcp) == To(-1, 0));
        }
    }
    CHECK(of.endpoints.size() <= 500); // numbers are used again
}

TEST_CASE("every endpoint is found by its address, and nobody by another") {
    for (const unsigned count : {0U, 1U, 2U, 253U, 20'000U}) {
        Routing of;
        for (unsigned i = 0; i < count; ++i) { // one after the other, then 3 apart
            CHECK(of.add({ip(10, 1, 0, i < count / 2 ? i : 3 * i), {}, 1, 1, i}) == i);
        }
        std::size_t found = 0;
        for (unsigned i = 0; i < 4 * count + 1000; ++i) {
            const auto* endpoint = of.endpoint_at(ip(10, 1, 0, i));
            REQUIRE((endpoint == nullptr || endpoint->ipv4 == ip(10, 1, 0, i)));
            found += endpoint != nullptr ? 1 : 0;
        }
        CHECK(found == count);
    }
}

TEST_CASE("subnets hold what is between their edges") {
    const auto of = routing();
    const auto zone_of = [&](Ipv4 address) { return of.network_of(address) ? of.network_of(address)->zone : 0; };
    CHECK(zone_of(ip(10, 0, 255, 255)) == 0);
    CHECK(zone_of(ip(10, 1, 0, 0)) == 5);
    CHECK(zone_of(ip(10, 1, 255, 255)) == 5);
    CHECK(zone_of(ip(10, 2, 0, 0)) == 2);
    CHECK(zone_of(ip(10, 2, 0, 255)) == 2);
    CHECK(zone_of(ip(10, 2, 1, 0)) == 0);
    CHECK(zone_of({}) == 0);
    CHECK(zone_of(ip(255, 255, 255, 255)) == 0);
    CHECK(of.network_in(5) == &of.networks[0]);
    CHECK(of.network_in(2) == &of.networks[1]);
    for (const unsigned none : {0U, 1U, 3U, 4U, 6U, 65535U}) {
        CHECK(of.network_in(static_cast<Zone>(none)) == nullptr);
    }
    CHECK(Routing().network_of(ip(10, 1, 0, 0)) == nullptr);
    CHECK(Routing().network_in(0) == nullptr);
}

TEST_CASE("the owner of a packet from outside has its container's port") {
    const auto of = routing();
    constexpr unsigned self = 77;
    CHECK(of.owner_of(kHost, be16{50}, protocol::kTcp, self) == 2);
    CHECK(of.owner_of(kOther, be16{50}, protocol::kTcp, self) == 0);
    CHECK(of.owner_of(kOther, be16{50}, protocol::kUdp, self) == 1);
    CHECK(of.owner_of(kOther, be16{61000}, protocol::kUdp, self) == 0);
    CHECK(of.owner_of(kOther, be16{61003}, protocol::kUdp, self) == 3);
    CHECK(of.owner_of(kOther, be16{61004}, protocol::kUdp, self) == self);
    CHECK(of.owner_of(ip(10, 2, 0, 3), be16{61003}, protocol::kUdp, self) == 2);
    CHECK(of.owner_of(ip(10, 2, 0, 99), be16{61003}, protocol::kUdp, self) == self);
    CHECK(of.owner_of(ip(198, 51, 100, 1), be16{61003}, protocol::kUdp, self) == self);
}

TEST_CASE("the longest prefix that holds a destination leads to it") {
    RoutedUplink uplink{9, 0, {}, 1500, ip(192, 0, 2, 1), {{kHost, 24}, {ip(10, 0, 0, 2), 32}}, {}};
    uplink.routes = {{{ip(10, 0, 0, 0), 8}, ip(192, 0, 2, 5)},     {{ip(10, 1, 0, 0), 16}, {}},
                     {{ip(192, 0, 2, 128), 25}, ip(192, 0, 2, 6)}, {{ip(192, 0, 0, 0), 16}, ip(192, 0, 2, 7)},
                     {{ip(192, 0, 2, 0), 24}, ip(192, 0, 2, 8)},   {{ip(10, 1, 2, 0), 24}, ip(192, 0, 2, 9)}};
    const Routing of = with_uplink(uplink);
    CHECK(of.next_hop(ip(10, 255, 0, 1)) == ip(192, 0, 2, 5));
    CHECK(of.next_hop(ip(10, 1, 0, 1)) == ip(10, 1, 0, 1));
    CHECK(of.next_hop(ip(10, 1, 2, 1)) == ip(192, 0, 2, 9));
    CHECK(of.next_hop(ip(192, 0, 2, 127)) == ip(192, 0, 2, 8)); // a route goes before an address's own prefix
    CHECK(of.next_hop(ip(192, 0, 2, 128)) == ip(192, 0, 2, 6));
    CHECK(of.next_hop(ip(192, 0, 3, 1)) == ip(192, 0, 2, 7));
    CHECK(of.next_hop(ip(9, 255, 255, 255)) == ip(192, 0, 2, 1));
    CHECK(of.next_hop(ip(11, 0, 0, 0)) == ip(192, 0, 2, 1));
    uplink.routes = {{{}, ip(192, 0, 2, 5)}};
    CHECK(with_uplink(uplink).next_hop(ip(8, 8, 8, 8)) == ip(192, 0, 2, 5));
}

TEST_CASE("the host has its own addresses, and where it is attached what is for all of the network") {
    auto of = routing();
    const auto asked = {kHost,
                        ip(10, 1, 0, 1),
                        ip(10, 2, 0, 1),
                        ip(10, 1, 255, 255),
                        ip(10, 2, 0, 255),
                        ip(255, 255, 255, 255),
                        ip(10, 1, 0, 0),
                        ip(10, 1, 0, 2),
                        ip(198, 51, 100, 1)};
    const auto answers = [&](Zone zone) {
        std::string text;
        for (const auto address : asked) {
            text += of.is_for_host(address, zone) ? 'y' : 'n';
        }
        return text;
    };
    CHECK(answers(5) == "yyynnnnnn");
    CHECK(answers(kUplinkZone) == "yyynnnnnn");
    of.networks[0].host_port = 7;
    CHECK(answers(5) == "yyyynynnn");
    CHECK(answers(2) == "yyynnnnnn");
    CHECK(answers(kUplinkZone) == "yyynnnnnn");
    Routing with;
    with.set_ways({}, {}, {}, {ip(198, 51, 100, 1), ip(192, 0, 2, 77)});
    CHECK(with.is_host(ip(192, 0, 2, 77)));
    CHECK(with.is_host(ip(198, 51, 100, 1)));
    CHECK_FALSE(with.is_nat_address(ip(198, 51, 100, 1)));
}

TEST_CASE("the next hop is the destination on a link, else the gateway, else nothing") {
    auto of = routing();
    CHECK(of.next_hop(ip(192, 0, 2, 200)) == ip(192, 0, 2, 200));
    CHECK(of.next_hop(ip(192, 0, 3, 0)) == ip(192, 0, 2, 1));
    CHECK(of.source_for(ip(192, 0, 2, 1)) == kHost);
    CHECK(of.source_for(ip(8, 8, 8, 8)) == kHost);
    of.uplink->gateway = {};
    CHECK(of.next_hop(ip(192, 0, 3, 0)).is_unspecified());
    of.uplink.reset();
    CHECK(of.next_hop(ip(192, 0, 2, 200)).is_unspecified());
    CHECK(of.is_host(ip(10, 1, 0, 1)));
    CHECK_FALSE(of.is_nat_address(ip(10, 1, 0, 1)));
    CHECK(of.is_nat_address(ip(203, 0, 113, 7)));
}

} // namespace pontoon::routing_test
