// Networks that a container comes into and goes out of: docker-behaviours section 9, and what moves with the gateway.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon::containers_connect_test {

namespace {

const std::string kOtherNetwork = "container sharing network namespace with another container or host cannot be "
                                  "connected to any other network";
const std::string kNone = "container cannot be connected to multiple networks with one of the networks in private "
                          "(none) mode";

} // namespace

TEST_CASE("a running container comes into a network and goes out of it") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.run("a1");
    world.containers->connect("n", "a1", {});
    CHECK(world.endpoint("a1", "n").interface == "eth1");
    CHECK(world.address("a1", "n") == "10.1.0.2");
    CHECK(world.route("a1") == "172.17.0.1 by eth0"); // bridge comes before n
    CHECK(world.host.config.endpoints.size() == 2);
    CHECK(world.store.rows().size() == 2);
    CHECK(world.store.containers()[0] == world.at("a1"));
    CHECK(ContainersWorld::error_of([&] { world.containers->connect("n", "a1", {}); }) ==
          "endpoint with name a1 already exists in network n"); // N-168
    world.containers->disconnect("bridge", "a1", false);
    CHECK(world.route("a1") == "10.1.0.1 by eth1");
    CHECK(world.host.config.endpoints.size() == 1);
    CHECK(world.at("a1").endpoints.size() == 1);
    world.containers->connect("bridge", "a1", {});
    CHECK(world.endpoint("a1", "bridge").interface == "eth0"); // M-010: gaps are used again
    CHECK(world.address("a1") == "172.17.0.2");
    world.containers->disconnect("bridge", "a1", false);
    world.containers->disconnect("n", "a1", false);
    CHECK(world.host.interfaces.empty());
    CHECK(world.at("a1").is_running());
    CHECK(world.route("a1").empty());
    world.containers->connect("n", "a1", {}); // C-006
    CHECK(world.route("a1") == "10.1.0.1 by eth0");
}

TEST_CASE("published ports and the default route follow the gateway") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("alpha", "10.1.0.0/24");
    world.network("beta", "10.2.0.0/24");
    world.network("inner", "10.3.0.0/24", "bridge", {}, true);
    world.run("a1", {"beta"}, {"8080:80", "81"});
    CHECK(world.published()[0] == "0.0.0.0:8080->80/tcp at a1@beta");
    world.containers->connect("alpha", "a1", {}); // C-002
    CHECK(world.route("a1") == "10.1.0.1 by eth1");
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:8080->80/tcp at a1@alpha", "0.0.0.0:40000->81/tcp at a1@alpha"});
    EndpointRecord first;
    first.gw_priority = 5;
    world.containers->connect("inner", "a1", first); // M-021
    CHECK(world.route("a1") == "10.1.0.1 by eth1");
    world.containers->disconnect("alpha", "a1", false);
    CHECK(world.route("a1") == "10.2.0.1 by eth0");
    CHECK(world.published()[1] == "0.0.0.0:40000->81/tcp at a1@beta");
    world.containers->disconnect("beta", "a1", false);
    CHECK(world.route("a1").empty());
    CHECK(world.published().empty());
    CHECK(world.at("a1").bindings.empty());
    CHECK(ContainersWorld::error_of([&] { world.run("b1", {"beta"}, {"8080:80"}); }).empty()); // the port is free
    const auto connect = [&] { world.containers->connect("beta", "a1", {}); };
    CHECK_THAT(ContainersWorld::error_of(connect), Catch::EndsWith("0.0.0.0:8080 failed: port is already allocated"));
    CHECK(world.at("a1").endpoints.size() == 1); // C-005
    CHECK(world.host.interfaces.size() == 2);
    world.containers->exited("b1", 0, 0);
    connect();
    CHECK(world.published()[0] == "0.0.0.0:8080->80/tcp at a1@beta");
}

