// Containers that begin and end: what they get, and that nothing is left of what failed.
#include <catch2/catch.hpp>

#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon::containers_start_test {

TEST_CASE("a container gets what Docker would give it, and gives it back") {
    const TempDir dir;
    ContainersWorld world(dir);
    const auto& a = world.run("a1", {"bridge"}, {"8080:80", "81"});
    CHECK(a.is_running());
    CHECK(a.id.size() == 64);
    CHECK(a.hostname == a.id.substr(0, 12));
    CHECK(world.address("a1") == "172.17.0.2");
    CHECK(world.endpoint("a1", "bridge").mac.to_string() == "02:42:ac:11:00:02");
    CHECK(world.endpoint("a1", "bridge").interface == "eth0");
    CHECK(world.route("a1") == "172.17.0.1 by eth0");
    CHECK(world.published() ==
          std::vector<std::string>{"0.0.0.0:8080->80/tcp at a1@bridge", "0.0.0.0:40000->81/tcp at a1@bridge"});
    CHECK(world.host.loopbacks.contains("/proc/101"));
    CHECK(world.told == std::vector<std::string>{"container create", "network connect", "container start"});
    CHECK(std::filesystem::exists(world.containers->files(a).hosts));
    REQUIRE(world.store.containers().size() == 1);
    CHECK(world.store.containers()[0] == a);
    REQUIRE(world.store.rows().size() == 1);
    CHECK(world.store.rows()[0].stage == Store::Stage::there);

    world.containers->exited("a1", 101, 3);
    CHECK(world.at("a1").state == ContainerRecord::State::exited);
    CHECK(world.at("a1").exit_code == 3);
    CHECK(world.endpoint("a1", "bridge").id.empty());
    CHECK(world.at("a1").bindings.empty());
    CHECK(world.published().empty());
    CHECK(world.host.interfaces.empty());
    CHECK(world.host.config.endpoints.empty());
    CHECK(world.store.rows().empty());
    CHECK(world.store.containers()[0] == world.at("a1"));
    world.run("b1", {"bridge"}, {"8080:80"}); // address and port are free (I-028)
    CHECK(world.address("b1") == "172.17.0.2");
    world.containers->exited("b1", 0, 0);
    world.run("c1");
    world.containers->start("a1", world.process(300)); // and what was asked for stays
    CHECK(world.published()[0] == "0.0.0.0:8080->80/tcp at a1@bridge");
    CHECK(world.address("a1") == "172.17.0.3");
}

TEST_CASE("interfaces are made in the order that was asked for, and the first by name is the way out") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("zeta", "10.1.0.0/24");
    world.network("alpha", "10.2.0.0/24");
    world.run("a1", {"zeta", "bridge", "alpha"}, {"80:80"});
    CHECK(world.endpoint("a1", "zeta").interface == "eth0");
    CHECK(world.endpoint("a1", "bridge").interface == "eth1");
    CHECK(world.endpoint("a1", "alpha").interface == "eth2");
    CHECK(world.route("a1") == "10.2.0.1 by eth2");
    CHECK(world.published() == std::vector<std::string>{"0.0.0.0:80->80/tcp at a1@alpha"});
}

TEST_CASE("a prefix and a name for interfaces, and a name that is taken") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24", "bridge", {{"com.docker.network.container_iface_prefix", "veth"}});
    auto request = ContainersWorld::asked("a1", {"n", "bridge"});
    request.endpoints[1].driver_options["com.docker.network.endpoint.ifname"] = "foo0";
    world.run(request);
    CHECK(world.endpoint("a1", "n").interface == "veth0");
    CHECK(world.endpoint("a1", "bridge").interface == "foo0");
    request.name = "b1";
    request.endpoints[1].driver_options["com.docker.network.endpoint.ifname"] = "veth0";
    CHECK_THAT(ContainersWorld::error_of([&] { world.run(request); }),
               Catch::EndsWith("to \"veth0\": file exists")); // N-180
    CHECK(world.host.interfaces.size() == 2);
}

