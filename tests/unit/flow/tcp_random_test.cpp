// Random conversations: a correct one is never refused, whatever the network does to it; and garbage breaks nothing.
#include <catch2/catch.hpp>

#include <deque>
#include <random>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_random_test {

using namespace segments;

namespace {

class Random {
public:
    explicit Random(std::uint32_t seed) : engine_(seed) {}
    std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); } // 32 bits in a wider type

private:
    std::mt19937 engine_;
};

// One end: sends a stream in segments, keeps to the window it is offered, sends again what is not acknowledged.
struct Peer {
    std::uint32_t start;       // of its stream
    std::uint32_t total;       // bytes to send
    std::uint16_t buffer;      // the window it offers, in the header's units
    std::uint8_t scale;        // of that
    std::uint32_t sent = 0;    // up to here, and
    std::uint32_t acked = 0;   // acknowledged up to here
    std::uint32_t allowed = 0; // how far it may send
    std::uint32_t peer_start = 0;
    std::uint32_t received = 0; // of the other's stream, without gaps
    std::deque<std::pair<std::uint32_t, std::uint32_t>> early{};

    [[nodiscard]] bool done() const { return acked == total; }

    Fields make(std::uint32_t offset, std::uint32_t length, bool selective) const {
        Fields fields{.flags = kAck, .sequence = start + offset, .acknowledgment = peer_start + received};
        fields.payload = length;
        fields.window = buffer;
        if (selective && !early.empty()) {
            const auto [left, right] = early.back();
            fields.options = sack(peer_start + left, peer_start + right);
        }
        return fields;
    }

    Fields next(Random& random, bool selective) {
        const std::uint32_t limit = std::min(allowed, total);
        std::uint32_t offset = sent;
        if (sent > acked && random() % 4 == 0) {
            offset = acked; // again
        }
        const std::uint32_t length = std::min(limit - std::min(limit, offset), 1 + random() % 3000);
        sent = std::max(sent, offset + length);
        return make(offset, length, selective);
    }

    void take(const Fields& fields, std::uint8_t peer_scale) {
        const std::uint32_t acknowledged = fields.acknowledgment - start;
        if (acknowledged <= sent) { // old ones never lower what is known
            acked = std::max(acked, acknowledged);
            allowed = std::max(allowed, acknowledged + (std::uint32_t{fields.window} << peer_scale));
        }
        const std::uint32_t left = fields.sequence - peer_start;
        early.emplace_back(left, left + fields.payload);
        for (bool grown = true; grown;) {
            grown = false;
            for (const auto& [from, to] : early) {
                if (from <= received && to > received) {
                    received = to;
                    grown = true;
                }
            }
        }
        std::erase_if(early, [&](const auto& piece) { return piece.second <= received; });
    }
};

struct Flight {
    unsigned direction;
    Fields fields;
};

// Runs a conversation to its end; false if a segment was refused. Segments are lost behind the tracker, overtake each
// other before and behind it, and come twice.
bool converse(Random& random, bool selective) {
    const bool scaled = random() % 2 == 0;
    const auto scale = [&] { return static_cast<std::uint8_t>(scaled ? random() % 8 : 0); };
    const auto buffer = [&] { return static_cast<std::uint16_t>(500 + random() % 60000); };
    Peer peers[2] = {{random(), random() % 100000, buffer(), scale()},
                     {random(), random() % 100000, buffer(), scale()}};
    Connection tcp;
    const auto options = [&](const Peer& peer) {
        return (scaled ? scaling(peer.scale) : Options{1, 1, 1, 1}) + (selective ? sack_permitted() : Options{});
    };
    if (!tcp.begin({kSyn, peers[0].start - 1, 0, 0, peers[0].buffer, options(peers[0])}) ||
        tcp.server({kSynAck, peers[1].start - 1, peers[0].start, 0, peers[1].buffer, options(peers[1])}) !=
            TcpVerdict::pass) {
        return false;
    }
    for (unsigned side = 0; side < 2; ++side) {
        peers[side].allowed = peers[side ^ 1].buffer;
        peers[side].peer_start = peers[side ^ 1].start;
    }
    if (tcp.client({kAck, peers[0].start, peers[1].start, 0, peers[0].buffer}) != TcpVerdict::pass) {
        return false;
    }
    std::deque<Flight> before; // the tracker
    for (int turn = 0; turn < 100000 && !(peers[0].done() && peers[1].done()); ++turn) {
        if (before.size() < 1 + random() % 6) {
            const unsigned side = random() % 2;
            before.push_back({side, peers[side].next(random, selective)});
            continue;
        }
        const auto at = static_cast<std::ptrdiff_t>(random() % std::min<std::size_t>(before.size(), 3));
        const Flight flight = before[static_cast<std::size_t>(at)];
        if (random() % 16 != 0) {
            before.erase(before.begin() + at); // else it comes a second time
        }
        if (random() % 10 == 0) {
            continue; // lost before
        }
        const auto verdict = tcp_track(tcp.track, flight.direction, segment(flight.fields), tcp.policy);
        if (verdict != TcpVerdict::pass && verdict != TcpVerdict::ignored) {
            return false;
        }
        if (random() % 10 != 0) { // else lost behind
            peers[flight.direction ^ 1].take(flight.fields, peers[flight.direction].scale);
        }
    }
    return peers[0].done() && peers[1].done() && tcp.track.state == TcpState::established;
}

} // namespace

TEST_CASE("no segment of a correct conversation is refused, with loss, reordering and retransmission") {
    Random random(7);
    for (int conversation = 0; conversation < 400; ++conversation) {
        CAPTURE(conversation);
        REQUIRE(converse(random, conversation % 2 == 0));
    }
}

TEST_CASE("random segments leave a connection in a state that has a timeout") {
    Random random(9);
    constexpr unsigned kFlags[] = {kSyn, kSynAck, kAck, kAck, kAck, kFin, kReset, kResetAck, 0};
    const auto number = [&] { return random() % 3 == 0 ? random() : random() % 4000 - 1000; };
    for (int round = 0; round < 3000; ++round) {
        Connection tcp;
        tcp.policy = {.loose = random() % 2 == 0, .be_liberal = random() % 8 == 0};
        const auto fields = [&] {
            Options options(random() % 41);
            for (auto& byte : options) {
                byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 11);
            }
            return Fields{kFlags[random() % std::size(kFlags)],     number(), number(), random() % 3000,
                          static_cast<std::uint16_t>(random() % 3), options};
        };
        if (!tcp.begin(fields())) {
            continue;
        }
        for (int packet = 0; packet < 60; ++packet) {
            const auto verdict = tcp_track(tcp.track, random() % 2, segment(fields()), tcp.policy);
            if (verdict == TcpVerdict::reopen) {
                break;
            }
            REQUIRE(tcp.track.state != TcpState::none);
            REQUIRE(tcp.track.state <= TcpState::syn_sent2);
            REQUIRE(tcp.track.scale[0] <= 14);
            REQUIRE(tcp.track.scale[1] <= 14);
            REQUIRE(((tcp.track.status & tcp::kGone) != 0) == (tcp.timeout() == 0));
        }
    }
}

} // namespace pontoon::tcp_random_test
