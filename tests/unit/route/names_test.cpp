// Questions for names whose sums, or whose division into segments, were left to hardware.
#include <catch2/catch.hpp>

#include "tests/unit/offloaded.hpp"
#include "tests/unit/stepped_switch.hpp"

namespace pontoon::route_names_test {

using namespace frames;

namespace {

Config names_world(std::uint16_t mtu) {
    Config config = networks_of(1, 2);
    config.networks[0].names = true;
    config.networks[0].mtu = mtu;
    return config;
}

Datagram udp_between(Mac to, Mac from, Ipv4 source, Ipv4 destination, std::uint16_t source_port, std::uint16_t port,
                     std::size_t data) {
    Datagram d{to, from, source, destination, test::kUdp};
    d.transport =
        test::Writer().u16(source_port).u16(port).u16(static_cast<unsigned>(8 + data)).u16(0).zeros(data).take();
    test::seal(d);
    return d;
}

} // namespace

TEST_CASE("questions for names go from any worker to the one that has the port, and answers back") {
    const unsigned workers = GENERATE(1U, 2U, 3U);
    SteppedSwitch s(names_world(1500), workers);
    s.attach(kNamesPort);
    s.publish(names_world(1500));
    const Ipv4 gateway = address_of(0, 1);
    for (unsigned i = 0; i < 2; ++i) {
        const std::string client = endpoint_name(0, i);
        s.feed(client, udp_between(mac_of(gateway), mac_of(0, i), address_of(0, i + 2), gateway, 4000, 53, 20));
        s.run();
        const auto asked = s.take(kNamesPort);
        REQUIRE(asked.size() == 1);
        CHECK(test::datagram_of(asked[0])->to == kNamesMac);
        CHECK(test::datagram_of(asked[0])->source == address_of(0, i + 2));
        s.feed(kNamesPort, udp_between(kNamesMac, kNamesMac, gateway, address_of(0, i + 2), 53, 4000, 40));
        s.run();
        const auto answers = s.take(client);
        REQUIRE(answers.size() == 1);
        CHECK(test::datagram_of(answers[0])->to == mac_of(0, i));
        CHECK(test::datagram_of(answers[0])->from == mac_of(gateway));
    }
    CHECK(s.engine().stats().flows.created == 0);
}

TEST_CASE("an answer that must not be fragmented and is too long is split, with an identification of its own") {
    SteppedSwitch s(names_world(600), 1);
    s.attach(kNamesPort);
    s.publish(names_world(600));
    std::vector<std::uint16_t> ids;
    for (int i = 0; i < 2; ++i) {
        auto answer = udp_between(kNamesMac, kNamesMac, address_of(0, 1), address_of(0, 2), 53, 4000, 900);
        answer.fragment = 0x4000;
        s.feed(kNamesPort, answer);
        s.run();
        std::vector<Datagram> pieces;
        for (const auto& frame : s.take(endpoint_name(0, 0))) {
            CHECK(frame.size() <= 614);
            pieces.push_back(*test::datagram_of(frame));
        }
        REQUIRE(pieces.size() == 2);
        ids.push_back(pieces[0].id);
        const auto whole = test::joined(pieces);
        REQUIRE(whole);
        CHECK(whole->transport == answer.transport);
    }
    CHECK(ids[0] != ids[1]);
}

} // namespace pontoon::route_names_test
