// Networks that come and go, with a machine that does nothing: every change is whole, or nothing.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/networks_world.hpp"

namespace pontoon::networks_test {

using namespace networks_world;

TEST_CASE("the predefined networks are always there") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    world.networks.restore({}, {});
    REQUIRE(world.state.networks.size() == 3);
    const auto* bridge = world.state.networks.by_name("bridge");
    CHECK(bridge->subnet->to_string() == "172.17.0.0/16");
    CHECK(bridge->gateway->to_string() == "172.17.0.1");
    CHECK(bridge->options == TextMap{{"com.docker.network.bridge.default_bridge", "true"},
                                     {"com.docker.network.bridge.enable_icc", "true"},
                                     {"com.docker.network.bridge.enable_ip_masquerade", "true"},
                                     {"com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"},
                                     {"com.docker.network.bridge.name", "docker0"},
                                     {"com.docker.network.driver.mtu", "1500"}});
    CHECK(world.state.networks.by_name("host")->driver == "host");
    CHECK(world.state.networks.by_name("none")->driver == "null");
    CHECK(host.host_interfaces == std::map<std::string, std::string>{{"docker0", "172.17.0.1/16"}});
    CHECK(world.desired.networks.empty());
    for (const auto* name : {"bridge", "host", "none"}) {
        CHECK(error_of([&] { world.networks.remove(name); }) ==
              with(Refused::Why::forbidden, std::string(name) + " is a pre-defined network and cannot be removed"));
    }
}

TEST_CASE("options of the daemon's are those of networks that do not have them (O-057)") {
    const TempDir dir;
    FakeHost host;
    const std::string mtu = "com.docker.network.driver.mtu";
    World world(dir, host, {{mtu, "1234"}, {"site", "here"}});
    world.networks.restore({}, {});
    CHECK(world.state.networks.by_name("bridge")->options.at(mtu) == "1500");
    CHECK(world.create("web").options == TextMap{{mtu, "1234"}, {"site", "here"}});
    CHECK(world.create("own", "", {{mtu, "1400"}}).options == TextMap{{mtu, "1400"}, {"site", "here"}});
    NetworkRecord configuration;
    configuration.name = "config";
    configuration.config_only = true;
    configuration.options = {{"site", "there"}};
    world.networks.create(configuration);
    NetworkRecord from;
    from.name = "from";
    from.config_from = "config";
    CHECK(world.networks.create(from).options == world.state.networks.by_name("config")->options);
}

TEST_CASE("a network is made, shown by events, and removed") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    world.networks.restore({}, {});
    const auto made = world.create("web");
    CHECK(made.id.size() == 64);
    CHECK(made.subnet->to_string() == "172.18.0.0/16");
    CHECK(made.gateway->to_string() == "172.18.0.1");
    CHECK(made.created.nanoseconds != 0);
    CHECK(host.host_interfaces.at("br-" + short_id(made.id)) == "172.18.0.1/16");
    CHECK(world.store.networks().size() == 4);
    CHECK(world.store.host_interfaces().size() == 2);
    world.networks.remove(short_id(made.id));
    CHECK(world.state.networks.by_name("web") == nullptr);
    CHECK(host.host_interfaces.size() == 1);
    CHECK(world.store.networks().size() == 3);
    CHECK(world.store.host_interfaces().size() == 1);
    CHECK(world.heard == Texts{"create", "destroy"});
    CHECK(world.create("web").subnet->to_string() == "172.18.0.0/16");
}

TEST_CASE("names that may not be") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    world.networks.restore({}, {});
    for (const auto* name : {"bridge", "host", "none", "default"}) {
        CHECK(error_of([&] { world.create(name); }) ==
              with(Refused::Why::forbidden,
                   "operation is not permitted on predefined " + std::string(name) + " network "));
    }
    CHECK(error_of([&] { world.create(" "); }) == with(Refused::Why::bad, "invalid name: name is empty"));
    world.create("a b/c.\xc3\xa4 '\"%00");
    CHECK(error_of([&] { world.create("a b/c.\xc3\xa4 '\"%00"); }) ==
          with(Refused::Why::conflict, "network with name a b/c.\xc3\xa4 '\"%00 already exists"));
}