TEST_CASE("sysctls of an interface are for the name that it gets") {
    const TempDir dir;
    ContainersWorld world(dir);
    auto request = ContainersWorld::asked("a1");
    request.endpoints[0].driver_options["com.docker.network.endpoint.sysctls"] =
        "net.ipv4.conf.IFNAME.log_martians=1,net.ipv4.neigh.ifname.gc_stale_time=7";
    world.run(request);
    const auto& sysctls = world.desired.attachments.at("a1@bridge").sysctls;
    REQUIRE(sysctls.size() == 2);
    CHECK(sysctls[0] == std::pair<std::string, std::string>("net/ipv4/conf/eth0/log_martians", "1"));
    CHECK(sysctls[1] == std::pair<std::string, std::string>("net/ipv4/neigh/eth0/gc_stale_time", "7"));
}

TEST_CASE("a port that is taken lets a container stay what it was, and remember why") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.run("a1", {"bridge"}, {"80:80"});
    world.containers->create(ContainersWorld::asked("b1", {"n"}, {"81:80", "80:80"}));
    const auto start = [&] { world.containers->start("b1", world.process(300)); };
    CHECK(ContainersWorld::why_of(start) == Refused::Why::impossible);
    const auto error = ContainersWorld::error_of(start);
    CHECK_THAT(error, Catch::StartsWith("failed to set up container networking: driver failed programming external "
                                        "connectivity on endpoint b1 ("));
    CHECK_THAT(error, Catch::EndsWith("Bind for 0.0.0.0:80 failed: port is already allocated"));
    CHECK(world.at("b1").state == ContainerRecord::State::created); // P-045
    CHECK(world.at("b1").error == error);
    CHECK(world.host.interfaces.size() == 1);
    CHECK(world.desired.network("n") == nullptr); // nobody is in it
    world.host.held_ports = {82};
    world.containers->create(ContainersWorld::asked("c1", {"bridge"}, {"82:80"}));
    CHECK_THAT(ContainersWorld::error_of([&] { world.containers->start("c1", world.process(301)); }),
               Catch::EndsWith("address already in use"));
    world.containers->exited("a1", 0, 0);
    world.containers->start("b1", world.process(302));
    CHECK(world.published().size() == 2);
}

TEST_CASE("of a start that fails nothing is left") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    world.containers->create(ContainersWorld::asked("a1", {"bridge", "n"}, {"80:80"}));
    world.host.failing = GENERATE("plug", "publish");
    CHECK(ContainersWorld::error_of([&] { world.containers->start("a1", world.process(7)); }) ==
          world.host.failing + " fails");
    world.host.failing.clear();
    CHECK(world.host.interfaces.empty());
    CHECK(world.host.config.endpoints.empty());
    CHECK(world.store.rows().empty());
    CHECK(world.state.attached.empty());
    CHECK(world.desired.attachments.empty());
    world.containers->start("a1", world.process(8));
    CHECK(world.address("a1") == "172.17.0.2");
    CHECK(world.address("a1", "n") == "10.1.0.2");
}

TEST_CASE("what cannot be written has not happened") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("a1", {"bridge"}, {"80:80"}));
    const Database full(dir / "state.db");
    full.run("CREATE TRIGGER full BEFORE INSERT ON endpoints WHEN NEW.stage = 1 "
             "BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    CHECK_THAT(ContainersWorld::error_of([&] { world.containers->start("a1", world.process(7)); }),
               Catch::EndsWith("the disk is full"));
    CHECK(world.host.interfaces.empty());
    CHECK(world.host.config.endpoints.empty());
    CHECK(world.store.rows().empty());
    full.run("DROP TRIGGER full");
    world.containers->start("a1", world.process(8));
    full.run("CREATE TRIGGER full BEFORE INSERT ON containers BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    CHECK_THAT(ContainersWorld::error_of([&] { world.containers->exited("a1", 8, 0); }),
               Catch::EndsWith("the disk is full"));
    CHECK(world.at("a1").is_running());
    CHECK(world.published().size() == 1);
    CHECK(world.store.rows()[0].stage == Store::Stage::there);
    CHECK(world.host.interfaces.size() == 1);
}

TEST_CASE("addresses that were asked for are taken at the start, not before") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    auto request = ContainersWorld::asked("a1", {"n"});
    request.endpoints[0].wanted_ipv4 = *Ipv4::parse("10.1.0.2");
    world.containers->create(request);
    world.run("b1", {"n"});
    CHECK(world.address("b1", "n") == "10.1.0.2");
    const auto start = [&] { world.containers->start("a1", world.process(300)); };
    CHECK(ContainersWorld::error_of(start) == "Address already in use"); // I-027, N-157
    CHECK(ContainersWorld::why_of(start) == Refused::Why::forbidden);
    world.containers->exited("b1", 0, 0);
    start();
    CHECK(world.address("a1", "n") == "10.1.0.2");
}

