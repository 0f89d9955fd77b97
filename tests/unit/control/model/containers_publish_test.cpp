// Ports of a running container that come and go.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon {

TEST_CASE("ports are published and withdrawn while a container runs") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.run("a");
    const auto& published =
        world.containers->publish("a", specs({"8080:80", "81", "127.0.0.1:9000-9002:9000-9002/udp"}));
    CHECK(published.bindings.size() == 3);
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:8080->80/tcp at a@bridge",
                                                        "0.0.0.0:40000->81/tcp at a@bridge",
                                                        "127.0.0.1:9000-9002->9000-9002/udp at a@bridge"});
    CHECK(world.store.containers()[0] == world.at("a"));
    CHECK(world.store.rows()[0].attachment.publishes.size() == 3);
    CHECK(world.host.interfaces.size() == 1);
    world.run("b");
    const auto again = [&] { world.containers->publish("b", specs({"82:82", "8080:80"})); };
    CHECK_THAT(ContainersWorld::error_of(again), Catch::EndsWith("Bind for 0.0.0.0:8080 failed: port is already "
                                                                 "allocated"));
    CHECK(ContainersWorld::why_of(again) == Refused::Why::impossible);
    CHECK(world.at("b").publish.empty());
    CHECK(world.at("b").bindings.empty());
    world.containers->unpublish("a", specs({"8080:80", "40000:81"})); // as it was told, or as it became
    CHECK(world.published() == std::vector<std::string>{"127.0.0.1:9000-9002->9000-9002/udp at a@bridge"});
    again();
    CHECK(world.published().size() == 3);
    const auto missing = [&] { world.containers->unpublish("a", specs({"8080:80"})); };
    CHECK(ContainersWorld::why_of(missing) == Refused::Why::missing);
    CHECK(ContainersWorld::error_of(missing) == "a does not publish 8080:80");
}

TEST_CASE("what is published on a container that does not run is bound when it starts") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("a", {"bridge"}, {"80:80"}));
    world.containers->publish("a", specs({"81:81"}));
    CHECK(ContainersWorld::why_of([&] { world.containers->publish("a", specs({"81:81"})); }) == Refused::Why::conflict);
    world.containers->unpublish("a", specs({"80:80"}));
    CHECK(world.published().empty());
    world.containers->start("a", world.process(7));
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:81->81/tcp at a@bridge"});
}

TEST_CASE("a change of ports that fails changes nothing") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.run("a", {"bridge"}, {"80:80"});
    const ContainerRecord before = world.at("a");
    world.host.failing = "publish";
    CHECK(ContainersWorld::error_of([&] { world.containers->publish("a", specs({"81:81"})); }) == "publish fails");
    CHECK(ContainersWorld::error_of([&] { world.containers->unpublish("a", specs({"80:80"})); }) == "publish fails");
    world.host.failing.clear();
    CHECK(world.at("a") == before);
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:80->80/tcp at a@bridge"});
    world.run("b", {"bridge"}, {"81:81"}); // free
    CHECK_FALSE(ContainersWorld::error_of([&] { world.run("c", {"bridge"}, {"80:80"}); }).empty());
}

TEST_CASE("-P publishes what is exposed, and what has a port of its own keeps it") {
    const TempDir dir;
    ContainersWorld world(dir);
    auto request = ContainersWorld::asked("a", {"bridge"}, {"8080:80"});
    request.publish_all = true;
    request.exposed = {{{80, 80}, Transport::tcp}, {{90, 90}, Transport::udp}};
    world.run(request);
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:8080->80/tcp at a@bridge", "0.0.0.0:40000->90/udp at a@bridge"}); // P-013
}

TEST_CASE("nothing is bound in an internal network, and a network says where ports are bound") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("inner", "10.1.0.0/24", "bridge", {}, true);
    world.network("local", "10.2.0.0/24", "bridge", {{"com.docker.network.bridge.host_binding_ipv4", "127.0.0.1"}});
    world.run("a", {"inner"}, {"80:80"}); // P-017
    CHECK(world.published().empty());
    world.run("b", {"local"}, {"80:80", "127.0.0.2:81:81"});
    CHECK(world.published() ==
          std::vector<std::string>{"127.0.0.1:80->80/tcp at b@local", "127.0.0.2:81->81/tcp at b@local"});
    world.containers->connect("bridge", "b", {}); // where every address is meant
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:80->80/tcp at b@bridge", "127.0.0.2:81->81/tcp at b@bridge"});
}

TEST_CASE("who shares a network namespace publishes nothing") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("h", {"host"}));
    CHECK(ContainersWorld::why_of([&] { world.containers->publish("h", specs({"80:80"})); }) == Refused::Why::bad);
}

} // namespace pontoon
