// From the desired state to the Config, and what a topology file may say to the daemon.
#include <catch2/catch.hpp>

#include <algorithm>

#include "control/desired.hpp"
#include "control/uplink_state.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::desired_test {

namespace {

// ' stands for ".
std::string error_of(const TempDir& dir, std::string topology, bool uplink_in_file = false) {
    std::ranges::replace(topology, '\'', '"');
    write_file(dir / "t.json", frames::Bytes(topology.begin(), topology.end()));
    try {
        (void)load_desired(dir / "t.json", uplink_in_file);
    } catch (const std::runtime_error& error) {
        const std::string what = error.what();
        const auto file = (dir / "t.json").string() + ": ";
        return what.starts_with(file) ? what.substr(file.size()) : what;
    }
    return "none";
}

InterfaceState state_of(const std::string& address) {
    InterfaceState state;
    state.index = 2;
    state.up = true;
    state.mac = *Mac::parse("02:00:00:00:00:10");
    state.mtu = 1500;
    state.addresses = {*InterfaceAddress4::parse(address)};
    state.gateway = *Ipv4::parse("203.0.113.1");
    state.neighbors[state.gateway] = *Mac::parse("02:00:00:00:00:01");
    state.host_addresses = {state.addresses[0].address};
    return state;
}

} // namespace

// As the networks are once somebody is attached to bridge.
std::vector<Network> bridge() {
    Network network;
    network.name = "bridge";
    network.subnet = *Prefix4::parse("172.17.0.0/16");
    network.gateway = *Ipv4::parse("172.17.0.1");
    return {network};
}

TEST_CASE("without a file there is nothing") {
    const auto desired = load_desired({}, false);
    CHECK(desired.networks.empty());
    CHECK_FALSE(desired.uplink);
    CHECK(desired.network("bridge") == nullptr);
}

TEST_CASE("a file has networks, and may say what bridge is") {
    const TempDir dir;
    CHECK(error_of(dir, "{'networks':[{'name':'web','subnet':'172.18.0.0/16'}],'endpoints':[]}") == "none");
    const auto desired = load_desired(dir / "t.json", false);
    REQUIRE(desired.networks.size() == 1);
    CHECK(desired.network("web") == &desired.networks[0]);
    CHECK(error_of(dir, "{'networks':[{'name':'bridge','subnet':'10.9.0.0/16','mtu':9000}]}") == "none");
    CHECK(load_desired(dir / "t.json", false).network("bridge")->mtu == 9000);
}

TEST_CASE("a file that says what is not its business is refused") {
    const TempDir dir;
    const std::string web = "'networks':[{'name':'web','subnet':'172.18.0.0/16'}]";
    CHECK(error_of(dir, "{" + web + ",'endpoints':[{'name':'a','network':'web','ipv4':'172.18.0.2'}]}") ==
          "endpoints: endpoints are attached, not configured");
    CHECK(error_of(dir, "{" + web + ",'uplink':{'ipv4':'203.0.113.10/24'}}") ==
          "uplink: --uplink names the interface, and the kernel has its addresses");
    CHECK(error_of(dir, "{" + web + ",'uplink':{'ipv4':'203.0.113.10/24'}}", true) == "none");
    CHECK(error_of(dir, "{" + web + "}", true) ==
          "--uplink with a PCI address needs --topology FILE with the uplink's addresses");
    CHECK(error_of(dir, "{'networks':3}") == "networks: must be an array");
}

TEST_CASE("the desired state becomes a Config") {
    auto desired = load_desired({}, false);
    desired.networks = bridge();
    desired.uplink = uplink_of(state_of("203.0.113.10/24"));
    desired.host_addresses = {*Ipv4::parse("10.0.0.5"), *Ipv4::parse("172.17.0.1"), *Ipv4::parse("203.0.113.10")};
    for (const auto* name : {"b", "a"}) {
        Attachment attachment;
        attachment.endpoint = {name, "bridge", *Ipv4::parse("172.17.0.2"), {}};
        attachment.publishes = {{{}, {80, 80}, Transport::tcp, name, {80, 80}}};
        desired.attachments.emplace(name, attachment);
    }
    const auto config = to_config(desired);
    CHECK(config.networks == desired.networks);
    CHECK(config.uplink == desired.uplink);
    CHECK(config.host_addresses == std::vector<Ipv4>{*Ipv4::parse("10.0.0.5")});
    REQUIRE(config.endpoints.size() == 2);
    CHECK(config.endpoints[0].name == "a");
    REQUIRE(config.publishes.size() == 2);
    CHECK(config.publishes[0].endpoint == "a");
    CHECK(config == to_config(desired));
    const auto frame = to_config_without_endpoints(desired);
    CHECK(frame.endpoints.empty());
    CHECK(frame.publishes.empty());
    CHECK(frame.uplink == config.uplink);
}

TEST_CASE("the uplink is what the kernel says, and shared with it") {
    const auto uplink = uplink_of(state_of("203.0.113.10/24"));
    REQUIRE(uplink);
    CHECK(uplink->shared);
    CHECK(uplink->gateway.to_string() == "203.0.113.1");
    CHECK(uplink->nat_ports == std::vector<PortRange>{{61000, 65535}});
    auto state = state_of("203.0.113.10/24");
    state.addresses.clear();
    CHECK_FALSE(uplink_of(state));
}

TEST_CASE("what the switch has to hear of") {
    const auto state = state_of("203.0.113.10/24");
    const auto now = uplink_of(state);
    const auto news = [&](const std::function<void(InterfaceState&)>& change) {
        auto next = state;
        change(next);
        return is_news(now, uplink_of(next));
    };
    CHECK_FALSE(news([](auto&) {}));
    CHECK_FALSE(news([](auto& next) { next.up = false; }));
    CHECK_FALSE(news([](auto& next) { next.neighbors.clear(); }));
    CHECK_FALSE(news([](auto& next) { next.neighbors[*Ipv4::parse("203.0.113.9")] = Mac{{2, 0, 0, 0, 0, 9}}; }));
    CHECK(news([](auto& next) { next.neighbors.begin()->second = Mac{{2, 0, 0, 0, 0, 9}}; }));
    CHECK(news([](auto& next) { next.mtu = 1400; }));
    CHECK(news([](auto& next) { next.gateway = *Ipv4::parse("203.0.113.2"); }));
    CHECK(news([](auto& next) { next.addresses = {*InterfaceAddress4::parse("203.0.113.11/24")}; }));
    CHECK(news([](auto& next) { next.addresses.clear(); }));
    CHECK(news([](auto& next) { next.routes = {{*Prefix4::parse("10.0.0.0/8"), *Ipv4::parse("203.0.113.2")}}; }));
    CHECK(is_news(std::nullopt, now));
    CHECK_FALSE(is_news(std::nullopt, std::nullopt));
}

TEST_CASE("an uplink inside of a network is refused") {
    const auto networks = bridge();
    CHECK_NOTHROW(check_apart(*uplink_of(state_of("203.0.113.10/24")), networks));
    CHECK_THROWS_WITH(check_apart(*uplink_of(state_of("172.17.3.4/24")), networks),
                      "the uplink's 172.17.3.0/24 overlaps 172.17.0.0/16 of network bridge");
}

TEST_CASE("interfaces of the host have names that stay and fit") {
    CHECK(host_end("web") == host_end("web"));
    CHECK(host_end("web") != host_end("wec"));
    CHECK(host_end("web").size() == 15);
    CHECK(host_end("web").starts_with("pv-"));
}

} // namespace pontoon::desired_test
