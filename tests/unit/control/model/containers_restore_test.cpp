// What the next daemon finds: containers that go on, and those that have exited meanwhile.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon::containers_restore_test {

TEST_CASE("running containers go on with what they had, and new ones get what is left") {
    const TempDir dir;
    std::map<pid_t, std::uint64_t> processes;
    std::map<std::string, NetNs::Id> namespaces;
    ContainerRecord a;
    {
        ContainersWorld world(dir);
        world.network("n", "10.1.0.0/24");
        world.run("gone");
        a = world.run("a1", {"bridge", "n"}, {"80:80", "81"});
        world.containers->exited("gone", 0, 0);
        world.run("dead", {"bridge"}, {"82:82"});
        std::ofstream(world.containers->files(world.at("dead")).exit) << "7\n";
        auto request = ContainersWorld::asked("fleeting");
        request.auto_remove = true;
        world.run(request);
        Place place;
        place.path = "/ns/a";
        world.containers->attach(ContainersWorld::asked("f1"), place);
        a = world.at("a1");
        auto half = world.desired.attachments.at("a1@bridge");
        half.endpoint.name = "half@bridge";
        world.store.put(half, Store::Stage::coming);
        processes = world.host.processes;
        namespaces = world.host.namespaces;
    } // killed
    namespaces.erase("/proc/103"); // dead
    processes.erase(104);          // fleeting
    ContainersWorld world(dir, [&](FakeHost& host) {
        host.processes = processes;
        host.namespaces = namespaces;
    });
    CHECK(world.at("a1") == a);
    CHECK(world.address("f1") == "172.17.0.5");
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:80->80/tcp at a1@bridge", "0.0.0.0:40000->81/tcp at a1@bridge"});
    CHECK(world.at("dead").state == ContainerRecord::State::exited);
    CHECK(world.at("dead").exit_code == 7);
    CHECK(world.at("dead").bindings.empty());
    CHECK(world.state.containers.by_name("fleeting") == nullptr);
    CHECK(world.store.rows().size() == 3);
    CHECK(world.host.interfaces.size() == 3);
    world.run("b1", {"bridge", "n"}, {"82:82"}); // I-030
    CHECK(world.address("b1") == "172.17.0.2");  // which `dead` had
    CHECK(world.address("b1", "n") == "10.1.0.3");
    CHECK_FALSE(ContainersWorld::error_of([&] { world.run("c1", {"bridge"}, {"80:80"}); }).empty());
    world.containers->exited("a1", 0, 0);
    CHECK(ContainersWorld::error_of([&] { world.containers->start("c1", world.process(500)); }).empty());
}

TEST_CASE("links of containers that go on are open") { // L-006
    const TempDir dir;
    std::map<pid_t, std::uint64_t> processes;
    std::map<std::string, NetNs::Id> namespaces;
    std::vector<Link> links;
    {
        ContainersWorld world(dir);
        auto closed = *world.state.networks.by_name("bridge");
        closed.options["com.docker.network.bridge.enable_icc"] = "false";
        world.store.put(closed);
        world.state.networks.put(closed);
        world.run("target", {"bridge"}, {"8080:80"});
        auto request = ContainersWorld::asked("a1");
        request.links = {{"target", "t"}};
        world.run(request);
        links = world.host.config.links;
        REQUIRE(links.size() == 1);
        processes = world.host.processes;
        namespaces = world.host.namespaces;
    }
    ContainersWorld world(dir, [&](FakeHost& host) {
        host.processes = processes;
        host.namespaces = namespaces;
    });
    CHECK(world.host.config.links == links);
    world.containers->exited("target", 0, 0);
    CHECK(world.host.config.links.empty());
}

TEST_CASE("a process that has the number of another one is no container") {
    const TempDir dir;
    std::map<std::string, NetNs::Id> namespaces;
    {
        ContainersWorld world(dir);
        world.run("a1");
        namespaces = world.host.namespaces;
    }
    ContainersWorld world(dir, [&](FakeHost& host) {
        host.namespaces = namespaces;
        host.processes[101] = 5; // which began at another time
    });
    CHECK(world.at("a1").state == ContainerRecord::State::exited);
    CHECK(world.at("a1").exit_code == 137);
    CHECK(world.store.rows().empty());
    CHECK(world.store.containers()[0] == world.at("a1"));
}

TEST_CASE("a port that a process has taken meanwhile is published no more") {
    const TempDir dir;
    std::map<pid_t, std::uint64_t> processes;
    std::map<std::string, NetNs::Id> namespaces;
    {
        ContainersWorld world(dir);
        world.run("a1", {"bridge"}, {"80:80", "81:81"});
        processes = world.host.processes;
        namespaces = world.host.namespaces;
    }
    ContainersWorld world(dir, [&](FakeHost& host) {
        host.processes = processes;
        host.namespaces = namespaces;
        host.held_ports = {80};
    });
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:81->81/tcp at a1@bridge"});
    CHECK(world.at("a1").is_running());
    CHECK(world.store.containers()[0] == world.at("a1"));
}

TEST_CASE("what a daemon attached that knew no containers is a container now") {
    const TempDir dir;
    {
        ContainersWorld world(dir);
        Attachment old;
        old.endpoint = {"old", "bridge", *Ipv4::parse("172.17.0.5"), *Mac::parse("02:42:ac:11:00:05")};
        old.publishes = {{Ipv4{}, {80, 80}, Transport::tcp, "old", {80, 80}}};
        old.place = {"/ns/a", 0, {1, 10}};
        old.interface = "eth0";
        world.store.put(old, Store::Stage::there);
        old.endpoint.name = "lost";
        old.place.id = {1, 77};
        world.store.put(old, Store::Stage::there);
    }
    {
        ContainersWorld world(dir);
        CHECK(world.address("old") == "172.17.0.5");
        CHECK(world.published() == std::vector<std::string>{"0.0.0.0:80->80/tcp at old"});
        CHECK(world.store.rows().size() == 1);
        CHECK(world.store.containers().size() == 1);
    }
    ContainersWorld world(dir); // and stays one
    CHECK(world.address("old") == "172.17.0.5");
    world.containers->detach("old");
    CHECK(world.store.rows().empty());
    CHECK(world.store.containers().empty());
}

} // namespace pontoon::containers_restore_test
