#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "dataplane/packet/parse.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::parse_common_test {

namespace {

Packet opened(frames::Bytes& frame) {
    Packet packet;
    packet.data = frame.data();
    packet.length = packet.first = static_cast<std::uint16_t>(frame.size());
    return packet;
}

bool same(const Packet& a, const Packet& b) {
    return a.l3 == b.l3 && a.l4 == b.l4 && a.type == b.type && a.quote == b.quote && a.fault == b.fault &&
           a.tagged == b.tagged && a.fragment == b.fragment && a.later_piece == b.later_piece &&
           a.csum_partial == b.csum_partial && a.protocol == b.protocol && a.ip_length == b.ip_length;
}

} // namespace

TEST_CASE("the short way through the parser says what the long way says", "[parse]") {
    std::mt19937_64 random(7);
    unsigned short_ways = 0;
    for (const auto& sample : sample_frames()) {
        for (int round = 0; round < 2000; ++round) {
            auto frame = sample.frame;
            const std::size_t reach = std::min<std::size_t>(frame.size(), 64);
            if (round % 4 == 1 && reach != 0) {
                frame[random() % reach] ^= static_cast<std::uint8_t>(1U << random() % 8);
            }
            if (round % 4 == 2 && reach >= 16) { // words that change places change no sum
                auto* const word = &frame[random() % (reach / 4) * 2];
                std::swap_ranges(word, word + 2, &frame[reach / 4 * 2 + random() % (reach / 4 - 1) * 2]);
            }
            if (round % 4 == 3) {
                frame.resize(random() % 2 == 0 ? random() % (frame.size() + 1) : frame.size() + random() % 16);
            }
            Packet common = opened(frame);
            Packet any = opened(frame);
            parse_any(any);
            if (parse_common(common)) {
                ++short_ways;
                REQUIRE(same(common, any));
            }
        }
    }
    CHECK(short_ways > 1000);
}

} // namespace pontoon::parse_common_test
