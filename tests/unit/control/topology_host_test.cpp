// The host: the networks it is attached to, and its further addresses.
#include <catch2/catch.hpp>

#include "tests/unit/control/topologies.hpp"

namespace pontoon::topology_host_test {

TEST_CASE("the host is attached to the networks that say so, by a port with a name of its own") {
    const auto config =
        parsed("{'networks':[" + kWeb + ",{'name':'db','subnet':'172.19.0.0/16','host':true}]}").value();
    CHECK(config.networks[0].host_port.empty());
    CHECK(config.networks[1].host_port == "host:db");
    check_all({
        {with_network("{'name':'web','subnet':'172.18.0.0/16','host':'host:web'}"),
         "networks[0].host: must be true or false"},
        {with_endpoint("{'name':'host:web','network':'web','ipv4':'172.18.0.2'}"),
         "endpoints[0].name: \"host:web\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed"},
    });
}

TEST_CASE("the host has further addresses, outside of all networks") {
    const auto with = [](const std::string& addresses, const std::string& rest = "") {
        return "{'networks':[" + kWeb + "],'host_addresses':" + addresses + rest + "}";
    };
    CHECK(parsed(with("['192.0.2.10','198.51.100.1']"))->host_addresses ==
          std::vector{Ipv4::parse("192.0.2.10").value(), Ipv4::parse("198.51.100.1").value()});
    check_all({
        {with("'192.0.2.10'"), "host_addresses: must be an array"},
        {with("[1]"), "host_addresses[0]: must be a string"},
        {with("['192.0.2.10','x']"), "host_addresses[1]: \"x\" is not an IPv4 address"},
        {with("['127.0.0.1']"), "host_addresses[0]: 127.0.0.1 is not the address of one host"},
        {with("['172.18.0.1']"), "host_addresses[0]: 172.18.0.1 is inside 172.18.0.0/16 of network web"},
    });
    // Ports may be published there, also those that are for masquerading at the uplink's addresses.
    const std::string published =
        ",'endpoints':[" + kA1 +
        "],'uplink':{'ipv4':'203.0.113.10/24'},"
        "'publish':[{'host_ip':'192.0.2.10','host_port':'61000','endpoint':'a1','port':'80'}]";
    CHECK(error_of(with("['192.0.2.10']", published)) == "none");
    CHECK(error_of(with("['192.0.2.11']", published)) == "publish[0].host_ip: 192.0.2.10 is no address of this host");
}

} // namespace pontoon::topology_host_test
