#include "dataplane/bridge/neighbors.hpp"

#include "tests/unit/buffers.hpp"

namespace pontoon::neighbors_test {

namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;
const Mac kPeer{{2, 9, 0, 0, 0, 1}};

Ipv4 neighbor(unsigned number) {
    return Ipv4{be32{192U << 24 | number}};
}

Neighbors::Link link(PortId port = 7, std::uint8_t last = 1) {
    return {Mac{{2, 0, 0, 0, 0, last}}, port, 1500};
}

constexpr auto kNobody = [](std::uint16_t, PortId) { return false; };

struct Fixture {
    Fixture() { neighbors.begin(link(), 0, kNobody); }

    rte_mbuf* packet() {
        rte_mbuf* mbuf = pool.copy(frames::filled(60));
        REQUIRE(mbuf != nullptr);
        return mbuf;
    }
    void free_held(Neighbors::Id id) {
        for (rte_mbuf* mbuf : neighbors.take_held(id)) {
            rte_pktmbuf_free(mbuf);
        }
    }

    TestPool pool{8192};
    Neighbors neighbors;
};

} // namespace

TEST_CASE_METHOD(Fixture, "three packets wait for a neighbour, then the oldest gives way") {
    const auto id = neighbors.neighbor(neighbor(1));
    std::vector<rte_mbuf*> packets;
    for (int i = 0; i < 5; ++i) {
        packets.push_back(packet());
        rte_mbuf* const gone = neighbors.hold(id, packets.back());
        CHECK(gone == (i < 3 ? nullptr : packets[static_cast<std::size_t>(i) - 3]));
        rte_pktmbuf_free(gone);
    }
    CHECK(neighbors.held() == 3);
    CHECK(neighbors.learn(neighbor(1), kPeer, 0) == id);
    const auto held = neighbors.take_held(id);
    REQUIRE(held.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(held[i] == packets[i + 2]);
        rte_pktmbuf_free(held[i]);
    }
    CHECK(neighbors.held() == 0);
}

TEST_CASE_METHOD(Fixture, "packets held for all neighbours together are bounded") {
    for (unsigned i = 0; i < Neighbors::kMostHeldInAll; ++i) {
        REQUIRE(neighbors.hold(neighbors.neighbor(neighbor(i)), packet()) == nullptr);
    }
    rte_mbuf* const late = packet();
    CHECK(neighbors.hold(neighbors.neighbor(neighbor(5000)), late) == late);
    rte_pktmbuf_free(late);
    CHECK(neighbors.held() == Neighbors::kMostHeldInAll);
}

TEST_CASE_METHOD(Fixture, "a neighbour is asked for three times, a second apart, and given up") {
    const auto id = neighbors.neighbor(neighbor(1));
    CHECK(neighbors.at(id).port == kNoPort);
    CHECK(neighbors.hold(id, packet()) == nullptr);
    CHECK(neighbors.start_asking(id, 10 * kSecond));
    CHECK_FALSE(neighbors.start_asking(id, 10 * kSecond));
    CHECK(neighbors.due(10 * kSecond).id == Neighbors::kNone);
    for (const unsigned second : {11U, 12U}) {
        const auto due = neighbors.due(second * kSecond);
        CHECK(due.id == id);
        CHECK_FALSE(due.given_up);
        CHECK_FALSE(due.unicast);
        CHECK(neighbors.due(second * kSecond).id == Neighbors::kNone);
    }
    const auto last = neighbors.due(13 * kSecond);
    CHECK(last.id == id);
    CHECK(last.given_up);
    CHECK(neighbors.due(13 * kSecond).id == Neighbors::kNone);
    free_held(id);
    CHECK(neighbors.start_asking(id, 13 * kSecond)); // and from the start again
}

TEST_CASE_METHOD(Fixture, "what was learned is confirmed after a minute by asking its address, or forgotten") {
    const auto id = neighbors.neighbor(neighbor(1));
    CHECK(neighbors.learn(neighbor(2), kPeer, 0) == Neighbors::kNone); // nobody asked for it
    CHECK(neighbors.learn(neighbor(1), kPeer, 0) == id);
    CHECK(neighbors.learn(neighbor(1), kPeer, 0) == Neighbors::kNone); // nothing new
    CHECK(neighbors.at(id).port == 7);
    CHECK(neighbors.at(id).destination == kPeer);
    CHECK_FALSE(neighbors.confirm(id, 59 * kSecond));
    CHECK(neighbors.due(60 * kSecond).id == Neighbors::kNone);
    CHECK(neighbors.at(id).port == kNoPort); // stale: the next packet has to look
    CHECK(neighbors.at(id).destination == kPeer);
    REQUIRE(neighbors.confirm(id, 70 * kSecond));
    CHECK(neighbors.at(id).port == 7); // and still goes there
    for (const unsigned second : {71U, 72U}) {
        const auto due = neighbors.due(second * kSecond);
        CHECK(due.id == id);
        CHECK(due.unicast);
        CHECK(neighbors.due(second * kSecond).id == Neighbors::kNone);
    }
    SECTION("answered") {
        CHECK(neighbors.learn(neighbor(1), kPeer, 72 * kSecond) == Neighbors::kNone);
        CHECK(neighbors.due(73 * kSecond).id == Neighbors::kNone);
        CHECK(neighbors.at(id).port == 7);
    }
    SECTION("not answered") {
        CHECK(neighbors.due(73 * kSecond).given_up);
        CHECK(neighbors.at(id).port == kNoPort);
        CHECK_FALSE(neighbors.confirm(id, 73 * kSecond));
    }
}

