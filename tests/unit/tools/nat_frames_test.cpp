#include "tools/nat_frames.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "dataplane/wire/headers.hpp"
#include "tests/unit/tools/sums_right.hpp"
#include "tools/nat_world.hpp"

namespace pontoon::nat_frames_test {

using namespace frames;

namespace {

std::vector<Ends> some_ends(unsigned count) {
    std::vector<Ends> ends;
    for (unsigned flow = 0; flow < count; ++flow) {
        ends.push_back(masqueraded_ends(flow));
    }
    return ends;
}

Bytes bytes_at(const FrameList& frames, std::size_t i) {
    return {frames[i].begin(), frames[i].end()};
}

std::vector<Ends> all_ends(const FrameList& frames) {
    std::vector<Ends> all;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        all.push_back(ends_of(frames[i]).value());
    }
    return all;
}

std::map<std::size_t, unsigned> sizes_of(const FrameList& frames) {
    std::map<std::size_t, unsigned> sizes;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        ++sizes[frames[i].size() + kFcs];
    }
    return sizes;
}

constexpr std::array<unsigned, 1> k64{64};

// One side of a connection as Linux conntrack keeps it (nf_conntrack_proto_tcp.c, tcp_in_window), with no window scale
// and no SACK.
struct Side {
    std::uint32_t end = 0;
    std::uint32_t max_end = 0;
    std::uint32_t max_window = 0;
};

bool before(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::int32_t>(a - b) < 0;
}

// Whether the segment is inside of the window; then it counts.
bool passes(const Bytes& frame, Side& sender, Side& receiver) {
    const auto tcp = load<TcpHeader>(frame.data() + 34);
    const std::uint32_t data = (frame[16] << 8 | frame[17]) - 40U;
    const bool syn = (tcp.flags & TcpFields::kSyn) != 0;
    const bool has_ack = (tcp.flags & TcpFields::kAck) != 0;
    const std::uint32_t sequence = tcp.sequence.host();
    const std::uint32_t end = sequence + data + (syn ? 1 : 0);
    const std::uint32_t window = std::max<std::uint32_t>(tcp.window.host(), 1);
    if (syn && sender.max_window == 0) {
        sender = {end, end, window};
    }
    const std::uint32_t acknowledged = has_ack ? tcp.acknowledgment.host() : receiver.end;
    const bool inside = !before(sender.max_end, sequence) && !before(end, sender.end - receiver.max_window) &&
                        !before(receiver.end, acknowledged) &&
                        !before(acknowledged, receiver.end - std::max(sender.max_window, 66000U));
    sender.max_window = std::max(sender.max_window, window);
    sender.end = std::max(sender.end, end);
    receiver.max_end = std::max(receiver.max_end, acknowledged + window);
    return inside;
}

} // namespace

TEST_CASE("frames that begin flows come in the order of the flows") {
    const auto ends = some_ends(1000);
    const auto udp = frames_in_order(ends, Transport::udp, {});
    CHECK(all_ends(udp) == ends);
    const auto tcp = frames_in_order(ends, Transport::tcp, conversation::kSyn);
    CHECK(all_ends(tcp) == ends);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        CHECK(udp[i].size() == 60);
        CHECK(tcp[i].size() == 60);
        CHECK(wrong_sums(bytes_at(udp, i)) == "");
        CHECK(wrong_sums(bytes_at(tcp, i)) == "");
        CHECK(udp[i][23] == protocol::kUdp);
        CHECK(tcp[i][23] == protocol::kTcp);
    }
}

TEST_CASE("measured frames are of all flows, each once, but in another order") {
    const auto ends = some_ends(1000);
    const auto frames = shuffled_frames(ends, Transport::udp, {}, k64, 1);
    auto seen = all_ends(frames);
    REQUIRE(seen.size() == ends.size());
    unsigned neighbours = 0;
    for (std::size_t i = 1; i < seen.size(); ++i) {
        const auto at = std::ranges::find(ends, seen[i]);
        neighbours += at != ends.begin() && *(at - 1) == seen[i - 1] ? 1U : 0U;
    }
    CHECK(neighbours < 20); // two frames one behind the other whose flows were made so: 1 expected
    auto sorted = ends;
    std::ranges::sort(sorted);
    std::ranges::sort(seen);
    CHECK(seen == sorted);
}

TEST_CASE("the order is the seed's") {
    const auto ends = some_ends(100);
    const auto order = [&](std::uint64_t seed) {
        return all_ends(shuffled_frames(ends, Transport::udp, {}, k64, seed));
    };
    CHECK(order(1) == order(1));
    CHECK(order(1) != order(2));
}

TEST_CASE("imix is 7 : 4 : 1, and all of it has right sums") {
    for (const unsigned flows : {1U, 5U, 12U, 1200U}) {
        for (const auto protocol : {Transport::udp, Transport::tcp}) {
            const auto frames = shuffled_frames(some_ends(flows), protocol, conversation::kServer, kImix, 1);
            const unsigned rounds = std::max(1U, flows / 12);
            CHECK(sizes_of(frames) ==
                  std::map<std::size_t, unsigned>{{64, 7 * rounds}, {594, 4 * rounds}, {1518, rounds}});
            for (std::size_t i = 0; i < frames.size(); ++i) {
                CHECK(wrong_sums(bytes_at(frames, i)) == "");
            }
        }
    }
}

TEST_CASE("imix with flows that are no multiple of twelve leaves none out") {
    const auto ends = some_ends(1000);
    auto seen = all_ends(shuffled_frames(ends, Transport::udp, {}, kImix, 1));
    CHECK(seen.size() == 1008);
    std::ranges::sort(seen);
    seen.erase(std::ranges::unique(seen).begin(), seen.end());
    CHECK(seen.size() == 1000);
}

TEST_CASE("a handshake and then the same segments again and again stay inside of the window") {
    const Ends client = masqueraded_ends(0);
    const Ends server = client.reversed();
    Side there;
    Side back;
    CHECK(passes(tcp_frame(client, conversation::kSyn, 64), there, back));
    CHECK(passes(tcp_frame(server, conversation::kSynAck, 64), back, there));
    CHECK(passes(tcp_frame(client, conversation::kClient, 64), there, back));
    for (int i = 0; i < 10; ++i) {
        for (const unsigned size : kImix) {
            CHECK(passes(tcp_frame(client, conversation::kClient, size), there, back));
        }
    }
    for (int i = 0; i < 10; ++i) {
        for (const unsigned size : kImix) {
            CHECK(passes(tcp_frame(server, conversation::kServer, size), back, there));
        }
    }
    TcpFields ahead = conversation::kClient;
    ahead.sequence += 0x20000;
    CHECK_FALSE(passes(tcp_frame(client, ahead, 64), there, back));
}

} // namespace pontoon::nat_frames_test
