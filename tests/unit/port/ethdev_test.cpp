#include "dataplane/port/ethdev.hpp"

#include <array>
#include <stdexcept>

#include "dataplane/port/capture_file.hpp"
#include "tests/unit/buffers.hpp"
#include "tests/unit/temp_dir.hpp"

namespace pontoon::ethdev_test {

using namespace frames;

TEST_CASE("net_null gives frames of nothing and takes everything") {
    TestPool pool;
    EthdevPort port("net_null0,size=100", pool);
    std::array<rte_mbuf*, 32> packets{};
    REQUIRE(port.receive(packets) == 32);
    for (const auto* packet : packets) {
        CHECK(packet->pkt_len == 100);
    }
    CHECK(port.transmit(packets) == 32);
}

TEST_CASE("net_ring gives back what it took, until it is full") {
    TestPool pool;
    EthdevPort port("net_ring0", pool);
    std::array<rte_mbuf*, 64> packets{};
    CHECK(port.receive(packets) == 0);
    unsigned sent = 0;
    unsigned taken = 64;
    while (taken == 64 && sent < 4096) {
        for (auto& packet : packets) {
            packet = pool.copy(filled(60));
        }
        taken = port.transmit(packets);
        sent += taken;
        for (auto* left : std::span(packets).subspan(taken)) {
            rte_pktmbuf_free(left);
        }
    }
    CHECK(sent == 1023);
    unsigned received = 0;
    for (unsigned count = 64; count == 64;) {
        count = port.receive(packets);
        received += count;
        for (auto* packet : std::span(packets).first(count)) {
            CHECK(bytes_of(packet) == filled(60));
            rte_pktmbuf_free(packet);
        }
    }
    CHECK(received == sent);
}

TEST_CASE("net_pcap reads one capture and writes another") {
    const TempDir dir;
    {
        CaptureWriter writer(dir / "in.pcap");
        for (std::size_t length = 60; length < 70; ++length) {
            const Bytes frame = filled(length);
            writer.write({length, frame, static_cast<std::uint32_t>(length)});
        }
        writer.finish();
        writer.commit();
    }
    TestPool pool;
    {
        EthdevPort port("net_pcap0,rx_pcap=" + (dir / "in.pcap").string() + ",tx_pcap=" + (dir / "out.pcap").string(),
                        pool);
        std::array<rte_mbuf*, 32> packets{};
        REQUIRE(port.receive(packets) == 10);
        CHECK(bytes_of(packets[9]) == filled(69));
        CHECK(port.transmit(std::span(packets).first(10)) == 10);
        CHECK(port.receive(packets) == 0);
    }
    CaptureReader reader(dir / "out.pcap");
    for (std::size_t length = 60; length < 70; ++length) {
        const auto frame = reader.next();
        REQUIRE(frame.has_value());
        CHECK(Bytes(frame->bytes.begin(), frame->bytes.end()) == filled(length));
    }
    CHECK_FALSE(reader.next().has_value());
}

TEST_CASE("a device that cannot be made is named with the reason, and nothing of it is left") {
    TestPool pool;
    const auto error_of = [&](const std::string& device) -> std::string {
        try {
            EthdevPort port(device, pool);
            return "none";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    };
    CHECK(error_of("net_nosuch0,size=1").starts_with("net_nosuch0: cannot make the device: "));
    CHECK(error_of("net_null0,nosuch=1").starts_with("net_null0: cannot make the device: "));
    CHECK(error_of("net_pcap0,rx_pcap=/nonexistent/a.pcap").starts_with("net_pcap0: cannot "));
    CHECK(error_of("").starts_with(": cannot make the device"));
    CHECK(error_of("net_null0") == "none");
}

TEST_CASE("a port takes its device with it, so its name and its number are free again") {
    TestPool pool;
    for (int i = 0; i < 100; ++i) { // there are 32 numbers
        EthdevPort port("net_null" + std::to_string(i % 3), pool);
        std::array<rte_mbuf*, 1> packet{};
        REQUIRE(port.receive(packet) == 1);
        rte_pktmbuf_free(packet[0]);
    }
}

} // namespace pontoon::ethdev_test