TEST_CASE("of a change that fails nothing is left") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("alpha", "10.1.0.0/24");
    world.run("a1", {"bridge"}, {"80:80"});
    const ContainerRecord before = world.at("a1");
    const Config config = world.host.config;
    world.host.failing = GENERATE("plug", "publish", "route");
    CHECK(ContainersWorld::error_of([&] { world.containers->connect("alpha", "a1", {}); }) ==
          world.host.failing + " fails");
    world.host.failing.clear();
    CHECK(world.at("a1") == before);
    CHECK(world.host.config == config);
    CHECK(world.store.rows().size() == 1);
    CHECK(world.host.interfaces.size() == 1);
    world.host.failing = "withdraw";
    CHECK(ContainersWorld::error_of([&] { world.containers->disconnect("bridge", "a1", false); }) == "withdraw fails");
    world.host.failing.clear();
    CHECK(world.at("a1") == before);
    CHECK(world.store.rows()[0].stage == Store::Stage::there);
    CHECK(world.store.containers()[0] == before);
    world.containers->connect("alpha", "a1", {});
    CHECK(world.address("a1", "alpha") == "10.1.0.2");
    CHECK(world.published()[0] == "0.0.0.0:80->80/tcp at a1@alpha");
}

TEST_CASE("what is connected to a container that does not run is there when it starts") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.containers->create(ContainersWorld::asked("a1"));
    EndpointRecord wanted;
    wanted.wanted_ipv4 = *Ipv4::parse("10.1.0.77");
    wanted.aliases = {"web"};
    world.containers->connect("n", "a1", wanted);
    world.containers->connect("n", "a1", {});     // no error, and no other settings: N-168
    world.containers->connect("later", "a1", {}); // C-003
    CHECK(world.host.interfaces.empty());
    CHECK(ContainersWorld::error_of([&] { world.containers->start("a1", world.process(7)); }) ==
          "network later not found");
    world.containers->disconnect("later", "a1", false);
    CHECK(ContainersWorld::error_of([&] { world.containers->disconnect("later", "a1", false); }) ==
          "container " + world.at("a1").id + " is not connected to the network later"); // N-166
    world.containers->start("a1", world.process(7));
    CHECK(world.address("a1", "n") == "10.1.0.77");
    CHECK(world.endpoint("a1", "n").aliases == Texts{"web"});
    CHECK(ContainersWorld::error_of([&] { world.containers->disconnect("host", "a1", false); }) ==
          "container " + world.at("a1").id + " is not connected to network host");
}

TEST_CASE("settings that make no sense in a network are refused") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.run("a1", {"n"});
    EndpointRecord address;
    address.wanted_ipv4 = *Ipv4::parse("172.17.0.9");
    EndpointRecord alias;
    alias.aliases = {"x1"};
    const auto connect = [&](const std::string& network, const EndpointRecord& settings) {
        return ContainersWorld::error_of([&] { world.containers->connect(network, "a1", settings); });
    };
    const std::string invalid = "invalid endpoint settings:\n";
    CHECK(connect("bridge", address) ==
          invalid + "user-specified IP address is supported on user-defined networks only"); // N-154
    CHECK(connect("bridge", alias) ==
          invalid + "network-scoped aliases are only supported for user-defined networks"); // N-159
    world.containers->disconnect("n", "a1", false);
    CHECK(connect("n", address) == invalid + "no configured subnet contains IP address 172.17.0.9"); // N-156
    EndpointRecord sysctl;
    sysctl.driver_options["com.docker.network.endpoint.sysctls"] = "net.ipv4.conf.eth0.log_martians=1";
    CHECK_THAT(connect("n", sysctl), Catch::Contains("unrecognised network interface sysctl"));
    sysctl.driver_options["com.docker.network.endpoint.sysctls"] = "net.ipv4.conf.IFNAME/../../x.y=1";
    CHECK_THAT(connect("n", sysctl), Catch::Contains("unrecognised network interface sysctl"));
    CHECK(connect("nowhere", {}) == "network nowhere not found");
    CHECK(ContainersWorld::error_of([&] { world.containers->connect("n", "nobody", {}); }) ==
          "No such container: nobody");
    CHECK(ContainersWorld::error_of([&] { world.containers->disconnect("n", "nobody", true); }) ==
          "endpoint nobody not found");
    CHECK(world.host.interfaces.empty());
}

