// The uplink: what is wrong with one, and what it may have several of.
#include <catch2/catch.hpp>

#include "tests/unit/control/topologies.hpp"

namespace pontoon::topology_uplink_test {

namespace {

std::string uplink(const std::string& rest) {
    return with_uplink("{'ipv4':'203.0.113.10/24'," + rest + "}");
}

InterfaceAddress4 on(const char* text) {
    return InterfaceAddress4::parse(text).value();
}

std::vector<PortRange> nat_ports(const std::string& text) {
    const auto config = parsed(uplink("'nat_ports':" + text));
    return config ? config->uplink->nat_ports : std::vector<PortRange>{};
}

} // namespace

TEST_CASE("a wrong uplink is refused with its place and the reason") {
    check_all({
        {with_uplink("{}"), "uplink.ipv4: is missing"},
        {with_uplink("{'ipv4':'203.0.113.10'}"),
         "uplink.ipv4: \"203.0.113.10\" is not an IPv4 address with a prefix length"},
        {with_uplink("{'ipv4':'203.0.113.0/24'}"),
         "uplink.ipv4: 203.0.113.0 is the network or broadcast address of 203.0.113.0/24"},
        {with_uplink("{'ipv4':'172.18.3.4/24'}"), "uplink.ipv4: 172.18.3.0/24 overlaps 172.18.0.0/16 of network web"},
        {uplink("'gateway':'203.0.114.1'"), "uplink.gateway: 203.0.114.1 is outside 203.0.113.0/24 of the uplink"},
        {uplink("'mac':'01:00:00:00:00:00'"), "uplink.mac: 01:00:00:00:00:00 is not the address of one station"},
        {uplink("'nat_ports':'5-4'"), "uplink.nat_ports: \"5-4\" is not a port or a range of ports"},
        {uplink("'neighbors':[]"), "uplink.neighbors: must be an object"},
        {uplink("'neighbors':{'x\\n':'02:00:00:00:00:01'}"), "uplink.neighbors: \"x?\" is not an IPv4 address"},
        {uplink("'neighbors':{'203.0.113.1':'x'}"), "uplink.neighbors.203.0.113.1: \"x\" is not a MAC address"},
        {uplink("'neighbors':{'203.0.113.1':1}"), "uplink.neighbors.203.0.113.1: \"\" is not a MAC address"},
    });
}

TEST_CASE("an uplink may have several addresses, and its MAC follows the first") {
    const auto config = parsed(with_uplink("{'ipv4':['203.0.113.10/24','203.0.113.11/24','203.0.113.130/25',"
                                           "'198.51.100.7/32']}"));
    REQUIRE(config.has_value());
    CHECK(config->uplink->ipv4 ==
          std::vector{on("203.0.113.10/24"), on("203.0.113.11/24"), on("203.0.113.130/25"), on("198.51.100.7/32")});
    CHECK(config->uplink->mac == mac_of(config->uplink->ipv4[0].address));
    CHECK(parsed(with_uplink("{'ipv4':['203.0.113.10/24']}")) == parsed(with_uplink("{'ipv4':'203.0.113.10/24'}")));
}

TEST_CASE("each address of an uplink is checked") {
    const auto second = [](const std::string& text) {
        return with_uplink("{'ipv4':['203.0.113.10/24'," + text + "]}");
    };
    check_all({
        {with_uplink("{'ipv4':[]}"), "uplink.ipv4: must not be empty"},
        {with_uplink("{'ipv4':1}"), "uplink.ipv4: must be a string or an array of strings"},
        {second("1"), "uplink.ipv4[1]: must be a string"},
        {second("'203.0.113.11'"), "uplink.ipv4[1]: \"203.0.113.11\" is not an IPv4 address with a prefix length"},
        {second("'203.0.113.255/24'"),
         "uplink.ipv4[1]: 203.0.113.255 is the network or broadcast address of 203.0.113.0/24"},
        {second("'172.18.9.9/30'"), "uplink.ipv4[1]: 172.18.9.8/30 overlaps 172.18.0.0/16 of network web"},
        {second("'172.16.0.1/12'"), "uplink.ipv4[1]: 172.16.0.0/12 overlaps 172.18.0.0/16 of network web"},
        {second("'203.0.113.10/24'"), "uplink.ipv4[1]: 203.0.113.10 comes twice"},
        {second("'203.0.113.10/25'"), "uplink.ipv4[1]: 203.0.113.10 comes twice"},
        {second("'203.0.113.11/24','203.0.113.11/24'"), "uplink.ipv4[2]: 203.0.113.11 comes twice"},
    });
}

TEST_CASE("the uplink's gateway is a host of one of its prefixes") {
    const auto gateway = [](const std::string& addresses, const std::string& address) {
        return error_of(with_uplink("{'ipv4':[" + addresses + "],'gateway':'" + address + "'}"));
    };
    const std::string apart = "'203.0.113.10/24','198.51.100.10/24'";
    CHECK(gateway(apart, "203.0.113.1") == "none");
    CHECK(gateway(apart, "198.51.100.1") == "none");
    CHECK(gateway(apart, "192.0.2.1") == "uplink.gateway: 192.0.2.1 is outside every prefix of the uplink");
    CHECK(gateway(apart, "198.51.100.0") ==
          "uplink.gateway: 198.51.100.0 is the network or broadcast address of 198.51.100.0/24");
    CHECK(gateway("'203.0.113.10/24'", "203.0.113.0") ==
          "uplink.gateway: 203.0.113.0 is the network or broadcast address of 203.0.113.0/24");
    // The second's network address is one of the first's hosts.
    CHECK(gateway("'203.0.113.130/25','203.0.113.10/24'", "203.0.113.128") == "none");
}

TEST_CASE("an uplink may have several ranges of NAT ports") {
    const std::vector<PortRange> both{{61000, 62000}, {63000, 65535}};
    CHECK(nat_ports("'61000-62000,63000-65535'") == both);
    CHECK(nat_ports("['61000-62000','63000-65535']") == both);
    CHECK(nat_ports("['7,9-10','1-5']") == std::vector<PortRange>{{7, 7}, {9, 10}, {1, 5}});
    CHECK(nat_ports("'61000-62000,62001'") == std::vector<PortRange>{{61000, 62000}, {62001, 62001}});
    CHECK(nat_ports("'1-65535'") == std::vector<PortRange>{{1, 65535}});
    const auto bad = [](const std::string& text) {
        return "uplink.nat_ports: \"" + text + "\" is not a port or a range of ports";
    };
    check_all({
        {uplink("'nat_ports':''"), bad("")},
        {uplink("'nat_ports':'7,'"), bad("")},
        {uplink("'nat_ports':',7'"), bad("")},
        {uplink("'nat_ports':'7,,8'"), bad("")},
        {uplink("'nat_ports':'7, 8'"), bad(" 8")},
        {uplink("'nat_ports':'7,9-8'"), bad("9-8")},
        {uplink("'nat_ports':[]"), "uplink.nat_ports: must not be empty"},
        {uplink("'nat_ports':7"), "uplink.nat_ports: must be a string or an array of strings"},
        {uplink("'nat_ports':['7',8]"), "uplink.nat_ports[1]: must be a string"},
        {uplink("'nat_ports':['7','x']"), "uplink.nat_ports[1]: \"x\" is not a port or a range of ports"},
        {uplink("'nat_ports':'7,7'"), "uplink.nat_ports: 7 overlaps 7"},
        {uplink("'nat_ports':'61000-62000,60000-61000'"), "uplink.nat_ports: 60000-61000 overlaps 61000-62000"},
        {uplink("'nat_ports':['61000-62000','1','61500']"), "uplink.nat_ports[2]: 61500 overlaps 61000-62000"},
    });
}

TEST_CASE("an uplink's routes lead through gateways on the link, or are on it") {
    const auto config =
        parsed(uplink("'routes':[{'destination':'10.1.0.0/16','gateway':'10.9.0.1'},"
                      "{'destination':'10.9.0.0/24'},{'destination':'0.0.0.0/0','gateway':'203.0.113.2'}]"));
    REQUIRE(config.has_value());
    const auto route = [](const char* to, const char* gateway) {
        return Route4{Prefix4::parse(to).value(), Ipv4::parse(gateway).value()};
    };
    CHECK(config->uplink->routes == std::vector{route("10.1.0.0/16", "10.9.0.1"), route("10.9.0.0/24", "0.0.0.0"),
                                                route("0.0.0.0/0", "203.0.113.2")});
    CHECK(parsed(uplink("'mtu':1500"))->uplink->routes.empty());
    const auto routes = [](const std::string& text) { return uplink("'routes':[" + text + "]"); };
    check_all({
        {uplink("'routes':{}"), "uplink.routes: must be an array"},
        {routes("{}"), "uplink.routes[0].destination: is missing"},
        {routes("{'destination':'10.0.0.1/8'}"),
         "uplink.routes[0].destination: \"10.0.0.1/8\" has host bits set; the subnet is 10.0.0.0/8"},
        {routes("{'destination':'10.0.0.0/8','gateway':'10.0.0.1'}"),
         "uplink.routes[0].gateway: 10.0.0.1 is outside 203.0.113.0/24 of the uplink"},
        {routes("{'destination':'10.0.0.0/8','gateway':'203.0.113.0'}"),
         "uplink.routes[0].gateway: 203.0.113.0 is the network or broadcast address of 203.0.113.0/24"},
        {routes("{'destination':'10.0.0.0/8'},{'destination':'11.0.0.0/8','gateway':'12.0.0.1'}"),
         "uplink.routes[1].gateway: 12.0.0.1 is outside every prefix of the uplink"},
        {routes("{'destination':'10.0.0.0/8'},{'destination':'10.0.0.0/8','gateway':'203.0.113.2'}"),
         "uplink.routes[1].destination: 10.0.0.0/8 comes twice"},
        {routes("{'destination':'10.0.0.0/8','metric':1}"), "uplink.routes[0].metric: unknown key"},
    });
    // The gateway to everywhere may be behind a route on the link, as where the address is a /32.
    CHECK(error_of(with_uplink("{'ipv4':'203.0.113.10/32','gateway':'198.51.100.1',"
                               "'routes':[{'destination':'198.51.100.1/32'}]}")) == "none");
}

TEST_CASE("an uplink may be shared with the host") {
    CHECK_FALSE(parsed(uplink("'mtu':1500"))->uplink->shared);
    CHECK(parsed(uplink("'shared':true"))->uplink->shared);
    check_all({{uplink("'shared':1"), "uplink.shared: must be true or false"}});
}

TEST_CASE("an uplink has an MTU") {
    const auto mtu = [](const std::string& text) { return parsed(uplink("'mtu':" + text)).value().uplink->mtu; };
    CHECK(parsed(with_uplink("{'ipv4':'203.0.113.10/24'}"))->uplink->mtu == 1500);
    CHECK(mtu("68") == 68);
    CHECK(mtu("65535") == 65535);
    for (const auto* text : {"67", "65536", "-1", "1500.0", "'1500'"}) {
        check_all({{uplink("'mtu':" + std::string(text)), "uplink.mtu: must be an integer from 68 to 65535"}});
    }
}

} // namespace pontoon::topology_uplink_test
