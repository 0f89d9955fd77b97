// Segments from a port that receives frame by frame: one packet to a port that segments, the same frames to one that
// does not, and every packet accounted for.
#include "dataplane/engine.hpp"
#include "tests/unit/networks.hpp"
#include "tests/unit/offloaded.hpp"
#include "tests/unit/queue_port.hpp"

namespace pontoon::engine_merge_test {

using namespace frames;

namespace {

constexpr Capabilities kPlainPort{
    .checksum = false, .tcp_segmentation = false, .udp_segmentation = false, .chains = false, .frame = 1514};

// The segments that a packet of 20 becomes, from the first endpoint to the second.
std::vector<Bytes> segments_of_one() {
    std::vector<Bytes> frames;
    for (unsigned i = 0; i < 20; ++i) {
        const Bytes from{0, 0, static_cast<std::uint8_t>(i * 1000 >> 8), static_cast<std::uint8_t>(i * 1000)};
        Bytes segment = patched(frames::tcp(kEnds4, filled(1000), Sums::none), 4, from);
        segment[13] = i == 19 ? 0x18 : 0x10;
        const Bytes pseudo = join({kEnds4, {0, 6}, bytes16(static_cast<unsigned>(segment.size()))});
        segment = patched(segment, 16, bytes16(~unsigned{naive_sum(join({pseudo, segment}))}));
        Bytes packet = patched(ip4({}, segment), 4, bytes16(100 + i));
        packet = patched(packet, 10, {0, 0});
        packet = patched(packet, 10, bytes16(~unsigned{naive_sum(cut(packet, 20))}));
        frames.push_back(ethernet(mac_of(0, 1), mac_of(0, 0), 0x0800, packet));
    }
    return frames;
}

} // namespace

TEST_CASE("segments travel as one packet from a port of frames, and are counted", "[merge]") {
    for (const bool small_in : {true, false}) {
        for (const bool small_out : {true, false}) {
            for (const unsigned workers : {1U, 2U}) {
                INFO(small_in << small_out << workers);
                TestPool pool;
                Engine engine({.workers = workers, .seed = 1, .flows = 1024});
                const auto in = std::make_shared<Queue>();
                const auto out = std::make_shared<Queue>();
                in->can = small_in ? kPlainPort : Capabilities{};
                out->can = small_out ? kPlainPort : Capabilities{};
                engine.attach(endpoint_name(0, 0), std::make_unique<QueuePort>(in));
                engine.attach(endpoint_name(0, 1), std::make_unique<QueuePort>(out));
                engine.publish(networks_of(1, 2));
                const auto frames = segments_of_one();
                for (const auto& frame : frames) {
                    in->feed(pool.copy(frame));
                }
                while (engine.step(1'000'000'000)) {
                }
                const Stats stats = engine.stats();
                CHECK(stats.is_conserved());
                CHECK(stats.total.received == 20);
                CHECK(stats.ports.at(endpoint_name(0, 0)).rx_packets == 20);
                CHECK(stats.total.merged == (small_in ? 19 : 0));
                CHECK(stats.total.copied == (small_in && small_out ? 19 : 0));
                CHECK(stats.dropped() == 0);
                if (small_in && !small_out) {
                    REQUIRE(out->sent.size() == 1);
                    CHECK(out->segments[0] == 1000);
                    CHECK(out->owing[0]);
                    CHECK(apart(out->sent[0]).partial);
                    CHECK(apart(out->sent[0]).data.size() == 20000);
                } else {
                    CHECK(out->sent == frames);
                }
            }
        }
    }
}

} // namespace pontoon::engine_merge_test
