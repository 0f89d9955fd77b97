// Many frames at once, and few buffers.
#include <array>
#include <vector>

#include "tests/functional/ports/tap_device.hpp"

namespace pontoon {

using namespace frames;

TEST_CASE("a burst brings what is there, in order, and nothing more") {
    Tap tap;
    for (std::uint8_t i = 0; i < 40; ++i) {
        tap.kernel.send(plain(kMacB, kMacA, i));
    }
    std::array<rte_mbuf*, 32> packets{};
    CHECK(tap.port.receive(packets) == 32);
    CHECK(tap.port.transmit(packets) == 32);
    CHECK(tap.port.receive(packets) == 8);
    CHECK(tap.port.transmit(std::span(packets).first(8)) == 8);
    CHECK(tap.port.receive(packets) == 0);
    for (std::uint8_t i = 0; i < 40; ++i) {
        const auto heard = tap.kernel.next();
        REQUIRE(heard);
        CHECK((heard->frame == plain(kMacB, kMacA, i)));
    }
    CHECK_FALSE(tap.kernel.now());
}

TEST_CASE("under load frames of every kind keep their order and bytes") {
    Tap tap;
    const std::array<Bytes, 4> kinds{plain(kMacB, kMacA, 1), tcp_frame(65365, Sums::partial), udp_frame(1400),
                                     tcp_frame(65365 + 100, Sums::partial)};
    constexpr VirtioHeader cut{VirtioHeader::kNeedsChecksum, 1, 54, 1448, 34, 16};
    std::array<rte_mbuf*, 64> packets{};
    for (int turn = 0; turn < 8; ++turn) {
        const std::size_t count = 20;
        for (std::size_t i = 0; i < count; ++i) {
            const bool tcp = i % 2 == 1;
            tap.kernel.send(kinds[i % 4], tcp ? cut : VirtioHeader{});
        }
        unsigned came = 0;
        while (const unsigned more = tap.port.receive(std::span(packets).subspan(came))) {
            came += more;
        }
        REQUIRE(came == count);
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE((bytes_of(packets[i]) == kinds[i % 4]));
            CHECK(((packets[i]->ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0) == (i % 2 == 1));
        }
        REQUIRE(tap.port.transmit(std::span(packets).first(count)) == count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto heard = tap.kernel.next();
            REQUIRE(heard);
            REQUIRE((heard->frame == kinds[i % 4]));
            CHECK(heard->header.segments == (i % 2 == 1 ? 1 : 0));
        }
    }
}

TEST_CASE("a long frame comes into small buffers when all large ones are in use") {
    Tap tap(2048, 1);
    const Bytes frame = tcp_frame(65000, Sums::partial);
    constexpr VirtioHeader header{VirtioHeader::kNeedsChecksum, 1, 54, 1448, 34, 16};
    tap.kernel.send(frame, header);
    tap.kernel.send(frame, header);
    std::array<rte_mbuf*, 2> packets{};
    REQUIRE(tap.port.receive(packets) == 2);
    CHECK(packets[0]->nb_segs == 1);
    CHECK(packets[1]->nb_segs == 32);
    CHECK((bytes_of(packets[1]) == frame));
    CHECK(tap.port.transmit(packets) == 2);
    CHECK((tap.kernel.next()->frame == frame));
    CHECK((tap.kernel.next()->frame == frame));
}

TEST_CASE("without buffers nothing comes, and it waits") {
    Tap tap(8, 1);
    tap.kernel.send(plain(kMacB, kMacA));
    Buffer large(tap.large.copy(filled(10)));
    std::vector<Buffer> taken;
    for (int i = 0; i < 8; ++i) {
        taken.emplace_back(tap.small.copy(filled(10)));
    }
    CHECK(tap.receive() == nullptr);
    taken.pop_back();
    CHECK(tap.receive() == nullptr);
    large.reset();
    CHECK(tap.receive() != nullptr);
}

TEST_CASE("a frame the kernel refuses costs only itself") {
    Tap tap;
    const std::size_t count = GENERATE(3, 30); // each alone, and by one system call
    std::vector<rte_mbuf*> packets(count);
    for (std::uint8_t i = 0; i < count; ++i) {
        packets[i] = tap.small.copy(i == 1 ? filled(5) : plain(kMacB, kMacA, i));
    }
    rte_mbuf* const refused = packets[1];
    REQUIRE(tap.port.transmit(packets) == count - 1);
    CHECK(packets.back() == refused);
    rte_pktmbuf_free(refused);
    for (std::uint8_t i = 0; i < count; i = static_cast<std::uint8_t>(i == 0 ? 2 : i + 1)) {
        CHECK((tap.kernel.next()->frame == plain(kMacB, kMacA, i)));
    }
}

} // namespace pontoon
