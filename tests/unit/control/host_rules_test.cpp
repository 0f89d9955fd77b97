#include "control/host_rules.hpp"

#include <catch2/catch.hpp>

#include <netinet/in.h>

#include <algorithm>
#include <random>
#include <vector>

#include "control/held_ports.hpp"
#include "control/host_proxy.hpp"

namespace pontoon::host_rules_test {
namespace {

Ipv4 ip4(const char* text) {
    return Ipv4::parse(text).value();
}

Ipv6 ip6(const char* text) {
    return Ipv6::parse(text).value();
}

HostRule rule(const char* host_ip, PortRange host, std::uint16_t first, Transport protocol = Transport::tcp) {
    Publish publish{.host_ip = ip4(host_ip), .host_ports = host, .protocol = protocol, .endpoint = "web", .ports = {}};
    publish.ports = {first, static_cast<std::uint16_t>(first + host.size() - 1)};
    return {publish, ip4("172.17.0.2")};
}

// As the kernel's prefix tree: the longest that holds the port.
const PublishedTarget* find(const PublishedPrefixes& prefixes, Ipv4 address, std::uint16_t port) {
    for (int length = 16; length >= 0; --length) {
        const auto first = static_cast<std::uint16_t>(port & (0xffffU << (16 - length)));
        const auto found = prefixes.find({address, Transport::tcp, first, static_cast<std::uint8_t>(length)});
        if (found != prefixes.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

// The ports that some prefix of the address holds: what `find` says of all of them, but in time.
std::vector<bool> covered(const PublishedPrefixes& prefixes, Ipv4 address) {
    std::vector<bool> ports(65536);
    for (const auto& [prefix, target] : prefixes) {
        if (prefix.address == address && prefix.protocol == Transport::tcp) {
            const unsigned size = 1U << (16 - prefix.length);
            std::fill_n(ports.begin() + prefix.port, size, true);
        }
    }
    return ports;
}

} // namespace

TEST_CASE("the prefixes of a range are its ports and no others") {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        const auto a = static_cast<std::uint16_t>(random());
        const auto b = static_cast<std::uint16_t>(round % 3 == 0 ? a + random() % 8 : random());
        const PortRange range = round == 0 ? PortRange{1, 65535} : PortRange{std::min(a, b), std::max(a, b)};
        const auto prefixes = published_prefixes({rule("203.0.113.10", range, 1)});
        CHECK(prefixes.size() <= 2 * 30);
        const auto by_address = covered(prefixes, ip4("203.0.113.10"));
        const auto by_any = covered(prefixes, kSomeAddress);
        for (unsigned port = 0; port <= 65535; ++port) {
            const bool inside = range.first <= port && port <= range.last;
            if (inside != by_address[port] || inside != by_any[port]) {
                FAIL("port " << port << " of " << range.first << "-" << range.last);
            }
        }
    }
}

TEST_CASE("a range of any size costs few prefixes, and one port costs one") {
    CHECK(published_prefixes({rule("0.0.0.0", {1, 65535}, 1)}).size() == 2 * 16);
    CHECK(published_prefixes({rule("0.0.0.0", {0, 65535}, 0)}).size() == 2);
    CHECK(published_prefixes({rule("0.0.0.0", {8080, 8080}, 80)}).size() == 2);
    const auto prefixes = published_prefixes({rule("0.0.0.0", {8080, 8080}, 80), rule("127.0.0.1", {8080, 8080}, 81)});
    CHECK(prefixes.size() == 3);
    CHECK(find(prefixes, Ipv4{}, 8080)->first == 80);
    CHECK(find(prefixes, ip4("127.0.0.1"), 8080)->first == 81);
}

TEST_CASE("the rules are the published ports of networks that are not internal") {
    Config config;
    config.networks = {
        {.name = "bridge", .subnet = {}, .gateway = ip4("172.17.0.1"), .gateway_mac = {}},
        {.name = "inner", .subnet = {}, .gateway = ip4("172.18.0.1"), .gateway_mac = {}, .internal = true}};
    config.endpoints = {{"web", "bridge", ip4("172.17.0.2"), {}}, {"db", "inner", ip4("172.18.0.2"), {}}};
    const auto web = rule("0.0.0.0", {8080, 8081}, 80);
    auto db = web.publish;
    db.endpoint = "db";
    auto nobody = web.publish;
    nobody.endpoint = "nobody";
    config.publishes = {web.publish, db, nobody};
    CHECK(host_rules(config) == std::vector{web});
    config.host_addresses = {ip4("192.0.2.1")};
    config.uplink = Uplink{
        .ipv4 = {InterfaceAddress4::parse("203.0.113.10/24").value()}, .mac = {}, .gateway = {}, .neighbors = {}};
    CHECK(host_addresses(config) ==
          std::set{ip4("172.17.0.1"), ip4("172.18.0.1"), ip4("192.0.2.1"), ip4("203.0.113.10")});
}

TEST_CASE("sockets exclude what is published as they would each other") {
    const auto excludes_at = [](const char* address, const char* host_ip, bool only_ipv6 = false) {
        return excludes({ip6(address), 8080, only_ipv6}, ip4(host_ip));
    };
    CHECK(excludes_at("::ffff:0.0.0.0", "0.0.0.0"));
    CHECK(excludes_at("::ffff:0.0.0.0", "127.0.0.1"));
    CHECK(excludes_at("::ffff:127.0.0.1", "0.0.0.0"));
    CHECK(excludes_at("::ffff:127.0.0.1", "127.0.0.1"));
    CHECK_FALSE(excludes_at("::ffff:127.0.0.1", "203.0.113.10"));
    CHECK(excludes_at("::", "0.0.0.0"));
    CHECK(excludes_at("::", "127.0.0.1"));
    CHECK(excludes_at("::", "0.0.0.0", true)); // ::1 is led to the container too
    CHECK_FALSE(excludes_at("::", "127.0.0.1", true));
    CHECK(excludes_at("::1", "0.0.0.0"));
    CHECK_FALSE(excludes_at("::1", "127.0.0.1"));
    CHECK_FALSE(excludes_at("2001:db8::1", "0.0.0.0"));
}

TEST_CASE("the proxy listens at every address, and a rule for one comes first") {
    const auto plan = proxy_plan({rule("0.0.0.0", {8080, 8081}, 80), rule("127.0.0.1", {8081, 8081}, 90),
                                  rule("0.0.0.0", {53, 53}, 53, Transport::sctp)},
                                 {ip4("203.0.113.10")});
    CHECK(plan.left_out.empty());
    CHECK(plan.ports.size() == 6);
    const auto at = [&](const char* address, std::uint16_t port) {
        return plan.ports.at({Transport::tcp, ip6(address), port}).port;
    };
    CHECK(at("::ffff:127.0.0.1", 8080) == 80);
    CHECK(at("::ffff:127.0.0.1", 8081) == 90);
    CHECK(at("::ffff:203.0.113.10", 8081) == 81);
    CHECK(at("::1", 8081) == 81);
}

TEST_CASE("the proxy has a bounded number of ports, and leaves out wide ranges whole") {
    const auto wide = rule("0.0.0.0", {1000, 60000}, 1000);
    const auto fits = rule("127.0.0.1", {1, 1000}, 1);
    const auto plan = proxy_plan({wide, fits, rule("0.0.0.0", {8080, 8080}, 80)}, {});
    CHECK(plan.left_out == std::vector{wide.publish});
    CHECK(plan.ports.size() == 1002);
    CHECK(proxy_plan({rule("127.0.0.1", {1, kMaxProxyPorts}, 1)}, {}).left_out.empty());
    CHECK(proxy_plan({rule("127.0.0.1", {1, kMaxProxyPorts + 1}, 1)}, {}).ports.empty());
}

TEST_CASE("beside the programs the proxy has datagrams for ::1 only") {
    const auto plan =
        proxy_plan_beside_programs({rule("0.0.0.0", {8080, 8080}, 80), rule("0.0.0.0", {53, 53}, 53, Transport::udp),
                                    rule("127.0.0.1", {54, 54}, 54, Transport::udp)});
    REQUIRE(plan.ports.size() == 1);
    CHECK(plan.ports.begin()->first == ProxyPort{Transport::udp, ip6("::1"), 53});
}

} // namespace pontoon::host_rules_test
