// Ports of a running container that come and go.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon::containers_publish_test {

TEST_CASE("ports are published and withdrawn while a container runs") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.run("a1");
    const auto& published =
        world.containers->publish("a1", specs({"8080:80", "81", "127.0.0.1:9000-9002:9000-9002/udp"}));
    CHECK(published.bindings.size() == 3);
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:8080->80/tcp at a1@bridge",
                                                        "0.0.0.0:40000->81/tcp at a1@bridge",
                                                        "127.0.0.1:9000-9002->9000-9002/udp at a1@bridge"});
    CHECK(world.store.containers()[0] == world.at("a1"));
    CHECK(world.store.rows()[0].attachment.publishes.size() == 3);
    CHECK(world.host.interfaces.size() == 1);
    world.run("b1");
    const auto again = [&] { world.containers->publish("b1", specs({"82:82", "8080:80"})); };
    CHECK_THAT(ContainersWorld::error_of(again), Catch::EndsWith("Bind for 0.0.0.0:8080 failed: port is already "
                                                                 "allocated"));
    CHECK(ContainersWorld::why_of(again) == Refused::Why::impossible);
    CHECK(world.at("b1").publish.empty());
    CHECK(world.at("b1").bindings.empty());
    world.containers->unpublish("a1", specs({"8080:80", "40000:81"})); // as it was told, or as it became
    CHECK(world.published() == std::vector<std::string>{"127.0.0.1:9000-9002->9000-9002/udp at a1@bridge"});
    again();
    CHECK(world.published().size() == 3);
    const auto missing = [&] { world.containers->unpublish("a1", specs({"8080:80"})); };
    CHECK(ContainersWorld::why_of(missing) == Refused::Why::missing);
    CHECK(ContainersWorld::error_of(missing) == "a1 does not publish 8080:80");
}

TEST_CASE("what is published on a container that does not run is bound when it starts") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("a1", {"bridge"}, {"80:80"}));
    world.containers->publish("a1", specs({"81:81"}));
    CHECK(ContainersWorld::why_of([&] { world.containers->publish("a1", specs({"81:81"})); }) ==
          Refused::Why::conflict);
    world.containers->unpublish("a1", specs({"80:80"}));
    CHECK(world.published().empty());
    world.containers->start("a1", world.process(7));
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:81->81/tcp at a1@bridge"});
}

TEST_CASE("a change of ports that fails changes nothing") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.run("a1", {"bridge"}, {"80:80"});
    const ContainerRecord before = world.at("a1");
    world.host.failing = "publish";
    CHECK(ContainersWorld::error_of([&] { world.containers->publish("a1", specs({"81:81"})); }) == "publish fails");
    CHECK(ContainersWorld::error_of([&] { world.containers->unpublish("a1", specs({"80:80"})); }) == "publish fails");
    world.host.failing.clear();
    CHECK(world.at("a1") == before);
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:80->80/tcp at a1@bridge"});
    world.run("b1", {"bridge"}, {"81:81"}); // free
    CHECK_FALSE(ContainersWorld::error_of([&] { world.run("c1", {"bridge"}, {"80:80"}); }).empty());
}

TEST_CASE("-P publishes what is exposed, and what has a port of its own keeps it") {
    const TempDir dir;
    ContainersWorld world(dir);
    auto request = ContainersWorld::asked("a1", {"bridge"}, {"8080:80"});
    request.publish_all = true;
    request.exposed = {{{80, 80}, Transport::tcp}, {{90, 90}, Transport::udp}};
    world.run(request);
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:8080->80/tcp at a1@bridge", "0.0.0.0:40000->90/udp at a1@bridge"}); // P-013
}

TEST_CASE("nothing is bound in an internal network, and a network says where ports are bound") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("inner", "10.1.0.0/24", "bridge", {}, true);
    world.network("local", "10.2.0.0/24", "bridge", {{"com.docker.network.bridge.host_binding_ipv4", "127.0.0.1"}});
    world.run("a1", {"inner"}, {"80:80"}); // P-017
    CHECK(world.published().empty());
    world.run("b1", {"local"}, {"80:80", "127.0.0.2:81:81"});
    CHECK(world.published() ==
          std::vector<std::string>{"127.0.0.1:80->80/tcp at b1@local", "127.0.0.2:81->81/tcp at b1@local"});
    world.containers->connect("bridge", "b1", {}); // where every address is meant
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:80->80/tcp at b1@bridge", "127.0.0.2:81->81/tcp at b1@bridge"});
}

TEST_CASE("who shares a network namespace publishes nothing") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("h1", {"host"}));
    CHECK(ContainersWorld::why_of([&] { world.containers->publish("h1", specs({"80:80"})); }) == Refused::Why::bad);
}

} // namespace pontoon::containers_publish_test
