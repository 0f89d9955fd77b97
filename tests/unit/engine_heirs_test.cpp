// A port number that another port had before: nothing that was the one's is the other's.
#include "tests/unit/stepped_switch.hpp"

namespace pontoon::engine_heirs_test {

using namespace frames;

namespace {

const Mac kStranger{{2, 0, 0, 0, 0, 9}};

} // namespace

TEST_CASE("a message for a port that left is not for the next one of its number") {
    SteppedSwitch s(networks_of(1, 2), 2); // e0 has number 1 and worker 1, e1 the other worker
    const std::string victim = endpoint_name(0, 1);
    const bool same_name = GENERATE(true, false);
    s.feed(endpoint_name(0, 0), plain(mac_of(0, 1), mac_of(0, 0)));
    s.step(); // worker 0 has had its turn when worker 1 sends it the packet
    REQUIRE(s.engine().stats().held == 1);
    s.detach(victim);
    s.publish(networks_of(1, 2));
    s.use_up(networks_of(1, 2));
    const std::string heir = same_name ? victim : endpoint_name(0, 2);
    REQUIRE(s.attach(heir) == 2);
    s.publish(networks_of(1, 3));
    s.run();
    CHECK(s.take(heir).empty());
    CHECK(s.detached() == 1);
    CHECK(s.engine().stats().held == 0);
}

TEST_CASE("what was learned behind a port that left is not behind the next one of its number") {
    const unsigned workers = GENERATE(1U, 2U);
    SteppedSwitch s(networks_of(1, 3), workers);
    s.feed(endpoint_name(0, 0), plain(mac_of(0, 1), kStranger));
    s.run();
    s.feed(endpoint_name(0, 1), plain(kStranger, mac_of(0, 1)));
    s.run();
    REQUIRE(s.take(endpoint_name(0, 0)).size() == 1);
    REQUIRE(s.take(endpoint_name(0, 2)).empty());
    s.detach(endpoint_name(0, 0));
    s.publish(networks_of(1, 3));
    s.use_up(networks_of(1, 3));
    REQUIRE(s.attach(endpoint_name(0, 0)) == 1); // the same MACs, ports and name: only the port is another one
    s.publish(networks_of(1, 3));
    s.feed(endpoint_name(0, 1), plain(kStranger, mac_of(0, 1)));
    s.run();
    CHECK(s.take(endpoint_name(0, 0)).size() == 1);
    CHECK(s.take(endpoint_name(0, 2)).size() == 1);
}

TEST_CASE("a flow of a port that left is not of the next one of its number, and does not count against it") {
    Config config = world(2);
    config.conntrack.max_per_endpoint = 1;
    SteppedSwitch s(config, 1);
    const std::string client = endpoint_name(0, 0);
    s.feed(client, udp_out(0));
    s.run();
    const auto left = s.take(kUplinkName);
    REQUIRE(left.size() == 1);
    s.feed(kUplinkName, answer_to(left[0]));
    s.run();
    REQUIRE(s.take(client).size() == 1);
    s.detach(client);
    s.publish(config);
    s.use_up(config);
    REQUIRE(s.attach(client) == 1);
    s.publish(config);
    s.feed(kUplinkName, answer_to(left[0]));
    s.run();
    CHECK(s.take(client).empty());
    CHECK(drops(s.engine().stats(), Reason::no_flow) == 1);
    CHECK(s.engine().stats().flows.active == 0);
    s.feed(client, udp_out(0));
    s.run();
    CHECK(s.take(kUplinkName).size() == 1);
    CHECK(s.engine().stats().flows.active == 1);
}

TEST_CASE("pieces that wait are dropped with the port they came from") {
    SteppedSwitch s(world(2), 1);
    const std::string client = endpoint_name(0, 0);
    const auto pieces = test::pieces_of(udp_out(0, 64), {32});
    const auto others = test::pieces_of(udp_out(1, 64), {32});
    s.feed(client, pieces[1]);
    s.feed(endpoint_name(0, 1), others[1]);
    s.run();
    REQUIRE(s.engine().stats().held == 2);
    s.detach(client);
    s.publish(world(2));
    if (GENERATE(true, false)) {
        s.use_up(world(2));
        REQUIRE(s.attach(client) == 1);
        s.publish(world(2));
    }
    s.step();
    CHECK(s.detached() == 1);
    CHECK(s.engine().stats().held == 1);
    s.feed(endpoint_name(0, 1), others[0]);
    s.run();
    CHECK(s.take(kUplinkName).size() == 2);
}

TEST_CASE("another uplink of the same number gets no packets of the one before, and asks for its own neighbours") {
    SteppedSwitch s(world(2, false), 2); // the endpoints have numbers 1 and 2, the uplink 3 and worker 1
    s.feed(endpoint_name(0, 1), udp_out(1));
    s.run();
    REQUIRE(s.take(kUplinkName).size() == 1); // asks
    s.feed(kUplinkName, arp_reply(kRouter));
    s.run();
    REQUIRE(s.take(kUplinkName).size() == 1);
    s.feed(endpoint_name(0, 1), udp_out(1));
    s.run();
    REQUIRE(s.take(kUplinkName).size() == 1);
    s.detach(kUplinkName);
    s.publish(world(2, false));
    s.use_up(world(2, false));
    REQUIRE(s.attach(kUplinkName) == 3);
    s.publish(world(2, false));
    s.feed(endpoint_name(0, 1), udp_out(1));
    s.run();
    const auto sent = s.take(kUplinkName);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0][12] == 8);
    CHECK(sent[0][13] == 6); // asks again
    CHECK(s.engine().stats().held == 1);
}

TEST_CASE("a message for the uplink that left is not for the next one of its number") {
    SteppedSwitch s(world(1), 2); // the endpoint has number 1 and worker 1, the uplink 2 and worker 0
    s.feed(endpoint_name(0, 0), udp_out(0));
    s.step();
    REQUIRE(s.engine().stats().held == 1);
    s.detach(kUplinkName);
    s.publish(world(1));
    s.use_up(world(1));
    REQUIRE(s.attach(kUplinkName) == 2);
    s.publish(world(1));
    s.run();
    CHECK(s.take(kUplinkName).empty());
    CHECK(s.detached() == 1);
}

} // namespace pontoon::engine_heirs_test
