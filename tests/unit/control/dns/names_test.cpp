#include "control/dns/names.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <thread>

#include "a_state.hpp"

namespace pontoon::names_test {
namespace {

using names_test::AState;
using names_test::ip;

// All addresses in order, "a b".
std::string found(const Names& names, const std::string& from, const std::string& name) {
    auto addresses = names.find(ip(from), name);
    std::ranges::sort(addresses);
    std::string text;
    for (const auto& address : addresses) {
        text += (text.empty() ? "" : " ") + address.to_string();
    }
    return text;
}

struct World : AState {
    World() {
        network("bridge", "172.17.0.0/16", "172.17.0.1");
        network("front", "172.18.0.0/16", "172.18.0.1");
        network("Back.End", "172.19.0.0/16", "172.19.0.1");
    }
    void know(const ContainerRecord& container) { names.put(*this, container); }

    Names names;
};

} // namespace

TEST_CASE("names: container name, aliases, short id, hostname, and each with its network's name") {
    World world;
    auto& one = world.container("One", {{"front", "172.18.0.2"}});
    one.hostname = "host1";
    one.endpoints[0].aliases = {"db", "Data.Base"};
    world.know(one);
    world.know(world.container("two", {{"front", "172.18.0.3"}}));
    const auto short_one = short_id(one.id);
    for (const auto& name : {std::string("one"), std::string("db"), std::string("data.base"), std::string("host1"),
                             short_one, std::string("one.front"), std::string("data.base.front")}) {
        INFO(name);
        CHECK(found(world.names, "172.18.0.3", name) == "172.18.0.2");
        CHECK(found(world.names, "172.18.0.2", name) == "172.18.0.2"); // also its own
    }
    for (const auto& name : {one.id, std::string("one.back.end"), std::string("front"), std::string("one."),
                             std::string(".one"), std::string("."), std::string(""), std::string("on")}) {
        INFO(name);
        CHECK(found(world.names, "172.18.0.3", name).empty());
    }
    CHECK(world.names.name_of(ip("172.18.0.3"), ip("172.18.0.2")) == "One.front");
    CHECK(world.names.name_of(ip("172.18.0.3"), ip("172.18.0.1")) == std::nullopt);
}

TEST_CASE("names: only those of the asker's networks, the first network that knows it answers") {
    World world;
    world.know(world.container("both", {{"front", "172.18.0.9"}, {"Back.End", "172.19.0.9"}}));
    world.know(world.container("f", {{"front", "172.18.0.2"}}));
    auto& shared_b = world.container("b", {{"Back.End", "172.19.0.2"}});
    shared_b.endpoints[0].aliases = {"x"};
    world.know(shared_b);
    auto& shared_f = world.container("g", {{"front", "172.18.0.3"}});
    shared_f.endpoints[0].aliases = {"x"};
    world.know(shared_f);
    CHECK(found(world.names, "172.18.0.2", "b").empty());
    CHECK(found(world.names, "172.18.0.2", "b.back.end").empty());
    CHECK(found(world.names, "172.18.0.9", "b") == "172.19.0.2");
    CHECK(found(world.names, "172.19.0.9", "f") == "172.18.0.2"); // whichever of its addresses it asks from
    CHECK(found(world.names, "172.18.0.9", "x") == "172.19.0.2"); // Back.End before front: the name
    CHECK(found(world.names, "172.18.0.9", "x.front") == "172.18.0.3");
    CHECK(world.names.name_of(ip("172.18.0.2"), ip("172.19.0.2")) == std::nullopt);
    CHECK(world.names.name_of(ip("172.18.0.9"), ip("172.19.0.2")) == "b.Back.End");
    SECTION("a higher priority comes first") {
        auto both = *world.containers.by_name("both");
        both.endpoints[0].gw_priority = 1;
        world.know(both);
        CHECK(found(world.names, "172.18.0.9", "x") == "172.18.0.3");
    }
    SECTION("an internal network comes last") {
        const_cast<NetworkRecord*>(world.networks.by_name("Back.End"))->internal = true;
        world.know(*world.containers.by_name("both"));
        CHECK(found(world.names, "172.18.0.9", "x") == "172.18.0.3");
    }
}

TEST_CASE("names: a shared alias has all addresses, in an order that changes") {
    World world;
    std::set<Ipv4> first;
    for (int n = 2; n < 6; ++n) {
        auto& one = world.container("c" + std::to_string(n), {{"front", "172.18.0." + std::to_string(n)}});
        one.endpoints[0].aliases = {"web"};
        world.know(one);
    }
    CHECK(found(world.names, "172.18.0.2", "web") == "172.18.0.2 172.18.0.3 172.18.0.4 172.18.0.5");
    for (int n = 0; n < 200; ++n) {
        first.insert(world.names.find(ip("172.18.0.2"), "web").front());
    }
    CHECK(first.size() == 4);
    world.names.erase(world.containers.by_name("c3")->id);
    CHECK(found(world.names, "172.18.0.2", "web") == "172.18.0.2 172.18.0.4 172.18.0.5");
}

TEST_CASE("names: of an alias with very many addresses any 2048 are given") {
    World world;
    for (unsigned n = 0; n < 3000; ++n) {
        const Ipv4 address{be32{(172U << 24) + (18U << 16) + 2 + n}};
        auto& one = world.container("c" + std::to_string(n), {{"front", address.to_string()}});
        one.endpoints[0].aliases = {"web"};
        world.know(one);
    }
    const auto some = world.names.find(ip("172.18.0.2"), "web");
    CHECK(some.size() == Names::kMaxAddresses);
    CHECK(std::set(some.begin(), some.end()).size() == Names::kMaxAddresses);
}

TEST_CASE("names: links are private to who has them, and hide the same name of others") {
    World world;
    auto& a = world.container("a", {{"front", "172.18.0.2"}});
    a.endpoints[0].links = {"b:Db", "c", "gone:lost"};
    world.know(a);
    world.know(world.container("b", {{"front", "172.18.0.3"}}));
    auto& c = world.container("c", {{"front", "172.18.0.4"}});
    c.endpoints[0].aliases = {"db", "lost"};
    world.know(c);
    CHECK(found(world.names, "172.18.0.2", "db") == "172.18.0.3");
    CHECK(found(world.names, "172.18.0.2", "db.front") == "172.18.0.3");
    CHECK(found(world.names, "172.18.0.2", "c") == "172.18.0.4");
    CHECK(found(world.names, "172.18.0.3", "db") == "172.18.0.4");
    CHECK(found(world.names, "172.18.0.2", "lost").empty());
    SECTION("the target may come later") {
        world.know(world.container("gone", {{"front", "172.18.0.5"}}));
        CHECK(found(world.names, "172.18.0.2", "lost") == "172.18.0.5");
    }
}

TEST_CASE("names: the default network has none, and who is in it alone asks in vain") {
    World world;
    world.know(world.container("d", {{"bridge", "172.17.0.2"}}));
    world.know(world.container("e", {{"bridge", "172.17.0.3"}, {"front", "172.18.0.3"}}));
    CHECK_FALSE(world.names.knows(ip("172.17.0.2")));
    CHECK_FALSE(world.names.asker(ip("172.17.0.2")));
    CHECK(world.names.knows(ip("172.18.0.3")));
    CHECK(found(world.names, "172.18.0.3", "d").empty());
    CHECK(found(world.names, "172.18.0.3", "e") == "172.18.0.3");
}

TEST_CASE("names: change at once: renamed, disconnected, stopped, removed") {
    World world;
    auto one = world.container("one", {{"front", "172.18.0.2"}, {"Back.End", "172.19.0.2"}});
    world.know(one);
    world.know(world.container("two", {{"front", "172.18.0.3"}}));
    one.name = "uno";
    world.know(one);
    CHECK(found(world.names, "172.18.0.3", "one").empty());
    CHECK(found(world.names, "172.18.0.3", "uno") == "172.18.0.2");
    CHECK(world.names.name_of(ip("172.18.0.3"), ip("172.18.0.2")) == "uno.front");
    one.endpoints.erase(one.endpoints.begin());
    world.know(one);
    CHECK(found(world.names, "172.18.0.3", "uno").empty());
    CHECK(found(world.names, "172.19.0.2", "uno") == "172.19.0.2");
    CHECK_FALSE(world.names.knows(ip("172.18.0.2")));
    one.state = ContainerRecord::State::exited;
    world.know(one);
    CHECK_FALSE(world.names.knows(ip("172.19.0.2")));
    world.names.erase(one.id);
    world.names.erase("nobody");
}

TEST_CASE("names: the host is known as in Docker Desktop, unless a container is called so") {
    World world;
    world.know(world.container("a", {{"front", "172.18.0.2"}, {"Back.End", "172.19.0.2"}}));
    CHECK(found(world.names, "172.18.0.2", "host.docker.internal") == "172.18.0.1");
    CHECK(found(world.names, "172.19.0.2", "gateway.docker.internal") == "172.19.0.1");
    auto& b = world.container("b", {{"front", "172.18.0.3"}});
    b.endpoints[0].aliases = {"host.docker.internal"};
    world.know(b);
    CHECK(found(world.names, "172.18.0.2", "host.docker.internal") == "172.18.0.3");
}

TEST_CASE("names: the host is where --host-gateway-ip says") {
    World world;
    Names names(ip("192.0.2.1"));
    names.put(world, world.container("a", {{"front", "172.18.0.2"}}));
    CHECK(found(names, "172.18.0.2", "host.docker.internal") == "192.0.2.1");
}

TEST_CASE("names: where questions go that nobody here can answer") {
    World world;
    const_cast<NetworkRecord*>(world.networks.by_name("front"))->internal = true;
    auto& inside = world.container("in", {{"front", "172.18.0.2"}});
    inside.dns = {"172.18.0.53"};
    inside.dns_options = {"timeout:1"};
    world.know(inside);
    world.know(world.container("out", {{"front", "172.18.0.3"}, {"bridge", "172.17.0.3"}}));
    const auto in = world.names.asker(ip("172.18.0.2")).value();
    CHECK_FALSE(in.outside);
    CHECK(in.servers == Texts{"172.18.0.53"});
    CHECK(in.has_options);
    CHECK_FALSE(in.ndots);
    CHECK(in.gateways == std::vector{ip("172.18.0.1")});
    const auto out = world.names.asker(ip("172.18.0.3")).value();
    CHECK(out.outside);
    CHECK(out.servers.empty());
}

TEST_CASE("names: a question with very many dots is cheap, and change while others ask is safe") {
    World world;
    world.know(world.container("a", {{"front", "172.18.0.2"}}));
    std::string dots;
    for (int n = 0; n < 127; ++n) {
        dots += "a.";
    }
    std::jthread changes([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            world.know(world.container("b", {{"front", "172.18.0.3"}}));
            world.names.erase(world.containers.by_name("b")->id);
        }
    });
    for (int n = 0; n < 2000; ++n) {
        CHECK(world.names.find(ip("172.18.0.2"), dots).empty());
        const auto b = found(world.names, "172.18.0.2", "b");
        CHECK((b.empty() || b == "172.18.0.3"));
    }
}

} // namespace pontoon::names_test