TEST_CASE_METHOD(Fixture, "a full table takes no more until the idle are forgotten") {
    const auto named = neighbors.set_static(neighbor(0), kPeer);
    CHECK(neighbors.at(named).port == 7);
    for (unsigned i = 1; i < Neighbors::kMostDynamic; ++i) {
        REQUIRE(neighbors.neighbor(neighbor(i)) != Neighbors::kNone);
    }
    const auto waited_for = neighbors.neighbor(neighbor(9));
    CHECK(neighbors.hold(waited_for, packet()) == nullptr);
    CHECK(neighbors.neighbor(neighbor(99999)) == Neighbors::kNone);
    CHECK(neighbors.set_static(neighbor(99999), kPeer) == Neighbors::kNone);
    CHECK(neighbors.learn(neighbor(99999), kPeer, 0) == Neighbors::kNone);
    neighbors.forget_idle();
    CHECK(neighbors.held() == 1);
    CHECK(neighbors.at(neighbors.neighbor(neighbor(0))).destination == kPeer);
    const auto id = neighbors.neighbor(neighbor(99999));
    CHECK(id != Neighbors::kNone);
    CHECK(neighbors.at(id).port == kNoPort);
    CHECK(neighbors.take_held(neighbors.neighbor(neighbor(1))).empty());
    free_held(neighbors.neighbor(neighbor(9)));
}

TEST_CASE_METHOD(Fixture, "stations take no more than half of the room") {
    const Adjacency there{kPeer, kPeer, 3, 1500};
    for (unsigned i = 0; i < Neighbors::kMostDynamic; ++i) {
        neighbors.set_station(4, neighbor(i), there);
    }
    CHECK(neighbors.find_station(4, neighbor(0)) != Neighbors::kNone);
    CHECK(neighbors.find_station(4, neighbor(Neighbors::kMostDynamic / 2)) == Neighbors::kNone);
    CHECK(neighbors.find_station(5, neighbor(0)) == Neighbors::kNone);
    CHECK(neighbors.neighbor(neighbor(0)) != neighbors.find_station(4, neighbor(0)));
    neighbors.begin(link(), 0, kNobody);
    CHECK(neighbors.find_station(4, neighbor(0)) == Neighbors::kNone);
    neighbors.set_station(4, neighbor(70000), there);
    CHECK(neighbors.at(neighbors.find_station(4, neighbor(70000))).port == 3);
}

TEST_CASE_METHOD(Fixture, "as many endpoints as can be leave room for whom packets are held for") {
    for (unsigned i = 0; i < Neighbors::kMostDynamic; ++i) {
        REQUIRE(neighbors.neighbor(neighbor(i)) != Neighbors::kNone);
    }
    for (unsigned i = 0; i < Neighbors::kMostHeldInAll; ++i) {
        REQUIRE(neighbors.hold(neighbors.neighbor(neighbor(Neighbors::kMostDynamic - 1 - i)), packet()) == nullptr);
    }
    neighbors.begin(link(), Neighbors::kMostEndpoints, kNobody);
    for (Neighbors::Id id = 0; id < Neighbors::kMostEndpoints; ++id) {
        neighbors.set_endpoint(id, {kPeer, kPeer, 9, 1500});
    }
    CHECK(neighbors.held() == Neighbors::kMostHeldInAll);
    for (unsigned i = 0; i < Neighbors::kMostHeldInAll; ++i) {
        const auto id = neighbors.neighbor(neighbor(Neighbors::kMostDynamic - 1 - i));
        CHECK_FALSE(neighbors.is_endpoint(id));
        CHECK(neighbors.at(id).port == kNoPort);
        const auto held = neighbors.take_held(id);
        REQUIRE(held.size() == 1);
        rte_pktmbuf_free(held.front());
    }
    CHECK(neighbors.is_endpoint(Neighbors::kMostEndpoints - 1));
    CHECK(neighbors.neighbor(neighbor(99999)) == Neighbors::kNone);
}

TEST_CASE_METHOD(Fixture, "another link: what was learned is forgotten, what is held stays and is asked for there") {
    const auto known = neighbors.neighbor(neighbor(1));
    (void)neighbors.learn(neighbor(1), kPeer, 0);
    const auto waiting = neighbors.neighbor(neighbor(2));
    CHECK(neighbors.hold(waiting, packet()) == nullptr);
    CHECK(neighbors.start_asking(waiting, 0));
    neighbors.begin(link(), 0, kNobody); // the same one
    CHECK(neighbors.at(neighbors.neighbor(neighbor(1))).port == 7);
    neighbors.begin(link(8, 2), 0, kNobody);
    CHECK(neighbors.held() == 1);
    const auto due = neighbors.due(kSecond);
    CHECK(neighbors.address_of(due.id) == neighbor(2));
    CHECK(neighbors.at(due.id).source == link(8, 2).mac);
    CHECK(neighbors.at(neighbors.neighbor(neighbor(1))).port == kNoPort);
    CHECK(neighbors.set_static(neighbor(2), kPeer) == due.id);
    CHECK(neighbors.at(due.id).port == 8);
    free_held(due.id);
    (void)known;
}

} // namespace pontoon::neighbors_test
