// Attaching and detaching: what is checked, what is done, and that nothing is left of what failed.
#include <catch2/catch.hpp>
#include <spdlog/spdlog.h>

#include "control/legacy_attachments.hpp"
#include "control/refused.hpp"
#include "tests/unit/control/fake_host.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon {

namespace {

struct Switch {
    explicit Switch(const TempDir& dir) : store(dir.path()), desired(load_desired({}, false)) {
        spdlog::set_level(spdlog::level::off);
        FreeChoice choice;
        choice.range = {40000, 40009};
        attachments.emplace(desired, store, host, AttachKind::tap, choice);
    }

    // ' stands for ". The endpoint's address or the error.
    std::string attach(std::string json) {
        std::ranges::replace(json, '\'', '"');
        try {
            return attachments->attach(read_attach_request(boost::json::parse(json))).endpoint.ipv4.to_string();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    std::string detach(const std::string& name) {
        try {
            attachments->detach(name);
            return "";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }
    void is_empty() const {
        CHECK(host.interfaces.empty());
        CHECK(host.config.endpoints.empty());
        CHECK(host.config.publishes.empty());
        CHECK(store.rows().empty());
        CHECK(desired.attachments.empty());
    }

    FakeHost host;
    Store store;
    Desired desired;
    std::optional<LegacyAttachments> attachments;
};

const std::string kA = "{'name':'a','network':'bridge','netns':'/ns/a','publish':['8080:80','81']}";
const std::string kB = "{'name':'b','network':'bridge','netns':'/ns/a'}";

} // namespace

TEST_CASE("a network whose MTU veth does not carry is refused by name, and tap carries it") {
    const TempDir dir;
    Switch pontoon(dir);
    pontoon.desired.networks.at(0).mtu = 36847;
    const std::string veth = "{'name':'a','network':'bridge','netns':'/ns/a','attach':'veth'}";
    CHECK(pontoon.attach(veth) == "network bridge has MTU 36847, and veth carries at most 36846; tap carries it");
    pontoon.is_empty();
    CHECK(pontoon.attach(kB) == "172.17.0.2");
    CHECK(pontoon.detach("b").empty());
    pontoon.desired.networks.at(0).mtu = 36846;
    CHECK(pontoon.attach(veth) == "172.17.0.2");
}

TEST_CASE("an endpoint is attached with what Docker would give it") {
    const TempDir dir;
    Switch pontoon(dir);
    REQUIRE(pontoon.attach(kA) == "172.17.0.2");
    REQUIRE(pontoon.attach(kB) == "172.17.0.3");
    const auto& made = pontoon.desired.attachments.at("a");
    CHECK(made.endpoint.mac.to_string() == "02:42:ac:11:00:02");
    CHECK(made.interface == "eth0");
    CHECK(made.place == Place{"/ns/a", 0, {1, 10}});
    CHECK(pontoon.host.interfaces["b"] == "eth1 in /ns/a");
    REQUIRE(pontoon.host.config.publishes.size() == 2);
    CHECK(to_arrow(pontoon.host.config.publishes[1]) == "0.0.0.0:40000->81/tcp");
    REQUIRE(pontoon.store.rows().size() == 2);
    CHECK(pontoon.store.rows()[0].attachment == made);
    CHECK(pontoon.store.rows()[0].stage == Store::Stage::there);
    CHECK(pontoon.detach("a").empty());
    CHECK(pontoon.detach("b").empty());
    pontoon.is_empty();
    CHECK(pontoon.attach(kA) == "172.17.0.2"); // address, MAC and ports are free again
}

TEST_CASE("a request that makes no sense or wants what is taken is refused") {
    const TempDir dir;
    Switch pontoon(dir);
    REQUIRE(pontoon.attach(kA) == "172.17.0.2");
    const auto steps = pontoon.host.steps;
    const auto with = [](const std::string& more, const std::string& name = "c") {
        return "{'name':'" + name + "','network':'bridge'" + more + "}";
    };
    const std::string ns = ",'netns':'/ns/b'";
    const std::pair<std::string, std::string> wrong[] = {
        {with(ns, "a"), "there is an endpoint a already"},
        {with(ns, "-a"), "name: \"-a\" is not a name: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed"},
        {with(ns, "uplink"), "name: uplink is the name of the way out"},
        {"{'name':'c','network':'web','netns':'/ns/b'}", "network web not found"},
        {with(ns + ",'ipv4':'172.17.0.2'"), "172.17.0.2 is taken in network bridge"},
        {with(ns + ",'ipv4':'172.17.0.1'"), "172.17.0.1 is taken in network bridge"},
        {with(ns + ",'ipv4':'172.17.0.0'"), "ipv4: 172.17.0.0 is the network or broadcast address of 172.17.0.0/16"},
        {with(ns + ",'ipv4':'10.0.0.1'"), "ipv4: 10.0.0.1 is outside 172.17.0.0/16 of network bridge"},
        {with(ns + ",'mac':'02:42:ac:11:00:02'"), "02:42:ac:11:00:02 is taken in network bridge"},
        {with(ns + ",'mac':'ff:ff:ff:ff:ff:ff'"), "mac: ff:ff:ff:ff:ff:ff is not the address of one station"},
        {with(ns + ",'publish':['8080:1']"), "Bind for 0.0.0.0:8080 failed: port is already allocated"},
        {with(ns + ",'publish':[8080]"), "publish[0]: must be a string"},
        {with(ns + ",'attach':'glue'"), "attach: \"glue\" is none of tap, veth"},
        {with(ns + ",'pid':1"), "netns: needs either netns or pid"},
        {with(""), "netns: needs either netns or pid"},
        {with(",'netns':'ns'"), "netns: \"ns\" is not an absolute path"},
        {with(",'netns':'/ns/c'"), "/ns/c: cannot open the network namespace"},
        {with(",'pid':0"), "pid: must be an integer from 1 to 2147483647"},
        {with(ns + ",'x':1"), "x: unknown key"},
    };
    for (const auto& [json, error] : wrong) {
        INFO(json);
        CHECK(pontoon.attach(json) == error);
    }
    CHECK(pontoon.detach("c") == "there is no endpoint c");
    CHECK(pontoon.host.steps == steps); // nothing was done
    CHECK(pontoon.store.rows().size() == 1);
    CHECK(pontoon.attach(with(ns)) == "172.17.0.3");
}

TEST_CASE("of an attachment that fails nothing is left") {
    const TempDir dir;
    Switch pontoon(dir);
    pontoon.host.failing = GENERATE("plug", "publish");
    CHECK(pontoon.attach(kA) == pontoon.host.failing + " fails");
    pontoon.is_empty();
    pontoon.host.failing.clear();
    CHECK(pontoon.attach(kA) == "172.17.0.2");
}

TEST_CASE("an attachment that cannot be written is not made, and one that cannot be struck stays") {
    const TempDir dir;
    Switch pontoon(dir);
    const Database full(dir / "state.db");
    full.run("CREATE TRIGGER full BEFORE INSERT ON endpoints BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    CHECK_THAT(pontoon.attach(kA), Catch::EndsWith("the disk is full"));
    pontoon.is_empty();
    full.run("DROP TRIGGER full");
    full.run("CREATE TRIGGER full BEFORE INSERT ON endpoints WHEN NEW.stage = 1 "
             "BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    CHECK_THAT(pontoon.attach(kA), Catch::EndsWith("the disk is full"));
    pontoon.is_empty();
    full.run("DROP TRIGGER full");
    REQUIRE(pontoon.attach(kA) == "172.17.0.2");
    full.run("CREATE TRIGGER full BEFORE INSERT ON endpoints BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
    CHECK_THAT(pontoon.detach("a"), Catch::EndsWith("the disk is full"));
    CHECK(pontoon.host.config.endpoints.size() == 1);
    CHECK(pontoon.host.interfaces.size() == 1);
    CHECK(pontoon.desired.attachments.size() == 1);
}

TEST_CASE("an endpoint is announced when it is there, and is there also if that fails") {
    const TempDir dir;
    Switch pontoon(dir);
    REQUIRE(pontoon.attach(kA) == "172.17.0.2");
    CHECK(pontoon.host.steps == std::vector<std::string>{"plug", "publish", "announce"});
    pontoon.host.failing = "announce";
    CHECK(pontoon.attach(kB) == "172.17.0.3");
    CHECK(pontoon.host.config.endpoints.size() == 2);
}

TEST_CASE("a detachment that the engine refuses leaves the endpoint") {
    const TempDir dir;
    Switch pontoon(dir);
    REQUIRE(pontoon.attach(kA) == "172.17.0.2");
    pontoon.host.failing = "withdraw";
    CHECK(pontoon.detach("a") == "withdraw fails");
    REQUIRE(pontoon.store.rows().size() == 1);
    CHECK(pontoon.store.rows()[0].stage == Store::Stage::there);
    CHECK(pontoon.attach(kA) == "there is an endpoint a already");
    pontoon.host.failing.clear();
    CHECK(pontoon.detach("a").empty());
    pontoon.is_empty();
}

TEST_CASE("the next daemon takes over what is there and forgets what is not") {
    const TempDir dir;
    const auto c = "{'name':'c','network':'bridge','netns':'/ns/b','publish':['9000:9000']}";
    {
        Switch pontoon(dir);
        REQUIRE(pontoon.attach(kA) == "172.17.0.2");
        REQUIRE(pontoon.attach(kB) == "172.17.0.3");
        REQUIRE(pontoon.attach(c) == "172.17.0.4");
        auto half = pontoon.desired.attachments.at("a");
        half.endpoint.name = "half";
        half.endpoint.ipv4 = *Ipv4::parse("172.17.0.9");
        pontoon.store.put(half, Store::Stage::coming);
        pontoon.store.put(pontoon.desired.attachments.at("b"), Store::Stage::leaving);
    } // killed
    Switch pontoon(dir);
    pontoon.host.interfaces = {{"a", "eth0 in /ns/a"}, {"b", "eth1 in /ns/a"}, {"half", "eth2 in /ns/a"}};
    SECTION("all namespaces are there") {
        pontoon.attachments->restore();
        REQUIRE(pontoon.desired.attachments.size() == 2);
        CHECK(pontoon.host.interfaces ==
              std::map<std::string, std::string>{{"a", "eth0 in /ns/a"}, {"c", "eth0 in /ns/b"}});
        CHECK(pontoon.store.rows().size() == 2);
        CHECK(pontoon.attach("{'name':'d','network':'bridge','netns':'/ns/b'}") == "172.17.0.3");
        CHECK_THAT(pontoon.attach("{'name':'e','network':'bridge','netns':'/ns/b','publish':['8080:80']}"),
                   Catch::EndsWith("port is already allocated"));
    }
    SECTION("one is another namespace now, one has gone") {
        pontoon.host.namespaces = {{"/ns/a", {1, 99}}};
        pontoon.attachments->restore();
        CHECK(pontoon.desired.attachments.empty());
        CHECK(pontoon.store.rows().empty());
    }
    SECTION("the network has gone") {
        std::erase_if(pontoon.desired.networks, [](const Network& network) { return network.name == "bridge"; });
        pontoon.attachments->restore();
        CHECK(pontoon.desired.attachments.empty());
        CHECK(pontoon.host.interfaces.empty());
    }
    SECTION("a process of the host has the port now") {
        pontoon.host.held_ports = {9000};
        pontoon.attachments->restore();
        CHECK(pontoon.desired.attachments.size() == 1);
        pontoon.host.held_ports.clear();
        CHECK(pontoon.attach(c) == "172.17.0.3"); // its address, 172.17.0.4, is not the lowest free one now
    }
}

TEST_CASE("endpoints go with their namespaces, and stay where they are when the daemon goes") {
    const TempDir dir;
    Switch pontoon(dir);
    REQUIRE(pontoon.attach(kA) == "172.17.0.2");
    REQUIRE(pontoon.attach("{'name':'c','network':'bridge','netns':'/ns/b'}") == "172.17.0.3");
    pontoon.attachments->lose_gone();
    CHECK(pontoon.desired.attachments.size() == 2);
    pontoon.host.namespaces.erase("/ns/a");
    pontoon.attachments->lose_gone();
    REQUIRE(pontoon.host.config.endpoints.size() == 1);
    CHECK(pontoon.host.config.endpoints[0].name == "c");
    CHECK(pontoon.store.rows().size() == 1);
    pontoon.attachments->lose("stranger", "it never was");
    pontoon.attachments->unplug_all();
    CHECK(pontoon.host.interfaces.empty());
    CHECK(pontoon.store.rows().size() == 1);
}

} // namespace pontoon