TEST_CASE("a step that fails leaves nothing behind") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    world.networks.restore({}, {});
    host.failing = "make_host_interface";
    CHECK(error_of([&] { world.create("web", "10.1.0.0/24"); }) == "make_host_interface fails");
    host.failing.clear();
    CHECK(world.state.networks.size() == 3);
    CHECK(world.store.networks().size() == 3);
    CHECK(world.store.host_interfaces() == std::vector<std::string>{"docker0"});
    CHECK(world.heard.empty());
    CHECK(world.create("web", "10.1.0.0/24").subnet->to_string() == "10.1.0.0/24");
}

TEST_CASE("somebody who is attached keeps a network") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    const auto made = world.create("web");
    world.attach(made);
    CHECK(error_of([&] { world.networks.remove("web"); }) ==
          with(Refused::Why::forbidden, "error while removing network: network web has active endpoints (name:\"c1\" "
                                        "id:\"eeeeeeeeeeee\")"));
    CHECK(world.networks.prunable({}).empty());
    world.state.attached.clear();
    CHECK(world.networks.prunable({}) == Texts{made.id});
    CHECK(world.networks.prune(made.id) == "web");
    CHECK_FALSE(world.networks.prune(made.id));
}

TEST_CASE("configuration networks") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    NetworkRecord config;
    config.name = "config";
    config.config_only = true;
    config.pools.emplace_back().subnet = *Prefix4::parse("10.7.0.0/24");
    config.options["com.docker.network.driver.mtu"] = "1400";
    config.labels["a"] = "b";
    CHECK_FALSE(world.networks.create(config).subnet);
    CHECK(host.host_interfaces.empty());
    NetworkRecord user;
    user.name = "user";
    user.config_from = "config";
    const auto made = world.networks.create(user);
    CHECK(made.subnet->to_string() == "10.7.0.0/24");
    CHECK(made.options == config.options);
    CHECK(made.labels == config.labels);
    CHECK(error_of([&] { world.networks.remove("config"); }) ==
          with(Refused::Why::forbidden, "configuration network \"config\" is in use"));
    world.networks.remove("user");
    CHECK(world.networks.prunable({}).empty());
    world.networks.remove("config");
    user.config_from = "nothing";
    CHECK(error_of([&] { world.networks.create(user); }) ==
          with(Refused::Why::missing, "configuration network \"nothing\" does not exist"));
    user.options["a"] = "b";
    CHECK(error_of([&] { world.networks.create(user); }) ==
          with(Refused::Why::forbidden,
               "network driver options are not supported if the network depends on a configuration network"));
    config.config_from = "x";
    CHECK(error_of([&] { world.networks.create(config); }) ==
          with(Refused::Why::forbidden, "a configuration network cannot depend on another configuration network"));
    config.internal = true;
    CHECK(error_of([&] {
              world.networks.create(config);
          }).starts_with(with(Refused::Why::forbidden, "configuration network can only contain")));
}

