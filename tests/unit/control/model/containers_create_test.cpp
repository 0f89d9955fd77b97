// Containers that are made: names, networks, links, and settings that contradict each other.
#include <catch2/catch.hpp>

#include "control/model/container_names.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/link_env.hpp"
#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon::containers_create_test {

namespace {

const std::string kUndefined = " can't be used with links. This would result in undefined behavior";

ContainerRecord shared() {
    ContainerRecord request;
    request.name = "s1";
    request.network_mode = "container:a1";
    return request;
}

} // namespace

TEST_CASE("names of containers") {
    for (const auto* good : {"aa", "a1", "A_.-", "0x"}) {
        CHECK_NOTHROW(check_container_name(good));
    }
    for (const auto* bad : {"", "a", "-a", "_a", ".a", "a b", "a/b", "a@b", "a\n", "\xc3\xa9t\xc3\xa9"}) {
        INFO(bad);
        CHECK_THROWS_AS(check_container_name(bad), Refused);
    }
    CHECK(ContainersWorld::error_of([] { check_container_name("a b"); }) ==
          "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    CHECK_THROWS_AS(check_container_name(std::string(201, 'a')), Refused);
    std::set<std::string> names;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const auto name = container_name(i);
        CHECK_NOTHROW(check_container_name(name));
        names.insert(name);
    }
    CHECK(names.size() == 3000);
}

TEST_CASE("a name is used once, and who gives none gets one") {
    const TempDir dir;
    ContainersWorld world(dir);
    const auto id = world.containers->create(ContainersWorld::asked("a1")).id;
    const auto again = [&] { world.containers->create(ContainersWorld::asked("a1")); };
    CHECK(ContainersWorld::error_of(again) ==
          "Conflict. The container name \"/a1\" is already in use by container \"" + id +
              "\". You have to remove (or rename) that container to be able to reuse that name.");
    CHECK(ContainersWorld::why_of(again) == Refused::Why::conflict);
    const auto& named = world.containers->create(ContainersWorld::asked(""));
    CHECK(named.name.contains('_'));
    CHECK(find_container(world.state, id.substr(0, 12)).name == "a1");
    CHECK(world.store.containers().size() == 2);
}

TEST_CASE("networks of a container are there, and each once") {
    const TempDir dir;
    ContainersWorld world(dir);
    const auto& n = world.network("n", "10.1.0.0/24");
    const auto create = [&](const std::vector<std::string>& networks) {
        return ContainersWorld::error_of([&] { world.containers->create(ContainersWorld::asked("a1", networks)); });
    };
    CHECK(create({"nowhere"}) == "network nowhere not found"); // N-172
    CHECK(create({"bridge", "n", n.id}) == "network n is given more than once");
    CHECK(create({"n", "host"}) ==
          "cannot connect container to host network - container must be created in host network mode");
    CHECK(
        create({"host", "n"}) ==
        "container sharing network namespace with another container or host cannot be connected to any other network");
    CHECK(create({"none", "n"}) == "container cannot be connected to multiple networks with one of the networks in "
                                   "private (none) mode");
    CHECK(create({"n", "none"}) == "container cannot be connected to multiple networks with one of the networks in "
                                   "private (none) mode");
    CHECK(world.state.containers.empty());
    CHECK(create({n.id.substr(0, 12), "bridge"}).empty()); // N-030: its name is told
    CHECK(world.at("a1").endpoints[0].network == "n");
    CHECK(world.at("a1").network_mode == "n");
    auto request = ContainersWorld::asked("b1");
    request.endpoints[0].wanted_ipv4 = *Ipv4::parse("172.17.0.9");
    CHECK(ContainersWorld::error_of([&] { world.containers->create(request); }) ==
          "invalid config for network bridge: invalid endpoint settings:\nuser-specified IP address is supported on "
          "user-defined networks only"); // N-162
}

