#include "tools/bench_ports.hpp"

#include <array>

#include "tests/unit/buffers.hpp"
#include "tools/nat_frames.hpp"
#include "tools/nat_world.hpp"

namespace pontoon::bench_ports_test {

using namespace frames;

namespace {

FrameList numbered(unsigned count) {
    FrameList frames;
    for (unsigned i = 0; i < count; ++i) {
        frames.add(filled(60 + i));
    }
    return frames;
}

std::vector<Bytes> taken(Port& port, std::size_t room) {
    std::vector<rte_mbuf*> packets(room);
    const unsigned count = port.receive(packets);
    std::vector<Bytes> all;
    for (auto* packet : std::span(packets).first(count)) {
        all.push_back(bytes_of(packet));
        rte_pktmbuf_free(packet);
    }
    return all;
}

} // namespace

TEST_CASE("a list gives back the frames that were added, each from a cache line on") {
    const auto frames = numbered(100);
    REQUIRE(frames.size() == 100);
    for (unsigned i = 0; i < 100; ++i) {
        CHECK(Bytes(frames[i].begin(), frames[i].end()) == filled(60 + i));
        CHECK(reinterpret_cast<std::uintptr_t>(frames[i].data()) % 64 == 0);
    }
    FrameList list;
    CHECK(list.empty());
    CHECK_THROWS_AS(list.add(filled(2049)), std::runtime_error);
    list.add(filled(2048));
    CHECK(list.size() == 1);
}

TEST_CASE("a loop port receives its frames for ever, in their order") {
    TestPool pool;
    const auto frames = numbered(3);
    LoopPort port(frames, pool);
    CHECK(taken(port, 4) == std::vector<Bytes>{filled(60), filled(61), filled(62), filled(60)});
    CHECK(taken(port, 2) == std::vector<Bytes>{filled(61), filled(62)});
    const FrameList none;
    LoopPort idle(none, pool);
    CHECK(taken(idle, 4).empty());
}

TEST_CASE("a play port receives its frames once") {
    TestPool pool;
    const auto frames = numbered(5);
    PlayPort port(pool);
    CHECK(port.is_done());
    CHECK(taken(port, 4).empty());
    port.play(frames);
    CHECK(taken(port, 4).size() == 4);
    CHECK_FALSE(port.is_done());
    CHECK(taken(port, 4) == std::vector<Bytes>{filled(64)});
    CHECK(port.is_done());
    CHECK(taken(port, 4).empty());
    port.play(frames);
    CHECK(taken(port, 8).size() == 5);
}

TEST_CASE("a play port notes whose packets it was given, as many as it was told to") {
    TestPool pool;
    PlayPort port(pool);
    const auto give = [&](unsigned flow) {
        std::array<rte_mbuf*, 1> packets{pool.copy(udp_frame(masqueraded_ends(flow), 64))};
        CHECK(port.transmit(packets) == 1);
    };
    give(0);
    CHECK(port.heard().empty());
    port.listen(2);
    give(1);
    std::array<rte_mbuf*, 1> other{pool.copy(arp({}))};
    CHECK(port.transmit(other) == 1);
    give(2);
    give(3);
    CHECK(port.heard() == std::vector<Ends>{masqueraded_ends(1), masqueraded_ends(2)});
    CHECK(port.given() == 5);
    port.listen(1);
    CHECK(port.heard().empty());
}

TEST_CASE("a plug port is the port that was plugged in last") {
    TestPool pool;
    const auto frames = numbered(2);
    LoopPort first(frames, pool);
    PlayPort second(pool);
    PlugPort port(first);
    CHECK(taken(port, 3).size() == 3);
    port.plug(second);
    CHECK(taken(port, 3).empty());
    std::array<rte_mbuf*, 1> packet{pool.copy(filled(60))};
    CHECK(port.transmit(packet) == 1);
    CHECK(second.given() == 1);
}

} // namespace pontoon::bench_ports_test
