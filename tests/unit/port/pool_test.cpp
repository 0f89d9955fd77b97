#include "dataplane/port/pool.hpp"

#include <stdexcept>

#include "dataplane/port/pcap.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon::pool_test {

using namespace frames;

TEST_CASE("a frame of any length is copied whole, long ones into chains") {
    TestPool pool;
    for (const std::size_t length : {0, 1, 60, 2047, 2048, 2049, 4096, 65535, 262144}) {
        INFO(length);
        const Bytes frame = filled(length);
        const Buffer copy(pool.copy(frame));
        REQUIRE(copy);
        CHECK(copy->pkt_len == length);
        CHECK(copy->nb_segs == std::max<std::size_t>(1, (length + 2047) / 2048));
        CHECK(bytes_of(copy.get()) == frame);
    }
}

TEST_CASE("an empty pool gives nothing and takes back the pieces of a frame that did not fit") {
    TestPool pool(4);
    CHECK(pool.copy(filled(5 * 2048)) == nullptr);
    CHECK(pool.available() == 4);
    const Buffer all(pool.copy(filled(4 * 2048)));
    REQUIRE(all);
    CHECK(pool.available() == 0);
    CHECK(pool.copy(filled(1)) == nullptr);
    CHECK(pool.restore(filled(1), 10) == nullptr);
}

TEST_CASE("a frame that was cut is restored with zeros, and its sums are taken as verified") {
    TestPool pool;
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    const Buffer restored(pool.restore(filled(60), 3000));
    REQUIRE(restored);
    CHECK(bytes_of(restored.get()) == join({filled(60), Bytes(2940)}));
    CHECK((restored->ol_flags & good) == good);
    const Buffer copied(pool.copy(filled(60)));
    CHECK((copied->ol_flags & good) == 0);
    const Buffer longer(pool.restore(filled(60), 20));
    CHECK(bytes_of(longer.get()) == filled(60));
}

TEST_CASE("a pool that memory has no room for is refused") {
    CHECK_THROWS_AS(Pool("huge", 100'000'000), std::runtime_error);
}

TEST_CASE("a port in memory receives what it is fed and keeps what it sends, in order") {
    TestPool pool;
    PcapPort port;
    for (std::uint8_t i = 0; i < 5; ++i) {
        port.feed(pool.copy(Bytes(20, i)));
    }
    std::array<rte_mbuf*, 3> some{};
    CHECK(port.receive(some) == 3);
    CHECK(bytes_of(some[2]) == Bytes(20, 2));
    CHECK(port.transmit(some) == 3);
    CHECK(port.has_sent());
    CHECK(port.receive(some) == 2);
    CHECK(port.receive(std::span(some).last(1)) == 0);
    CHECK(port.transmit(std::span(some).first(2)) == 2);
    const auto sent = port.take();
    REQUIRE(sent.size() == 5);
    for (std::uint8_t i = 0; i < 5; ++i) {
        const Buffer frame(sent[i]);
        CHECK(bytes_of(frame.get()) == Bytes(20, i));
    }
    CHECK_FALSE(port.has_sent());
    CHECK(port.take().empty());
}

TEST_CASE("a port in memory frees what nobody took") {
    TestPool pool;
    PcapPort port;
    port.feed(pool.copy(filled(20)));
    std::array<rte_mbuf*, 1> sent{pool.copy(filled(20))};
    CHECK(port.transmit(sent) == 1);
}

} // namespace pontoon::pool_test
