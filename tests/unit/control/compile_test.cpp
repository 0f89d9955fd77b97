// Records of networks as the switch has them: pure.
#include <catch2/catch.hpp>

#include "control/bridge_options.hpp"
#include "control/compile.hpp"
#include "control/model/gateway.hpp"
#include "control/refused.hpp"

namespace pontoon::compile_test {

namespace {

NetworkRecord web() {
    NetworkRecord record;
    record.id = std::string(64, 'a');
    record.name = "web";
    record.subnet = *Prefix4::parse("172.18.0.0/16");
    record.gateway = *Ipv4::parse("172.18.0.1");
    return record;
}

} // namespace

TEST_CASE("a network as the switch has it") {
    const auto network = compile(web());
    CHECK(network.name == "web");
    CHECK(network.subnet.to_string() == "172.18.0.0/16");
    CHECK(network.gateway.to_string() == "172.18.0.1");
    CHECK(network.gateway_mac.to_string() == "02:42:ac:12:00:01");
    CHECK(network.icc);
    CHECK(network.masquerade);
    CHECK_FALSE(network.internal);
    CHECK(network.mtu == 1500);
    CHECK_FALSE(network.host_ipv4);
    CHECK(network.host_port == "host:web");
    CHECK(network.names);
    CHECK(compile(web()) == compile(web()));
}

TEST_CASE("the MAC of a gateway that is not there is no container's, whatever the subnet") {
    auto record = web();
    record.internal = true;
    record.gateway = std::nullopt;
    record.subnet = *Prefix4::parse("192.168.135.0/31");
    const auto network = compile(record);
    CHECK(network.gateway_mac != mac_of(*Ipv4::parse("192.168.135.0")));
    CHECK(network.gateway_mac != mac_of(*Ipv4::parse("192.168.135.1")));
    CHECK(network.host_port.empty());
}

TEST_CASE("options become what the switch does") {
    auto record = web();
    record.internal = true;
    record.options = {{"com.docker.network.bridge.enable_icc", "false"},
                      {"com.docker.network.bridge.enable_ip_masquerade", "0"},
                      {"com.docker.network.driver.mtu", "9000"},
                      {"com.docker.network.host_ipv4", "203.0.113.7"},
                      {"something.of.somebody", "else"}};
    const auto network = compile(record);
    CHECK_FALSE(network.icc);
    CHECK_FALSE(network.masquerade);
    CHECK(network.internal);
    CHECK(network.mtu == 9000);
    CHECK(network.host_ipv4->to_string() == "203.0.113.7");
}

TEST_CASE("the default network answers no names, and the host is not where there is no gateway") {
    auto record = web();
    record.name = "bridge";
    CHECK_FALSE(compile(record).names);
    record = web();
    record.gateway.reset();
    CHECK(compile(record).host_port.empty());
    CHECK_FALSE(compile(record).names);
}

TEST_CASE("the host's interface has Docker's name") {
    auto record = web();
    CHECK(host_interface(record) == "br-aaaaaaaaaaaa");
    record.options["com.docker.network.bridge.name"] = "mybr";
    CHECK(host_interface(record) == "mybr");
    record = web();
    record.name = "bridge";
    CHECK(host_interface(record) == "docker0");
}

TEST_CASE("where containers send what is for elsewhere") {
    auto record = web();
    CHECK(container_gateway(record)->to_string() == "172.18.0.1");
    record.pools.emplace_back().auxiliary["DefaultGatewayIPv4"] = *Ipv4::parse("172.18.0.254");
    CHECK(container_gateway(record)->to_string() == "172.18.0.254");
    record.internal = true;
    CHECK_FALSE(container_gateway(record));
    record = web();
    record.gateway.reset();
    CHECK_FALSE(container_gateway(record));
}

TEST_CASE("a network of the topology file becomes a record, and is the same network then") {
    auto network = compile(web());
    network.icc = false;
    network.mtu = 9000;
    network.host_ipv4 = *Ipv4::parse("203.0.113.7");
    network.gateway_mac = *Mac::parse("02:00:00:00:00:99");
    auto record = record_of(network);
    CHECK(record.from_topology);
    record.subnet = record.pools.at(0).subnet;
    record.gateway = record.pools.at(0).gateway;
    CHECK(compile(record) == network);
}

namespace {

std::string error_of(const TextMap& options, bool internal = false) {
    try {
        (void)parse_bridge_options(options, internal);
    } catch (const Refused& refused) {
        return std::to_string(static_cast<int>(refused.why())) + " " + refused.what();
    }
    return "none";
}

std::string option_error(const std::string& name, const std::string& value) {
    return error_of({{"com.docker.network." + name, value}});
}

const std::string kBad = std::to_string(static_cast<int>(Refused::Why::bad)) + " ";
const std::string kUnsupported = std::to_string(static_cast<int>(Refused::Why::unsupported)) + " ";

} // namespace

TEST_CASE("options that make no sense are refused in Docker's words") {
    CHECK(option_error("bridge.enable_icc", "maybe") ==
          kBad + "failed to parse com.docker.network.bridge.enable_icc value: maybe (strconv.ParseBool: parsing "
                 "\"maybe\": invalid syntax)");
    CHECK(option_error("driver.mtu", "abc") ==
          kBad + "failed to parse com.docker.network.driver.mtu value: abc (strconv.Atoi: parsing \"abc\": invalid "
                 "syntax)");
    CHECK(option_error("driver.mtu", "99999999999999") ==
          kBad + "failed to parse com.docker.network.driver.mtu value: 99999999999999 (strconv.Atoi: parsing "
                 "\"99999999999999\": value out of range)");
    CHECK(option_error("driver.mtu", "-1") == kBad + "invalid MTU number: -1");
    CHECK(option_error("driver.mtu", "65536") == kBad + "invalid MTU number: 65536");
    CHECK(option_error("bridge.gateway_mode_ipv4", "x") ==
          kBad + "failed to parse com.docker.network.bridge.gateway_mode_ipv4 value: x (unknown gateway mode x)");
    CHECK(option_error("bridge.gateway_mode_ipv4", "isolated") ==
          kBad + "gateway mode 'isolated' can only be used for an internal network");
    CHECK(option_error("enable_ipv6", "x") ==
          kBad + "driver-opt \"com.docker.network.enable_ipv6\" is not a valid bool");
    for (const auto* value : {"4", "-1", "x", ""}) {
        CHECK(option_error("advertise_addr_nmsgs", value).starts_with(kBad));
    }
    CHECK(option_error("advertise_addr_ms", "99").starts_with(kBad));
    CHECK(option_error("advertise_addr_ms", "2001").starts_with(kBad));
    CHECK(option_error("bridge.name", "a/b").starts_with(kBad));
    CHECK(option_error("bridge.name", "sixteencharacter").starts_with(kBad));
    CHECK(option_error("bridge.host_binding_ipv4", "x").starts_with(kBad));
    CHECK(option_error("host_ipv4", "x").starts_with(kBad));
}

TEST_CASE("options that pontoon has not are refused by name") {
    for (const auto& [name, value] : TextMap{{"bridge.gateway_mode_ipv4", "routed"},
                                             {"bridge.gateway_mode_ipv4", "nat-unprotected"},
                                             {"bridge.gateway_mode_ipv6", "routed"},
                                             {"bridge.trusted_host_interfaces", "eth0"},
                                             {"bridge.host_binding_ipv4", "::1"},
                                             {"host_ipv6", "::1"},
                                             {"endpoint.ifname", "foo0"},
                                             {"driver.overlay.vxlanid_list", "7"},
                                             {"bridge.nothing", "1"}}) {
        const auto error = option_error(name, value);
        CHECK(error.starts_with(kUnsupported));
        CHECK(error.find("com.docker.network." + name) != std::string::npos);
    }
}

TEST_CASE("options that are applied") {
    const auto options = parse_bridge_options({{"com.docker.network.bridge.name", "br7"},
                                               {"com.docker.network.bridge.inhibit_ipv4", "T"},
                                               {"com.docker.network.bridge.gateway_mode_ipv4", "isolated"},
                                               {"com.docker.network.bridge.gateway_mode_ipv6", "nat"},
                                               {"com.docker.network.bridge.host_binding_ipv4", "127.0.0.1"},
                                               {"com.docker.network.bridge.trusted_host_interfaces", ""},
                                               {"com.docker.network.container_iface_prefix", "net"},
                                               {"com.docker.network.advertise_addr_nmsgs", "0"},
                                               {"com.docker.network.advertise_addr_ms", "100"},
                                               {"com.docker.network.driver.mtu", "0"},
                                               {"parent", "eth0"}},
                                              true);
    CHECK(options.interface == "br7");
    CHECK(options.inhibit_ipv4);
    CHECK(options.isolated);
    CHECK(options.host_binding.to_string() == "127.0.0.1");
    CHECK(options.interface_prefix == "net");
    CHECK(options.announcements == 0);
    CHECK(options.interval == std::chrono::milliseconds(100));
    CHECK(options.mtu == 1500);
    CHECK(parse_bridge_options({}, false) == BridgeOptions{});
}

} // namespace pontoon::compile_test