TEST_CASE("what contradicts another container's network is refused") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("a1"));
    const auto error = [&](const std::function<void(ContainerRecord&)>& change) {
        auto request = shared();
        change(request);
        return ContainersWorld::error_of([&] { world.containers->create(request); });
    };
    const std::string conflict = "conflicting options: ";
    CHECK(error([](auto& c) { c.network_mode = "container:"; }) ==
          "invalid network mode: invalid container format container:<name|id>");
    CHECK(error([](auto& c) { c.hostname = "h"; }) == conflict + "hostname and the network mode");
    CHECK(error([](auto& c) { c.links = {{"a1", "x"}}; }) == conflict + "container type network" + kUndefined);
    CHECK(error([](auto& c) { c.dns = {"1.1.1.1"}; }) == conflict + "dns and the network mode");
    CHECK(error([](auto& c) { c.extra_hosts = {"a:1.1.1.1"}; }) ==
          conflict + "custom host-to-IP mapping and the network mode");
    CHECK(error([](auto& c) { c.publish = specs({"80"}); }) ==
          conflict + "port publishing and the container type network mode");
    CHECK(error([](auto& c) { c.publish_all = true; }) ==
          conflict + "port publishing and the container type network mode");
    CHECK(error([](auto& c) { c.exposed = {{{80, 80}, Transport::tcp}}; }) ==
          conflict + "port exposing and the container type network mode");
    CHECK(error([](auto& c) {
              c.endpoints = {ContainersWorld::in("bridge")};
          }).starts_with("container sharing network namespace"));
    CHECK(error([](auto& c) {
              c.network_mode = "host";
              c.links = {{"a1", "x"}};
          }) == conflict + "host type networking" + kUndefined); // N-174
    CHECK(error([](auto&) {}).empty());
    auto host = ContainersWorld::asked("h1", {"host"}, {"80:80"});
    CHECK(creation_warnings(world.containers->create(host)) ==
          Texts{"Published ports are discarded when using host network mode"}); // N-175
}

TEST_CASE("links on the default network are to containers that run there") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.run("other", {"n"});
    world.containers->create(ContainersWorld::asked("target"));
    auto request = ContainersWorld::asked("a1");
    request.links = {{"nobody", "x"}};
    CHECK(ContainersWorld::error_of([&] { world.containers->create(request); }) ==
          "could not get container for nobody: No such container: nobody"); // L-004
    request.links = {{"target", "t"}, {"other", "o"}};
    world.containers->create(request);
    CHECK_FALSE(creation_warnings(world.at("a1")).empty());
    const auto start = [&] { world.containers->start("a1", world.process(300)); };
    CHECK(ContainersWorld::error_of(start) == "Cannot link to a non running container: /target AS /a1/t");
    world.containers->start("target", world.process(301));
    CHECK(ContainersWorld::error_of(start) == "Cannot link to /other, as it does not belong to the default network");
    CHECK(ContainersWorld::why_of(start) == Refused::Why::impossible);
    auto user = ContainersWorld::asked("u1", {"n"}); // L-010
    user.links = {{"nobody", "x"}};
    world.containers->create(user);
    CHECK(world.at("u1").links.empty());
    CHECK(world.at("u1").endpoints[0].links == Texts{"nobody:x"});
}