TEST_CASE("drivers") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    const auto error = [&](const std::string& driver, const std::string& ipam = "default") {
        NetworkRecord request;
        request.name = "x";
        request.driver = driver;
        request.ipam_driver = ipam;
        return error_of([&] { (void)world.networks.create(request); });
    };
    CHECK(error("host") == with(Refused::Why::forbidden, "only one instance of \"host\" network is allowed"));
    CHECK(error("null") == with(Refused::Why::forbidden, "only one instance of \"null\" network is allowed"));
    CHECK(error("x") == with(Refused::Why::missing, "could not find plugin x in v1 plugin registry: plugin not found"));
    CHECK(error("overlay").starts_with(with(Refused::Why::forbidden, "This node is not a swarm manager.")));
    CHECK(error("macvlan").starts_with(with(Refused::Why::unsupported, "pontoon has no macvlan networks")));
    CHECK(error("bridge", "y") ==
          with(Refused::Why::missing, "could not find plugin y in v1 plugin registry: plugin not found"));
    CHECK(error("bridge", "null") == with(Refused::Why::bad, "ipv4 pool is empty"));
    NetworkRecord inner; // N-137
    inner.name = "inner";
    inner.internal = true;
    inner.pools.emplace_back().subnet = *Prefix4::parse("10.7.0.0/24");
    inner.pools.front().auxiliary["DefaultGatewayIPv4"] = *Ipv4::parse("10.7.0.9");
    CHECK(error_of([&] { (void)world.networks.create(inner); }) ==
          with(Refused::Why::bad, "no gateway can be set on an internal bridge network"));
}

TEST_CASE("the host's interface") {
    const TempDir dir;
    FakeHost host;
    host.foreign_interfaces = {"lo"};
    World world(dir, host);
    const auto named = [](const std::string& name) { return TextMap{{"com.docker.network.bridge.name", name}}; };
    const auto made = world.create("one", "10.1.0.0/24", named("mybr"));
    CHECK(host.host_interfaces.at("mybr") == "10.1.0.1/24");
    CHECK(error_of([&] { world.create("two", "10.2.0.0/24", named("lo")); }) ==
          with(Refused::Why::impossible, "existing interface lo is not a bridge"));
    const auto error = error_of([&] { world.create("two", "10.2.0.0/24", named("mybr")); });
    CHECK(error.starts_with(with(Refused::Why::forbidden, "cannot create network ")));
    CHECK(error.ends_with("(mybr): conflicts with network " + made.id + " (mybr): networks have same bridge name"));
    const auto& two = world.create("two", "10.2.0.0/24", {{"com.docker.network.bridge.inhibit_ipv4", "true"}});
    CHECK(host.host_interfaces.at(host_interface(two)) == "no address");
    CHECK(two.gateway->to_string() == "10.2.0.1");
}

TEST_CASE("an isolated network has no gateway") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    NetworkRecord request;
    request.name = "x";
    request.internal = true;
    request.pools.emplace_back().subnet = *Prefix4::parse("10.3.0.0/31");
    request.options["com.docker.network.bridge.gateway_mode_ipv4"] = "isolated";
    const auto& made = world.networks.create(request);
    CHECK_FALSE(made.gateway);
    CHECK(host.host_interfaces.at(host_interface(made)) == "no address");
    CHECK(world.ipam.take_address(made, std::nullopt).to_string() == "10.3.0.0");
    world.bridges.use(made);
    CHECK(host.host_ports.empty());
}

TEST_CASE("a network is in the switch while somebody uses it") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    const auto made = world.create("web");
    CHECK(world.desired.networks.empty());
    CHECK(host.host_ports.empty());
    world.bridges.use(made);
    world.bridges.use(made);
    REQUIRE(world.desired.networks.size() == 1);
    CHECK(world.desired.networks[0] == compile(made));
    CHECK(host.host_ports == std::set<std::string>{"host:web"});
    world.bridges.release(made);
    CHECK(world.desired.networks.empty());
    CHECK(host.host_ports.empty());
    CHECK(host.config.networks.empty());
    world.bridges.release(made);
    host.failing = "plug_host";
    CHECK_THROWS(world.bridges.use(made));
    CHECK(world.desired.networks.empty());
}

TEST_CASE("an automatic choice leaves the host's networks alone, an explicit one does not") {
    const TempDir dir;
    FakeHost host;
    World world(dir, host);
    world.reserved = {*Prefix4::parse("172.17.0.0/16"), *Prefix4::parse("172.18.9.0/24")};
    CHECK(world.create("one").subnet->to_string() == "172.19.0.0/16");
    CHECK(world.create("two", "172.18.9.0/24").subnet->to_string() == "172.18.9.0/24");
}

} // namespace pontoon::networks_test
