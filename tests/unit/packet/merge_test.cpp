// Segments are merged, and cut again by the edge's own segmentation: the same segments come out as went in, whatever
// came. And an own plain model says which of them have to be merged.
#include "dataplane/packet/merge.hpp"

#include <map>
#include <tuple>

#include "dataplane/packet/offload.hpp"
#include "dataplane/packet/receive.hpp"
#include "dataplane/packet/segment.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/offloaded.hpp"
#include "tests/unit/packet/piece.hpp"

namespace pontoon::merge_test {

using namespace frames;

namespace {

// The burst that these frames make when they are read.
class Received {
public:
    explicit Received(const std::vector<Bytes>& frames, Pool& pool) {
        for (const auto& frame : frames) {
            rte_mbuf* const mbuf = pool.copy(frame);
            REQUIRE(mbuf != nullptr);
            (void)read(burst.packets[burst.count++], mbuf);
        }
    }
    Received(const Received&) = delete;
    Received& operator=(const Received&) = delete;
    ~Received() {
        for (const Packet& packet : burst) {
            rte_pktmbuf_free(packet.mbuf);
        }
    }

    Burst burst;
};

// A frame whose identification means nothing, and whose debt was paid.
Bytes settled(Bytes frame) {
    const std::size_t l3 = frame[12] == 0x81 ? 18 : 14;
    if (frame[l3 - 2] == 8 && (frame[l3 + 6] & 0x40) != 0) {
        frame = patched(frame, l3 + 4, {0, 0});
        frame = patched(frame, l3 + 10, {0, 0});
    }
    return frame;
}

// What a packet leaves as by a port that can do nothing.
std::vector<Bytes> leaves_as(const Packet& packet, Pool& pool) {
    std::vector<Bytes> frames;
    const auto finished = [](rte_mbuf* mbuf) {
        if (owes_checksum(*mbuf)) {
            finish_checksum(*mbuf);
        }
        return bytes_of(mbuf);
    };
    if (!is_to_segment(*packet.mbuf)) {
        return {finished(packet.mbuf)};
    }
    Segmenter segments(*packet.mbuf);
    while (segments.more()) {
        const Buffer segment(segments.next(pool.get()));
        REQUIRE(segment != nullptr);
        frames.push_back(finished(segment.get()));
    }
    return frames;
}

// What the marks say is held against the packet by reading it once more, as another worker does.
void check_marks(const Packet& merged) {
    REQUIRE(merged.mbuf->pkt_len == merged.length);
    REQUIRE(merged.ip_length <= 65535);
    const Apart whole = apart(bytes_of(merged.mbuf));
    REQUIRE(whole.wrong.empty());
    if (is_to_segment(*merged.mbuf)) {
        REQUIRE(merged.length == merged.l3 + merged.ip_length);
        REQUIRE(whole.partial);
        Packet again;
        (void)read(again, merged.mbuf);
        REQUIRE(again.fault == Reason::none);
        REQUIRE(again.segment == merged.segment);
        REQUIRE(again.ip_length == merged.ip_length);
        REQUIRE(again.csum_partial);
        REQUIRE(merged.csum_partial);
        REQUIRE(merged.mbuf->tso_segsz == merged.segment - (merged.l4 - merged.l3) - merged.mbuf->l4_len);
    }
}

// The rules, said plainly: how many packets a burst becomes. Other connections never matter.
std::size_t model(const std::vector<Piece>& pieces) {
    struct Run {
        Piece first, last;
        std::size_t length;
    };
    std::map<unsigned, Run> open;
    std::size_t count = 0;
    for (const auto& p : pieces) {
        if (p.wrong) {
            ++count;
            continue;
        }
        if (!p.ip_options.empty()) {
            open.clear();
        }
        const bool may = (p.flags == 0x10 || p.flags == 0x18) && p.data != 0 && p.padding == 0 && p.ip_options.empty();
        const auto run = open.find(p.flow);
        const auto what = [](const Piece& of) {
            return std::tuple(of.ttl, of.tos, of.acknowledgment, of.window, of.options, !of.v6() && of.dont_fragment);
        };
        const bool follows = may && run != open.end() && what(run->second.first) == what(p) &&
                             p.sequence == run->second.last.sequence + run->second.last.data &&
                             p.data <= run->second.first.data && run->second.length + p.data <= 65535 &&
                             (p.v6() || p.dont_fragment || p.id == ((run->second.last.id + 1) & 0xffff));
        const bool ends = p.flags == 0x18 || (follows && p.data < run->second.first.data);
        const std::size_t before = follows ? run->second.length : (p.v6() ? 60U : 40U) + p.options.size();
        const Piece first = follows ? run->second.first : p;
        count += follows ? 0 : 1;
        open.erase(p.flow);
        if (may && !ends) {
            open.emplace(p.flow, Run{first, p, before + p.data});
        }
    }
    return count;
}

std::vector<Piece> any_stream(std::mt19937& random) {
    std::map<unsigned, Piece> next;
    const auto rarely = [&] { return random() % 40 == 0; };
    const auto flows = static_cast<unsigned>(1 + random() % 6);
    const std::size_t size = std::array<std::size_t, 4>{1, 100, 1448, 1900}[random() % 4];
    std::vector<Piece> pieces;
    for (auto left = 1 + random() % 64; left != 0; --left) {
        const auto flow = static_cast<unsigned>(random() % flows);
        const bool begins = !next.contains(flow);
        Piece& p = next[flow];
        if (begins) {
            p = {.flow = flow, .sequence = static_cast<std::uint32_t>(random()), .id = unsigned(random()) & 0xffff};
            p.dont_fragment = random() % 2 == 0;
            p.options = Bytes(random() % 2 * 12, 1);
        }
        p.data = rarely() ? random() % (size + 2) : size;
        p.flags = rarely() ? static_cast<std::uint8_t>(random()) : rarely() ? 0x18 : 0x10;
        p.ttl = rarely() ? 63 : 64;
        p.tos = rarely() ? 16 : 0;
        p.acknowledgment = rarely() ? 1 : 0;
        p.window = rarely() ? 1 : 0;
        p.padding = rarely() ? 3 : 0;
        p.wrong = rarely();
        p.owes = random() % 4 == 0;
        p.ip_options = !p.v6() && rarely() ? Bytes(4, 1) : Bytes{};
        if (rarely() && !p.options.empty()) {
            ++p.options[11];
        }
        if (!rarely()) { // else lost
            pieces.push_back(p);
        }
        p.sequence += static_cast<std::uint32_t>(p.data) + (rarely() ? 1 : 0);
        p.id = (p.id + (rarely() ? 2 : 1)) & 0xffff;
    }
    if (pieces.size() > 1 && random() % 4 == 0) {
        std::swap(pieces[random() % pieces.size()], pieces[random() % pieces.size()]);
    }
    return pieces;
}

std::vector<Bytes> frames_of(const std::vector<Piece>& pieces) {
    std::vector<Bytes> frames;
    for (const auto& piece : pieces) {
        frames.push_back(piece.frame());
    }
    return frames;
}

unsigned flow_of(const Bytes& frame) {
    const std::size_t l3 = frame[12] == 0x81 ? 18 : 14;
    const std::size_t l4 = l3 + (frame[l3] >> 4 == 6 ? 40U : (frame[l3] & 15U) * 4U);
    return static_cast<unsigned>(frame.at(l4) << 8 | frame.at(l4 + 1)) - 1000;
}

std::vector<Piece> run_of(std::size_t count, Piece p) {
    std::vector<Piece> pieces;
    for (; count != 0; --count) {
        pieces.push_back(p);
        p.sequence += static_cast<std::uint32_t>(p.data);
        p.id = (p.id + 1) & 0xffff;
    }
    return pieces;
}

std::size_t merged_into(const std::vector<Piece>& pieces, Pool& pool) {
    Received received(frames_of(pieces), pool);
    const unsigned merged = merge_segments(received.burst);
    CHECK(merged + received.burst.count == pieces.size());
    return received.burst.count;
}

} // namespace

TEST_CASE("what was merged is cut into the same segments, and merged is what may be", "[merge]") {
    TestPool pool(8192);
    std::mt19937 random(31);
    std::size_t merged = 0;
    for (int round = 0; round < steps(3000); ++round) {
        INFO("round " << round);
        const auto pieces = any_stream(random);
        std::map<unsigned, std::vector<Bytes>> came, left;
        for (auto piece : pieces) {
            piece.owes = false; // the debt is paid at the end
            if (!piece.wrong) { // else it is dropped, and others may pass it
                came[piece.flow].push_back(settled(piece.frame()));
            }
        }
        Received received(frames_of(pieces), pool);
        const unsigned fewer = merge_segments(received.burst);
        merged += fewer;
        REQUIRE(received.burst.count + fewer == pieces.size());
        REQUIRE(received.burst.count == model(pieces));
        for (const Packet& packet : received.burst) {
            if (packet.fault != Reason::none) {
                continue;
            }
            check_marks(packet);
            for (const auto& frame : leaves_as(packet, pool)) {
                left[flow_of(frame)].push_back(settled(frame));
            }
        }
        REQUIRE(left == came);
    }
    CHECK(merged > steps(20000U));
}

TEST_CASE("a run grows to the longest IP packet and no further", "[merge]") {
    TestPool pool;
    for (const unsigned flow : {0U, 1U, 2U, 3U}) {
        const std::size_t headers = (flow & 1) != 0 ? 60 : 40;
        const std::size_t most = (65535 - headers) / 1448; // 45 of them
        CHECK(merged_into(run_of(most, {.flow = flow, .data = 1448}), pool) == 1);
        CHECK(merged_into(run_of(most + 1, {.flow = flow, .data = 1448}), pool) == 2);
        auto brim = run_of(most, {.flow = flow, .data = 1448});
        brim.push_back(brim.back());
        brim.back().sequence += 1448;
        brim.back().data = 65535 - headers - most * 1448;
        ++brim.back().id;
        CHECK(merged_into(brim, pool) == 1);
        ++brim.back().data;
        CHECK(merged_into(brim, pool) == 2);
    }
    CHECK(merged_into(run_of(64, {.sequence = 0xffff'ff00, .id = 0xfff0, .dont_fragment = false}), pool) ==
          1); // both wrap
}

TEST_CASE("PSH of the last segment stays and ends a run", "[merge]") {
    TestPool pool;
    auto pieces = run_of(6, {});
    pieces[2].flags = 0x18;
    Received received(frames_of(pieces), pool);
    REQUIRE(merge_segments(received.burst) == 4);
    CHECK(apart(bytes_of(received.burst.packets[0].mbuf)).tcp_flags == 0x18);
    CHECK(apart(bytes_of(received.burst.packets[1].mbuf)).tcp_flags == 0x10);
    CHECK(received.burst.packets[0].segment == 140);
}

TEST_CASE("what is to be cut already, stands in several buffers or is no TCP stays as it is", "[merge]") {
    TestPool pool;
    const auto frames = frames_of(run_of(3, {}));
    Received received({frames[0], frames[1]}, pool);
    received.burst.packets[1].segment = 140;
    CHECK(merge_segments(received.burst) == 0);
    rte_mbuf* const chain = chained(pool, frames[1], std::array<std::size_t, 1>{80}).release();
    Received other({frames[0]}, pool);
    (void)read(other.burst.packets[other.burst.count++], chain);
    CHECK(merge_segments(other.burst) == 0);
    const Bytes datagram = ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4)));
    Received udp_burst({datagram, datagram, datagram}, pool);
    CHECK(merge_segments(udp_burst.burst) == 0);
}

} // namespace pontoon::merge_test
