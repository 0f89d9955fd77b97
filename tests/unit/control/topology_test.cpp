#include "control/topology.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/temp_dir.hpp"

namespace pontoon::topology_test {

namespace {

constexpr const char* kExample = R"({
  "networks": [{"name": "web", "subnet": "172.18.0.0/16", "gateway": "172.18.0.1", "icc": true, "masquerade": true,
                "internal": false, "mtu": 1500}],
  "endpoints": [{"name": "a1", "network": "web", "ipv4": "172.18.0.2", "mac": "02:42:ac:12:00:02"}],
  "publish": [{"host_ip": "0.0.0.0", "host_port": "8080", "protocol": "tcp", "endpoint": "a1", "port": "80"}],
  "uplink": {"ipv4": "203.0.113.10/24", "mac": "02:00:00:00:00:0a", "gateway": "203.0.113.1",
             "nat_ports": "61000-65535", "neighbors": {"203.0.113.1": "02:00:00:00:00:01"}}})";

Ipv4 ip(const char* text) {
    return Ipv4::parse(text).value();
}

Mac mac(const char* text) {
    return Mac::parse(text).value();
}

Config example() {
    Config config;
    config.networks.push_back({"web", Prefix4::parse("172.18.0.0/16").value(), ip("172.18.0.1"),
                               mac("02:42:ac:12:00:01"), true, true, false, 1500});
    config.endpoints.push_back({"a1", "web", ip("172.18.0.2"), mac("02:42:ac:12:00:02")});
    config.publishes.push_back({ip("0.0.0.0"), {8080, 8080}, Transport::tcp, "a1", {80, 80}});
    config.uplink = Uplink{{InterfaceAddress4::parse("203.0.113.10/24").value()},
                           mac("02:00:00:00:00:0a"),
                           ip("203.0.113.1"),
                           {PortRange{61000, 65535}},
                           {{ip("203.0.113.1"), mac("02:00:00:00:00:01")}}};
    return config;
}

} // namespace

TEST_CASE("the complete example of a topology means what it says") {
    const auto config = parse_topology(kExample);
    REQUIRE(config.has_value());
    CHECK(*config == example());
}

TEST_CASE("what a topology leaves out has Docker's defaults") {
    const auto config = parse_topology(R"({
        "networks": [{"name": "web", "subnet": "172.18.0.0/16"}],
        "endpoints": [{"name": "a1", "network": "web", "ipv4": "172.18.0.2"}],
        "publish": [{"host_port": "8080", "endpoint": "a1", "port": "80"}],
        "uplink": {"ipv4": "203.0.113.10/24"}})");
    REQUIRE(config.has_value());
    Config wanted = example();
    wanted.uplink->mac = mac("02:42:cb:00:71:0a");
    wanted.uplink->gateway = Ipv4{};
    wanted.uplink->neighbors.clear();
    CHECK(*config == wanted);
    CHECK(parse_topology("{}") == Config{});
}

TEST_CASE("every key of a topology reaches the configuration") {
    const auto config = parse_topology(R"({
        "networks": [{"name": "a.b_c-d", "subnet": "10.0.0.0/31", "mac": "02:00:00:00:00:01", "icc": false,
                      "masquerade": false, "internal": true, "mtu": 9000, "host_ipv4": "203.0.113.20"},
                     {"name": "host", "subnet": "10.9.9.9/32"}],
        "endpoints": [{"name": "x", "network": "a.b_c-d", "ipv4": "10.0.0.1"}],
        "publish": [{"host_ip": "203.0.113.20", "host_port": "1000-1010", "protocol": "udp", "endpoint": "x",
                     "port": "1-11"},
                    {"host_port": "1005", "protocol": "sctp", "endpoint": "x", "port": "65535"}],
        "uplink": {"ipv4": "203.0.113.10/31", "nat_ports": "7"}})");
    REQUIRE(config.has_value());
    const auto& network = config->networks.front();
    CHECK(network.gateway == ip("10.0.0.0"));
    CHECK(network.gateway_mac == mac("02:00:00:00:00:01"));
    CHECK_FALSE(network.icc);
    CHECK_FALSE(network.masquerade);
    CHECK(network.internal);
    CHECK(network.mtu == 9000);
    CHECK(network.host_ipv4 == ip("203.0.113.20"));
    CHECK_FALSE(config->networks.back().host_ipv4.has_value());
    CHECK(config->networks.back().gateway == ip("10.9.9.9"));
    CHECK(config->publishes.front() == Publish{ip("203.0.113.20"), {1000, 1010}, Transport::udp, "x", {1, 11}});
    CHECK(config->publishes.back() == Publish{Ipv4{}, {1005, 1005}, Transport::sctp, "x", {65535, 65535}});
    CHECK(config->uplink->nat_ports == std::vector{PortRange{7, 7}});
}

TEST_CASE("networks may use one name, one address and one MAC each for itself") {
    CHECK(parse_topology(R"({
        "networks": [{"name": "a", "subnet": "10.0.0.0/24", "mac": "02:00:00:00:00:01"},
                     {"name": "b", "subnet": "10.0.1.0/24", "mac": "02:00:00:00:00:01"}],
        "endpoints": [{"name": "a", "network": "a", "ipv4": "10.0.0.2", "mac": "02:00:00:00:00:02"},
                      {"name": "b", "network": "b", "ipv4": "10.0.1.2", "mac": "02:00:00:00:00:02"}]})")
              .has_value());
}

TEST_CASE("a topology comes from a file, which errors name") {
    const TempDir dir;
    const auto file = dir / "a.json";
    CHECK(load_topology(file).error() == file.string() + ": cannot be read");
    const std::string text = kExample;
    write_file(file, {text.begin(), text.end()});
    CHECK(load_topology(file) == example());
    write_file(file, {'{', '\n', ' ', '}', '}'});
    CHECK(load_topology(file).error().starts_with(file.string() + ": line 2, column "));
    write_file(file, frames::Bytes((64U << 20) + 1, ' '));
    CHECK(load_topology(file).error() == file.string() + ": more than 64 MiB");
    CHECK_FALSE(load_topology(dir.path()).has_value());
}

} // namespace pontoon::topology_test
