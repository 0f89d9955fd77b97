// Published ports: what is wrong with one, and what they leave each other.
#include <catch2/catch.hpp>

#include <ctime>

#include "tests/unit/control/topologies.hpp"

namespace pontoon::topology_publish_test {

namespace {

const std::string kUplink = ",'uplink':{'ipv4':['203.0.113.10/24','198.51.100.10/24'],'nat_ports':'61000-61999,63000'}";

// One published port after the other, all of them to a1 but the last, which is a2's.
std::string published(const std::vector<std::string>& publishes, const std::string& rest = "",
                      const std::string& networks = kWeb) {
    std::string all;
    for (const auto& publish : publishes) {
        all += (all.empty() ? "{" : ",{") + publish +
               (&publish == &publishes.back() ? ",'endpoint':'a2'}" : ",'endpoint':'a1'}");
    }
    return with_publish(all, rest, networks);
}

std::string one(const std::string& host_ip, const std::string& ports, const std::string& protocol = "tcp") {
    return "'host_ip':'" + host_ip + "','host_port':'" + ports + "','port':'" + ports + "','protocol':'" + protocol +
           "'";
}

} // namespace

TEST_CASE("a wrong published port is refused with its place and the reason") {
    const auto publish = [](const std::string& host, const std::string& rest = "'port':'80'") {
        return with_publish("{'host_port':'" + host + "','endpoint':'a1'," + rest + "}");
    };
    const auto bad = [](const std::string& text) {
        return "publish[0].host_port: \"" + text + "\" is not a port or a range of ports";
    };
    for (const auto* text : {"", "0", "65536", "-1", "80-", "-", "90-80", "80x", "+80", " 80", "80-90-100", "0-5"}) {
        check_all({{publish(text), bad(text)}});
    }
    check_all({
        {with_publish("{'endpoint':'a1','port':'80'}"), "publish[0].host_port: is missing"},
        {with_publish("{'host_port':80}"), "publish[0].host_port: must be a string"},
        {with_publish("{'host_port':'80'}"), "publish[0].endpoint: is missing"},
        {with_publish("{'host_port':'80','endpoint':'a\\r'}"), "publish[0].endpoint: there is no endpoint a?"},
        {publish("80-81"), "publish[0].port: the ranges of host_port and port differ in size"},
        {publish("80", "'port':'0'"), "publish[0].port: \"0\" is not a port or a range of ports"},
        {publish("80", "'port':'80','protocol':'icmp'"), "publish[0].protocol: \"icmp\" is none of tcp, udp, sctp"},
        {publish("80", "'port':'80','host_ip':'x'"), "publish[0].host_ip: \"x\" is not an IPv4 address"},
        {with_publish("{'host_port':'80-90','endpoint':'a1','port':'80-90'},"
                      "{'host_port':'90','endpoint':'a1','port':'1'}"),
         "publish[1].host_port: overlaps a port that is published to a1"},
        {"{'networks':[" + kWeb + "],'endpoints':[" + kA1 +
             "],'uplink':{'ipv4':'203.0.113.10/24'},'publish':[{'host_port':'61000','endpoint':'a1','port':'1'}]}",
         "publish[0].host_port: overlaps nat_ports 61000-65535 of the uplink"},
    });
}

TEST_CASE("published ports do not overlap on one address and protocol") {
    const std::string overlaps = "publish[1].host_port: overlaps a port that is published to a1";
    for (const auto* address : {"0.0.0.0", "203.0.113.10"}) {
        const auto error = [&](const std::string& first, const std::string& second) {
            return error_of(published({one(address, first), one(address, second)}));
        };
        CHECK(error("80", "80") == overlaps);
        CHECK(error("80-90", "85") == overlaps);
        CHECK(error("85", "80-90") == overlaps);
        CHECK(error("80-90", "90-95") == overlaps);
        CHECK(error("80-90", "75-80") == overlaps);
        CHECK(error("80-90", "91") == "none");
        CHECK(error("80-90", "79") == "none");
        CHECK(error("1-65535", "65535") == overlaps);
        CHECK(error("1-32767", "32768-65535") == "none");
    }
    CHECK(error_of(published({one("0.0.0.0", "80"), one("0.0.0.0", "90-99"), one("0.0.0.0", "70-80")})) ==
          "publish[2].host_port: overlaps a port that is published to a1");
}

TEST_CASE("one port may be published once for each protocol, for everyone, and for an address") {
    CHECK(error_of(published(
              {one("0.0.0.0", "80", "tcp"), one("0.0.0.0", "80", "udp"), one("0.0.0.0", "80", "sctp")})) == "none");
    CHECK(error_of(published({one("0.0.0.0", "80-90"), one("203.0.113.10", "85"), one("198.51.100.10", "85")},
                             kUplink)) == "none");
    CHECK(error_of(published({one("203.0.113.10", "85"), one("0.0.0.0", "1-100")}, kUplink)) == "none");
}

TEST_CASE("a port that flows leave with is not published where they leave") {
    const std::string networks = kWeb + ",{'name':'db','subnet':'172.19.0.0/16','host_ipv4':'203.0.113.20'}";
    const auto error = [&](const std::string& address, const std::string& ports, const std::string& protocol = "tcp") {
        return error_of(published({one(address, ports, protocol)}, kUplink, networks));
    };
    const std::string overlaps = "publish[0].host_port: overlaps nat_ports 61000-61999 of the uplink";
    for (const auto* address : {"0.0.0.0", "203.0.113.10", "198.51.100.10", "203.0.113.20"}) {
        CHECK(error(address, "61000") == overlaps);
        CHECK(error(address, "1-61000", "udp") == overlaps);
        CHECK(error(address, "61999-62999", "sctp") == overlaps);
        CHECK(error(address, "62000-63000") == "publish[0].host_port: overlaps nat_ports 63000 of the uplink");
        CHECK(error(address, "62000-62999") == "none");
        CHECK(error(address, "1-60999") == "none");
    }
    for (const auto* address : {"172.18.0.1", "172.19.0.1", "127.0.0.1"}) {
        CHECK(error(address, "1-65535") == "none");
    }
}

TEST_CASE("a port is published on an address of the host") {
    const std::string networks =
        kWeb + ",{'name':'db','subnet':'172.19.0.0/16','gateway':'172.19.0.9','host_ipv4':'192.0.2.1'}";
    for (const std::string address : {"0.0.0.0", "203.0.113.10", "198.51.100.10", "192.0.2.1", "172.18.0.1",
                                      "172.19.0.9", "127.0.0.1", "127.255.255.255"}) {
        CHECK(error_of(published({one(address, "80")}, kUplink, networks)) == "none");
    }
    for (const std::string address :
         {"203.0.113.11", "203.0.113.1", "172.18.0.2", "172.19.0.1", "128.0.0.0", "10.0.0.1"}) {
        CHECK(error_of(published({one(address, "80")}, kUplink, networks)) ==
              "publish[0].host_ip: " + address + " is no address of this host");
        CHECK(error_of(published({one(address, "80")})) == "none"); // without an uplink nobody knows
    }
}

// Comparing each port with all before it would be ten billion comparisons.
TEST_CASE("150,000 ports are published in no time") {
    std::string publishes;
    for (const auto* protocol : {"tcp", "udp", "sctp"}) {
        for (int port = 1; port <= 50'000; ++port) {
            const auto text = std::to_string(port % 2 == 0 ? port : 50'000 - port);
            publishes += (publishes.empty() ? "{" : ",{") + one("0.0.0.0", text, protocol) + ",'endpoint':'a1'}";
        }
    }
    const auto begin = std::clock();
    const auto config = parsed(with_publish(publishes));
    const auto spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    REQUIRE(config.has_value());
    CHECK(config->publishes.size() == 150'000);
    CHECK(spent < 5);
    CHECK(error_of(with_publish(publishes + ",{" + one("0.0.0.0", "1-65535") + ",'endpoint':'a2'}")) ==
          "publish[150000].host_port: overlaps a port that is published to a1");
}

} // namespace pontoon::topology_publish_test
