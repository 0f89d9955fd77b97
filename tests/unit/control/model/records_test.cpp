// Records: kept as JSON and read again, found as Docker finds things, and written together or not at all.
#include <catch2/catch.hpp>

#include "control/json_reader.hpp"
#include "control/model/records_json.hpp"
#include "control/model/state.hpp"
#include "control/refused.hpp"
#include "control/store.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::records_test {

namespace {

NetworkRecord network_of(const std::string& id, const std::string& name) {
    NetworkRecord record;
    record.id = id;
    record.name = name;
    return record;
}

ContainerRecord a_container() {
    ContainerRecord record;
    record.id = std::string(64, 'c');
    record.name = "a";
    record.created = {1'795'282'220'714'650'853};
    record.command = {"sh", "-c", "echo \"\xc3\xa4\""};
    record.state = ContainerRecord::State::running;
    record.endpoints.resize(1);
    record.endpoints[0].network = "our net";
    record.endpoints[0].wanted_ipv4 = *Ipv4::parse("172.18.0.9");
    record.endpoints[0].mac = *Mac::parse("02:42:ac:12:00:09");
    record.endpoints[0].kind = AttachKind::veth;
    record.publish = {parse_publish_spec("127.0.0.1:8000-8002:80-82/udp"), parse_publish_spec("[2001:db8::1]::80")};
    record.bindings = {{{}, {8080, 8080}, Transport::sctp, "a@our net", {80, 80}}};
    record.place = {"/run/netns/a", 12, {4, 4026531840}};
    record.exposed = {{{80, 81}, Transport::udp}};
    record.links = {{std::string(64, 'd'), "db"}};
    return record;
}

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Refused& refused) {
        return refused.what();
    }
    return "none";
}

} // namespace

TEST_CASE("records are read as they were written") {
    auto network = network_of(std::string(64, '1'), "our net");
    network.pools = {{Prefix4{*Ipv4::parse("10.1.0.0"), 16}, {}, *Ipv4::parse("10.1.0.254"), {{"h1", Ipv4{}}}}};
    network.ipam_options = TextMap{};
    network.subnet = network.pools[0].subnet;
    CHECK(network_from_json(to_json(network)) == network);
    CHECK(container_from_json(to_json(a_container())) == a_container());
}

TEST_CASE("a record of another version has defaults for what it did not know, and loses what nobody knows") {
    const auto read = network_from_json(R"({"id":"1","name":"n","of_tomorrow":[1]})");
    CHECK(read == network_of("1", "n"));
}

TEST_CASE("what is no record is refused") {
    CHECK_THROWS_AS(network_from_json("{"), InputError);
    CHECK_THROWS_AS(network_from_json("[]"), InputError);
    CHECK_THROWS_AS(network_from_json(R"({"subnet":"10.0.0.1/8"})"), InputError);
    CHECK_THROWS_AS(container_from_json(R"({"state":"asleep"})"), InputError);
}

TEST_CASE("moments are told as Docker tells them") {
    CHECK(Time{1'795'282'220'714'650'853}.to_string() == "2026-11-21T17:30:20.714650853Z");
    CHECK(Time{}.to_string() == "0001-01-01T00:00:00Z");
}

TEST_CASE("an id is 64 hexadecimal digits whose first twelve are no number") {
    const auto id = new_id();
    CHECK(id.size() == 64);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(short_id(id).find_first_not_of("0123456789") != std::string::npos);
    CHECK(new_id() != id);
}

TEST_CASE("things are found by id, then by name, then by the beginning of an id") {
    State state;
    const std::string one = std::string(63, 'a') + "1";
    const std::string two = std::string(63, 'a') + "2";
    const std::string three(64, 'b');
    state.networks.put(network_of(one, "x"));
    state.networks.put(network_of(two, three));
    state.networks.put(network_of(three, "bbb"));
    CHECK(find_network(state, one).name == "x");
    CHECK(find_network(state, three).id == three); // the id wins over the name
    CHECK(find_network(state, "bbb").id == three);
    CHECK(find_network(state, "bb").id == three);
    CHECK(refusal([&] { (void)find_network(state, "aa"); }) ==
          "network aa is ambiguous (2 matches found based on ID prefix)");
    CHECK(refusal([&] { (void)find_network(state, "cc"); }) == "network cc not found");
    CHECK(refusal([&] { (void)find_network(state, ""); }) == "network  not found");
    CHECK(refusal([&] { (void)find_container(state, "zz"); }) == "No such container: zz");
    state.networks.put(network_of(one, "renamed"));
    CHECK(state.networks.by_name("x") == nullptr);
    CHECK(state.networks.by_name("renamed")->id == one);
    state.networks.erase(one);
    CHECK(find_network(state, "aa").id == two);
}

TEST_CASE("a transaction is there whole after a restart, or not at all") {
    const TempDir dir;
    const auto container = a_container();
    {
        Store store(dir.path());
        store.transaction([&] {
            store.put(network_of("1", "n"));
            store.put(container);
        });
        CHECK_THROWS_AS(store.transaction([&] {
            store.erase_network("1");
            throw std::runtime_error("no");
        }),
                        std::runtime_error);
        store.put_value("seed", "7");
    }
    Store store(dir.path());
    CHECK(store.networks() == std::vector{network_of("1", "n")});
    CHECK(store.containers() == std::vector{container});
    CHECK(store.value("seed") == "7");
    CHECK_FALSE(store.value("none"));
    store.erase_container(container.id);
    CHECK(store.containers().empty());
}

} // namespace pontoon::records_test
