// Topologies with something wrong, and the one line that says what.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "tests/unit/control/topologies.hpp"

namespace pontoon::topology_errors_test {

TEST_CASE("what is no topology at all is refused") {
    check_all({
        {"", "line 1, column 1: not JSON: incomplete JSON"},
        {"[]", "must be an object"},
        {"null", "must be an object"},
        {"{'networks':[}", "line 1, column 14: not JSON: syntax error"},
        {"{\n  'networks':\n  [] x}", "line 3, column 6: not JSON: syntax error"},
        {"{} {}", "line 1, column 4: not JSON: extra data"},
        {"{'network':[]}", "network: unknown key"},
        {"{'networks':{}}", "networks: must be an array"},
        {"{'endpoints':'a1'}", "endpoints: must be an array"},
        {"{'uplink':[]}", "uplink: must be an object"},
        {"{'publish':[1]}", "publish[0]: must be an object"},
        {"{'a\\nb\\u0007':1}", "a?b?: unknown key"},
    });
}

TEST_CASE("a wrong network is refused with its place and the reason") {
    const auto network = [](const std::string& rest) { return with_network("{'name':'web'," + rest + "}"); };
    check_all({
        {with_network("{'subnet':'10.0.0.0/8'}"), "networks[0].name: is missing"},
        {with_network("{'name':7}"), "networks[0].name: must be a string"},
        {with_network("{'name':''}"),
         "networks[0].name: \"\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed"},
        {with_network("{'name':'../a'}"),
         "networks[0].name: \"../a\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed"},
        {with_network("{'name':'a\\nb'}"),
         "networks[0].name: \"a?b\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed"},
        {with_network("{'name':'web'}"), "networks[0].subnet: is missing"},
        {network("'subnet':'172.18.0.0'"), "networks[0].subnet: \"172.18.0.0\" is not an IPv4 subnet"},
        {network("'subnet':'172.18.5.0/16'"),
         "networks[0].subnet: \"172.18.5.0/16\" has host bits set; the subnet is 172.18.0.0/16"},
        {network("'subnet':'10.0.0.0/8','gateway':'11.0.0.1'"),
         "networks[0].gateway: 11.0.0.1 is outside 10.0.0.0/8 of network web"},
        {network("'subnet':'10.0.0.0/8','gateway':'10.255.255.255'"),
         "networks[0].gateway: 10.255.255.255 is the network or broadcast address of 10.0.0.0/8"},
        {network("'subnet':'10.0.0.0/8','gateway':'x'"), "networks[0].gateway: \"x\" is not an IPv4 address"},
        {network("'subnet':'10.0.0.0/8','mac':'01:00:00:00:00:01'"),
         "networks[0].mac: 01:00:00:00:00:01 is not the address of one station"},
        {network("'subnet':'10.0.0.0/8','mac':'00:00:00:00:00:00'"),
         "networks[0].mac: 00:00:00:00:00:00 is not the address of one station"},
        {network("'subnet':'10.0.0.0/8','icc':1"), "networks[0].icc: must be true or false"},
        {network("'subnet':'10.0.0.0/8','mtu':67"), "networks[0].mtu: must be an integer from 68 to 65535"},
        {network("'subnet':'10.0.0.0/8','mtu':65536"), "networks[0].mtu: must be an integer from 68 to 65535"},
        {network("'subnet':'10.0.0.0/8','mtu':1500.5"), "networks[0].mtu: must be an integer from 68 to 65535"},
        {network("'subnet':'10.0.0.0/8','mtu':99999999999999999999"),
         "networks[0].mtu: must be an integer from 68 to 65535"},
        {network("'subnet':'10.0.0.0/8','host_ipv4':'x'"), "networks[0].host_ipv4: \"x\" is not an IPv4 address"},
        {network("'subnet':'10.0.0.0/8','host_ipv4':['1.2.3.4']"), "networks[0].host_ipv4: must be a string"},
        {network("'subnet':'10.0.0.0/8','host_ipv4':'10.1.2.3'"),
         "networks[0].host_ipv4: 10.1.2.3 is inside 10.0.0.0/8 of network web"},
        {with_network("{'name':'x','subnet':'10.0.0.0/8','host_ipv4':'172.18.255.255'}," + kWeb),
         "networks[0].host_ipv4: 172.18.255.255 is inside 172.18.0.0/16 of network web"},
        {network("'subnet':'10.0.0.0/8','color':'red'"), "networks[0].color: unknown key"},
        {with_network(kWeb + ",{'name':'web','subnet':'10.0.0.0/8'}"),
         "networks[1].name: there is a network web already"},
        {with_network(kWeb + ",{'name':'x','subnet':'172.18.5.0/24'}"),
         "networks[1].subnet: 172.18.5.0/24 overlaps 172.18.0.0/16 of network web"},
        {with_network(kWeb + ",{'name':'x','subnet':'172.16.0.0/12'}"),
         "networks[1].subnet: 172.16.0.0/12 overlaps 172.18.0.0/16 of network web"},
        {with_network(kWeb + ",{'name':'x','subnet':'172.18.0.0/16'}"),
         "networks[1].subnet: 172.18.0.0/16 overlaps 172.18.0.0/16 of network web"},
    });
}

TEST_CASE("a network's host_ipv4 is the address of one host") {
    const auto network = [](const std::string& address) {
        return with_network("{'name':'web','subnet':'10.0.0.0/8','host_ipv4':'" + address + "'}");
    };
    for (const std::string address :
         {"0.0.0.0", "0.255.255.255", "127.0.0.1", "127.255.255.255", "224.0.0.0", "239.1.2.3", "255.255.255.255"}) {
        check_all({{network(address), "networks[0].host_ipv4: " + address + " is not the address of one host"}});
    }
    for (const auto* address :
         {"1.0.0.0", "126.255.255.255", "128.0.0.0", "223.255.255.255", "9.255.255.255", "11.0.0.0"}) {
        check_all({{network(address), "none"}});
    }
}

TEST_CASE("a wrong endpoint is refused with its place and the reason") {
    const auto endpoint = [](const std::string& rest) {
        return with_endpoint("{'name':'a1','network':'web'," + rest + "}");
    };
    check_all({
        {with_endpoint("{'name':'uplink'}"), "endpoints[0].name: uplink is the name of the way out"},
        {with_endpoint("{'name':'.a'}"),
         "endpoints[0].name: \".a\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed"},
        {with_endpoint("{'name':'a1','network':'x\\u001b[31m','ipv4':'172.18.0.2'}"),
         "endpoints[0].network: there is no network x?[31m"},
        {with_endpoint("{'name':'a1','network':'web'}"), "endpoints[0].ipv4: is missing"},
        {endpoint("'ipv4':'172.19.0.2'"), "endpoints[0].ipv4: 172.19.0.2 is outside 172.18.0.0/16 of network web"},
        {endpoint("'ipv4':'172.18.0.0'"),
         "endpoints[0].ipv4: 172.18.0.0 is the network or broadcast address of 172.18.0.0/16"},
        {endpoint("'ipv4':'172.18.0.1'"), "endpoints[0].ipv4: 172.18.0.1 is taken in network web"},
        {endpoint("'ipv4':'172.18.0.2','mac':'02:42:ac:12:00:01'"),
         "endpoints[0].mac: 02:42:ac:12:00:01 is taken in network web"},
        {endpoint("'ipv4':'172.18.0.2','mac':'ff:ff:ff:ff:ff:ff'"),
         "endpoints[0].mac: ff:ff:ff:ff:ff:ff is not the address of one station"},
        {endpoint("'ipv4':'172.18.0.2','mtu':1500"), "endpoints[0].mtu: unknown key"},
        {with_endpoint(kA1 + ",{'name':'a1'}"), "endpoints[1].name: there is an endpoint a1 already"},
        {with_endpoint(kA1 + ",{'name':'a2','network':'web','ipv4':'172.18.0.2'}"),
         "endpoints[1].ipv4: 172.18.0.2 is taken in network web"},
    });
}

TEST_CASE("no error holds a control character or is longer than a line") {
    std::string nasty;
    for (int c = 0; c < 0x20; ++c) {
        nasty += "\\u00" + std::string(c < 16 ? "0" : "1") + "0123456789abcdef"[c % 16];
    }
    nasty += "\x7f" + std::string(1000, 'x');
    const std::string text = "'" + nasty + "'";
    for (const auto& json :
         {"{" + text + ":1}", with_network("{" + text + ":1}"), with_network("{'name':" + text + "}"),
          with_network("{'name':'a','subnet':" + text + "}"), with_endpoint("{'name':'a','network':" + text + "}"),
          with_endpoint("{'name':'a','network':'web','ipv4':" + text + "}"),
          with_endpoint("{'name':'a','network':'web','ipv4':'172.18.0.2','mac':" + text + "}"),
          with_publish("{'host_port':" + text + "}"), with_publish("{'host_port':'1','protocol':" + text + "}"),
          with_publish("{'host_port':'1','endpoint':" + text + "}"), with_uplink("{'ipv4':" + text + "}"),
          with_uplink("{'ipv4':[" + text + "]}"), with_uplink("{'ipv4':'203.0.113.10/24','nat_ports':" + text + "}"),
          with_network("{'name':'a','subnet':'10.0.0.0/8','host_ipv4':" + text + "}"), "{'conntrack':{" + text + ":1}}",
          with_links("{'from':" + text + ",'to':'a1'}"), with_links("{'from':'a1','to':" + text + "}"),
          with_links("{'from':'a1','to':'a2','ports':[" + text + "]}"),
          with_uplink("{'ipv4':'203.0.113.10/24','neighbors':{" + text + ":1}}")}) {
        const auto error = error_of(json);
        CHECK(error != "none");
        CHECK(error.size() < 200);
        CHECK(std::ranges::none_of(error, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    }
}

TEST_CASE("JSON nested too deep or cut anywhere is an error and no crash") {
    CHECK(error_of(std::string(100'000, '[')).contains("not JSON"));
    const std::string json = with_publish("{'host_port':'80','endpoint':'a1','port':'80'}");
    REQUIRE(error_of(json) == "none");
    for (std::size_t length = 0; length < json.size(); ++length) {
        CHECK(error_of(json.substr(0, length)).contains(": not JSON: "));
    }
}

} // namespace pontoon::topology_errors_test
