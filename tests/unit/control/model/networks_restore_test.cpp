// Networks across restarts: those of the store, of the daemon's options and of the topology file.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/networks_world.hpp"

namespace pontoon::networks_restore_test {

using namespace networks_world;

TEST_CASE("a restart brings all networks back") {
    const TempDir dir;
    FakeHost host;
    NetworkRecord made;
    std::string bridge;
    {
        World world(dir, host);
        world.networks.restore({}, {});
        made = world.create("web", "", {{"k", "v"}});
        bridge = world.state.networks.by_name("bridge")->id;
    }
    World world(dir, host); // which was killed: its interfaces are still there
    world.networks.restore({}, {});
    CHECK(*world.state.networks.by_name("web") == made);
    CHECK(world.state.networks.by_name("bridge")->id == bridge);
    CHECK(host.host_interfaces.size() == 2);
    CHECK(world.create("next").subnet->to_string() == "172.19.0.0/16");
}

TEST_CASE("the default network follows the options, and keeps its id") {
    const TempDir dir;
    FakeHost host;
    std::string id;
    {
        World world(dir, host);
        world.networks.restore({}, {});
        id = world.state.networks.by_name("bridge")->id;
    }
    DefaultBridge options;
    options.bip = *InterfaceAddress4::parse("192.168.1.5/24");
    options.fixed_cidr = *Prefix4::parse("192.168.1.128/25");
    options.mtu = 1400;
    World world(dir, host);
    world.networks.restore({}, options);
    const auto& bridge = *world.state.networks.by_name("bridge");
    CHECK(bridge.id == id);
    CHECK(bridge.subnet->to_string() == "192.168.1.0/24");
    CHECK(bridge.gateway->to_string() == "192.168.1.5");
    CHECK(bridge.options.at("com.docker.network.driver.mtu") == "1400");
    CHECK(world.ipam.take_address(bridge, std::nullopt).to_string() == "192.168.1.128");
    CHECK(host.host_interfaces == std::map<std::string, std::string>{{"docker0", "192.168.1.5/24"}});
}

TEST_CASE("networks of the topology file come, change and go with it") {
    const TempDir dir;
    FakeHost host;
    Network file;
    file.name = "web";
    file.subnet = *Prefix4::parse("172.17.5.0/24");
    file.gateway = *Ipv4::parse("172.17.5.1");
    file.gateway_mac = mac_of(file.gateway);
    std::string id;
    {
        World world(dir, host);
        world.networks.restore({record_of(file)}, {});
        const auto& web = *world.state.networks.by_name("web");
        id = web.id;
        CHECK(web.subnet == file.subnet);
        CHECK(world.state.networks.by_name("bridge")->subnet->to_string() == "172.18.0.0/16");
    }
    {
        World world(dir, host);
        file.mtu = 9000;
        world.networks.restore({record_of(file)}, {});
        CHECK(world.state.networks.by_name("web")->id == id);
        CHECK(compile(*world.state.networks.by_name("web")).mtu == 9000);
    }
    World world(dir, host);
    world.networks.restore({}, {});
    CHECK(world.state.networks.by_name("web") == nullptr);
    CHECK(host.host_interfaces.size() == 1);
    CHECK(world.store.networks().size() == 3);
}

TEST_CASE("an interface that a killed daemon left goes") {
    const TempDir dir;
    FakeHost host;
    {
        World world(dir, host);
        world.store.put_host_interface("br-0123456789ab"); // its record was never written
        host.host_interfaces["br-0123456789ab"] = "10.0.0.1/24";
    }
    World world(dir, host);
    world.networks.restore({}, {});
    CHECK_FALSE(host.host_interfaces.contains("br-0123456789ab"));
    CHECK(world.store.host_interfaces() == std::vector<std::string>{"docker0"});
}

} // namespace pontoon::networks_restore_test