TEST_CASE("links let exposed ports through where containers cannot talk otherwise") {
    const TempDir dir;
    ContainersWorld world(dir);
    const auto bridge = *world.state.networks.by_name("bridge");
    auto closed = bridge;
    closed.options["com.docker.network.bridge.enable_icc"] = "false";
    world.state.networks.put(closed);
    auto target = ContainersWorld::asked("target", {"bridge"}, {"8080:80"});
    target.exposed = {{{90, 95}, Transport::udp}, {{80, 80}, Transport::tcp}};
    target.env = {"HOME=/root", "A=b"};
    world.run(target);
    auto request = ContainersWorld::asked("a1");
    request.links = {{"target", "the-t"}};
    world.run(request);
    REQUIRE(world.host.config.links.size() == 1);
    const auto& link = world.host.config.links[0];
    CHECK(link.from == "a1@bridge");
    CHECK(link.to == "target@bridge");
    REQUIRE(link.ports.size() == 2);
    CHECK(link.ports[0] == Link::Ports{{80, 80}, Transport::tcp});
    CHECK(link.ports[1] == Link::Ports{{90, 95}, Transport::udp});

    const auto env = link_env(world.state, world.at("a1"));
    const auto has = [&](const std::string& text) { return std::ranges::count(env, text) == 1; };
    CHECK(env.front() == "THE_T_PORT=tcp://172.17.0.2:80"); // L-005
    CHECK(has("THE_T_PORT_80_TCP=tcp://172.17.0.2:80"));
    CHECK(has("THE_T_PORT_80_TCP_ADDR=172.17.0.2"));
    CHECK(has("THE_T_PORT_80_TCP_PORT=80"));
    CHECK(has("THE_T_PORT_80_TCP_PROTO=tcp"));
    CHECK(has("THE_T_PORT_90_UDP_START=udp://172.17.0.2:90"));
    CHECK(has("THE_T_PORT_90_UDP_END=udp://172.17.0.2:95"));
    CHECK(has("THE_T_NAME=/a1/the-t"));
    CHECK(has("THE_T_ENV_A=b"));
    CHECK_FALSE(has("THE_T_ENV_HOME=/root"));

    world.containers->exited("target", 0, 0);
    CHECK(world.host.config.links.empty());
    world.run("first"); // takes the address
    world.containers->start("target", world.process(400));
    CHECK(world.address("target") == "172.17.0.4"); // L-003
    REQUIRE(world.host.config.links.size() == 1);
    std::ifstream hosts(world.containers->files(world.at("a1")).hosts);
    const std::string text{std::istreambuf_iterator<char>(hosts), {}};
    CHECK_THAT(text, Catch::Contains("172.17.0.4\tthe-t"));
    CHECK_THAT(text, !Catch::Contains("172.17.0.2\tthe-t"));
    CHECK(ContainersWorld::error_of([&] { world.containers->unlink("a1", "target"); }) ==
          "No such container: a1/target");
    world.containers->unlink("a1", "the-t"); // L-006
    CHECK(world.host.config.links.empty());
    CHECK(world.at("a1").links.empty());
    CHECK(world.at("a1").is_running());
    std::ifstream later(world.containers->files(world.at("a1")).hosts);
    CHECK_THAT((std::string{std::istreambuf_iterator<char>(later), {}}), !Catch::Contains("the-t"));
    world.containers->exited("a1", 0, 0);
    world.containers->exited("target", 0, 0);
    world.containers->start("target", world.process(401));
    CHECK(world.host.config.links.empty());
}

TEST_CASE("a network may be told by its id in one place and by its name in another") {
    const TempDir dir;
    ContainersWorld world(dir);
    const auto n = world.network("n", "10.1.0.0/24");
    auto request = ContainersWorld::asked("a1", {n.id, "bridge", "n"});
    request.endpoints[0].wanted_mac = *Mac::parse("02:00:00:00:00:07"); // that of the container
    request.endpoints[2].wanted_ipv4 = *Ipv4::parse("10.1.0.7");
    world.run(request);
    CHECK(world.at("a1").network_mode == "n");
    REQUIRE(world.at("a1").endpoints.size() == 2);
    CHECK(world.at("a1").endpoints[0].network == "n");
    CHECK(world.address("a1", "n") == "10.1.0.7");
    CHECK(world.endpoint("a1", "n").mac.to_string() == "02:00:00:00:00:07");
    request = ContainersWorld::asked("a2", {"n", n.id});
    request.endpoints[0].aliases = {"x1"};
    CHECK(ContainersWorld::error_of([&] { world.containers->create(request); }) == "network n is given more than once");
}

TEST_CASE("what is exposed is each port once, in order") {
    ContainerRecord container;
    container.publish = specs({"8080:80", "100-110:100-110/udp"});
    container.exposed = {{{90, 105}, Transport::udp}, {{80, 80}, Transport::tcp}, {{53, 53}, Transport::udp}};
    const std::vector<ExposedPorts> wanted{{{80, 80}, Transport::tcp},
                                           {{53, 53}, Transport::udp},
                                           {{90, 105}, Transport::udp},
                                           {{106, 110}, Transport::udp}};
    CHECK(exposed_ports(container) == wanted);
}

} // namespace pontoon::containers_create_test
