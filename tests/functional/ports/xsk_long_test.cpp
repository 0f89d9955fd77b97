// Frames that are longer than a buffer.
#include <string>
#include <vector>

#include "tests/functional/ports/veth.hpp"

namespace pontoon {

using namespace frames;

namespace {

constexpr unsigned kMostBytes = 18 * 2048; // of a frame

} // namespace

TEST_CASE("frames longer than a buffer come and go in several, up to 36 KB") {
    const std::string end = GENERATE(std::string("veth0"), kGeneric);
    Veth veth(kMostBytes - 18, 4096, end);
    CHECK(veth.port->capabilities().frame == kMostBytes);
    CHECK(veth.port->is_native() == (end != kGeneric));
    for (int turn = 0; turn < 40; ++turn) {
        for (const std::size_t length : {60UL, 2048UL, 2049UL, 4096UL, 4097UL, 9014UL, 20000UL, kMostBytes - 4UL}) {
            INFO(length);
            const Bytes frame = udp_frame(length - 42);
            veth.kernel->send(frame);
            Buffer packet = veth.receive();
            REQUIRE(packet);
            REQUIRE((bytes_of(packet.get()) == frame));
            REQUIRE(packet->nb_segs == (length + 2047) / 2048);
            REQUIRE(veth.transmit(std::move(packet)) == 1);
            const auto heard = veth.kernel->next();
            REQUIRE(heard);
            REQUIRE((heard->frame == frame));
        }
    }
}

TEST_CASE("a long packet that is not the socket's own is copied to as few buffers as it needs") {
    Veth veth(kMostBytes - 18);
    TestPool other;
    const Bytes frame = udp_frame(kMostBytes - 4 - 42);
    const std::vector<std::size_t> parts(30, 1000); // and one with the rest: more pieces than the kernel takes
    CHECK(veth.transmit(chained(veth.pool, frame, parts)) == 1);
    CHECK((veth.kernel->next()->frame == frame));
    CHECK(veth.transmit(Buffer(other.copy(frame))) == 1);
    CHECK(other.available() == 4096);
    CHECK((veth.kernel->next()->frame == frame));

    const Buffer shared(veth.pool.copy(frame));
    rte_pktmbuf_refcnt_update(shared.get(), 1);
    CHECK(veth.transmit(Buffer(shared.get())) == 1);
    CHECK(rte_mbuf_refcnt_read(shared.get()) == 1);
    CHECK((bytes_of(shared.get()) == frame));
    CHECK((veth.kernel->next()->frame == frame));
    CHECK(veth.transmit(Buffer(veth.pool.copy(filled(kMostBytes + 1)))) == 0);
}

TEST_CASE("long packets fill the ring, and what has no room stays with the caller") {
    Veth veth(9000);
    std::vector<rte_mbuf*> packets(400);
    const Bytes frame = udp_frame(8000);
    for (auto*& packet : packets) {
        packet = veth.pool.copy(frame);
        REQUIRE(packet != nullptr);
    }
    unsigned heard = 0;
    for (std::span<rte_mbuf*> left(packets); !left.empty();) {
        const unsigned sent = veth.port->transmit(left);
        REQUIRE(sent != 0);
        left = left.subspan(sent);
        while (const auto got = veth.kernel->now()) {
            REQUIRE((got->frame == frame));
            ++heard;
        }
    }
    while (heard < 400 && veth.kernel->next()) {
        ++heard;
    }
    CHECK(heard == 400);
}

TEST_CASE("an MTU above what AF_XDP carries is refused by name") {
    TestPool pool;
    sh("ip link add veth0 mtu 65535 type veth peer name veth1");
    CHECK_THROWS_WITH(XskPort({.interface = "veth0"}, pool),
                      "veth0: its MTU 65535 is not supported by AF_XDP, which carries 36846");
    sh("ip link delete veth0");
}

} // namespace pontoon