TEST_CASE("host, none and container networks go with no others") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.run("a1", {"n"});
    world.run("lonely", {"none"});
    world.containers->create(ContainersWorld::asked("h1", {"host"}));
    world.containers->start("h1", world.process(7, true));
    const auto connect = [&](const std::string& network, const std::string& container) {
        return ContainersWorld::error_of([&] { world.containers->connect(network, container, {}); });
    };
    CHECK(connect("host", "a1") ==
          "cannot connect container to host network - container must be created in host network mode"); // N-163
    CHECK(connect("n", "h1") == kOtherNetwork);                                                         // N-164
    CHECK(connect("none", "a1") == kNone);                                                              // N-165
    CHECK(connect("n", "lonely") == kNone);
    CHECK(ContainersWorld::error_of([&] { world.containers->disconnect("host", "h1", false); }) ==
          "cannot disconnect container from host network - container was created in host network mode");
    CHECK(ContainersWorld::why_of([&] { world.containers->connect("none", "a1", {}); }) == Refused::Why::bad);
    auto config = world.network("config", "", "null");
    config.config_only = true;
    world.state.networks.put(config);
    CHECK(connect("config", "a1") == "cannot create endpoint on configuration-only network"); // N-169
    world.containers->disconnect("none", "lonely", false);
    CHECK(connect("n", "lonely").empty());
}

TEST_CASE("a container that is renamed keeps its endpoint, and another one may have its name") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.run("a1");
    world.containers->rename("a1", "/b1");
    CHECK(world.at("b1").is_running());
    CHECK(world.host.interfaces.contains("a1@bridge"));
    world.run("a1");
    CHECK(world.host.config.endpoints.size() == 2);
    CHECK(ContainersWorld::error_of([&] {
              world.containers->rename("a1", "b1");
          }).starts_with("Error when allocating new name: Conflict. The container name \"/b1\" is already in use"));
    CHECK(ContainersWorld::error_of([&] { world.containers->rename("a1", ""); }) ==
          "Neither old nor new names may be empty");
    CHECK(ContainersWorld::error_of([&] { world.containers->rename("a1", "a1"); }) ==
          "Renaming a container with the same name as its current name");
    world.containers->exited("b1", 0, 0);
    world.containers->exited("a1", 0, 0);
    CHECK(world.host.interfaces.empty());
}

TEST_CASE("namespaces that others made are attached and detached") {
    const TempDir dir;
    ContainersWorld world(dir);
    auto request = ContainersWorld::asked("other", {"bridge"}, {"80:80"});
    request.endpoints[0].wanted_ipv4 = *Ipv4::parse("172.17.0.77"); // on the default network too
    request.endpoints[0].kind = AttachKind::veth;
    Place place;
    place.path = "/ns/a";
    world.containers->attach(request, place);
    CHECK(world.address("other") == "172.17.0.77");
    CHECK(world.at("other").foreign);
    CHECK(world.desired.attachments.at("other@bridge").kind == AttachKind::veth);
    CHECK(world.published().size() == 1);
    request.name = "g1";
    CHECK(ContainersWorld::error_of([&] { world.containers->attach(request, place); }) ==
          "ipv4 172.17.0.77: Address already in use");
    CHECK(ContainersWorld::why_of([&] { world.containers->kill("other", 9); }) == Refused::Why::unsupported);
    world.run("own");
    CHECK(ContainersWorld::why_of([&] { world.containers->detach("own"); }) == Refused::Why::conflict);
    world.host.namespaces["/ns/a"] = {1, 99}; // another one now
    world.containers->lose_gone();
    CHECK(world.state.containers.by_name("other") == nullptr);
    CHECK(world.store.containers().size() == 1);
    CHECK(world.published().empty());
    CHECK(ContainersWorld::error_of([&] { world.containers->detach("other"); }) == "there is no endpoint other");
}

TEST_CASE("an interface that somebody has removed is given up, and what was asked for stays") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.run("a1", {"bridge", "n"}, {"80:80"});
    world.containers->lose("a1@bridge", "its interface has gone");
    CHECK(world.at("a1").endpoints.size() == 2);
    CHECK_FALSE(world.endpoint("a1", "bridge").is_attached());
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:80->80/tcp at a1@n"});
    CHECK(world.route("a1") == "10.1.0.1 by eth1");
    world.die(101);
    world.containers->lose("a1@n", "its interface has gone"); // it is ending
    CHECK(world.endpoint("a1", "n").is_attached());
    world.containers->lose("nobody@n", "?");
}

} // namespace pontoon::containers_connect_test