TEST_CASE("containers in the host's namespace, in none and in another one's") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.containers->create(ContainersWorld::asked("h1", {"host"}, {"80:80"}));
    CHECK_THAT(ContainersWorld::error_of([&] { world.containers->start("h1", world.process(7)); }),
               Catch::Contains("not in the host's network namespace"));
    world.containers->start("h1", world.process(7, true));
    CHECK(world.host.interfaces.empty());
    CHECK(world.published().empty()); // H-001
    CHECK(world.state.attached.at(world.state.networks.by_name("host")->id).size() == 1);
    world.run("n1", {"none"});
    CHECK(world.host.interfaces.empty());
    CHECK(world.host.loopbacks == std::set<std::string>{"/proc/101"});
    ContainerRecord shared;
    shared.name = "s1";
    shared.network_mode = "container:n1";
    world.containers->create(shared);
    CHECK_THAT(ContainersWorld::error_of([&] { world.containers->start("s1", world.process(8)); }),
               Catch::Contains("is not in the network namespace of n1"));
    auto same = world.process(9);
    world.host.namespaces["/proc/9"] = world.host.namespaces["/proc/101"];
    world.containers->exited("n1", 0, 0);
    CHECK(ContainersWorld::error_of([&] { world.containers->start("s1", same); }) ==
          "cannot join network namespace of a non running container: container n1 is exited"); // N-176
    world.containers->remove("n1", false);
    CHECK(ContainersWorld::error_of([&] { world.containers->start("s1", same); }) ==
          "joining network namespace of container: No such container: n1");
    CHECK_THAT(ContainersWorld::error_of([&] { world.run("x1", {"bridge"}); }), Catch::Equals(""));
    CHECK_THAT(ContainersWorld::error_of([&] { world.containers->start("x1", world.process(10)); }),
               Catch::Contains("is running already"));
}

TEST_CASE("a container that has exited is removed if that was asked for") {
    const TempDir dir;
    ContainersWorld world(dir);
    auto request = ContainersWorld::asked("a1");
    request.auto_remove = true;
    world.run(request);
    const auto folder = world.containers->files(world.at("a1")).folder;
    CHECK(std::filesystem::exists(folder));
    world.containers->exited("a1", 5, 1); // another process
    CHECK(world.at("a1").is_running());
    world.containers->exited("a1", 101, 1);
    CHECK(world.state.containers.empty());
    CHECK(world.store.containers().empty());
    CHECK_FALSE(std::filesystem::exists(folder));
    CHECK(world.told.back() == "container destroy");
}

TEST_CASE("a running container is removed by force only") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.run("a1");
    const auto remove = [&] { world.containers->remove("a1", false); };
    CHECK(ContainersWorld::why_of(remove) == Refused::Why::conflict);
    CHECK_THAT(ContainersWorld::error_of(remove), Catch::StartsWith("cannot remove container \"a1\": container is "
                                                                    "running"));
    world.containers->remove("a1", true);
    CHECK(world.host.signals == std::vector<std::pair<pid_t, int>>{{101, 9}});
    CHECK(world.state.containers.empty());
    CHECK(world.host.interfaces.empty());
    CHECK(ContainersWorld::why_of(remove) == Refused::Why::missing);
}

TEST_CASE("MAC addresses that were asked for are kept, and nobody has two of one in a network") {
    const TempDir dir;
    ContainersWorld world(dir);
    auto request = ContainersWorld::asked("a1");
    request.endpoints[0].wanted_mac = *Mac::parse("02:00:5e:10:00:01");
    world.run(request);
    world.containers->exited("a1", 0, 0);
    world.containers->start("a1", world.process(300));
    CHECK(world.endpoint("a1", "bridge").mac.to_string() == "02:00:5e:10:00:01");
    request.name = "b1";
    CHECK(ContainersWorld::error_of([&] { world.run(request); }) == "02:00:5e:10:00:01 is taken in network bridge");
}

} // namespace pontoon::containers_start_test
