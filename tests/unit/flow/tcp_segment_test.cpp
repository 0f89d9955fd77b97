#include <catch2/catch.hpp>

#include <random>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_segment_test {

using segments::Fields;
using segments::Options;
using segments::segment;

TEST_CASE("flags make kinds, and what no stack sends is none") {
    const auto kind = [](unsigned flags) { return segment({.flags = flags, .sequence = 0}).kind; };
    CHECK(kind(0x02) == TcpKind::syn);
    CHECK(kind(0x12) == TcpKind::syn_ack);
    CHECK(kind(0x11) == TcpKind::fin);
    CHECK(kind(0x10) == TcpKind::ack);
    CHECK(kind(0x18) == TcpKind::ack);
    CHECK(kind(0x30) == TcpKind::ack);
    CHECK(kind(0xd8) == TcpKind::ack); // ECN
    CHECK(kind(0xc2) == TcpKind::syn); // asks for ECN
    CHECK(kind(0x04) == TcpKind::reset);
    CHECK(kind(0x14) == TcpKind::reset);
    for (const unsigned nonsense :
         {0x00, 0x01, 0x03, 0x06, 0x07, 0x08, 0x13, 0x15, 0x16, 0x20, 0x24, 0x29, 0x32, 0x3f}) {
        CAPTURE(nonsense);
        CHECK(kind(nonsense) == TcpKind::none);
    }
}

TEST_CASE("a segment ends behind its data; SYN and FIN count one each") {
    CHECK(segment({.flags = segments::kAck, .sequence = 100}).end == 100);
    CHECK(segment({.flags = segments::kAck, .sequence = 100, .payload = 7}).end == 107);
    CHECK(segment({.flags = segments::kSyn, .sequence = 100, .payload = 7}).end == 108);
    CHECK(segment({.flags = segments::kFin, .sequence = 0xffff'ffff, .payload = 1}).end == 1);
    CHECK(segment({.flags = segments::kAck, .sequence = 100, .payload = 7, .options = Options(40, 1)}).end == 107);
}

TEST_CASE("options are read") {
    const auto syn = segment({.flags = segments::kSyn, .sequence = 0, .options = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
                                                                                  0, 0, 0, 0,    0, 0, 1, 3,  3, 7}});
    CHECK(syn.has_options);
    CHECK(syn.sack_permitted);
    CHECK(syn.scales);
    CHECK(syn.scale == 7);
    CHECK_FALSE(segment({.flags = segments::kSyn, .sequence = 0}).has_options);
    CHECK(segment({.flags = segments::kSyn, .sequence = 0, .options = {3, 3, 255}}).scale == 14);
}

TEST_CASE("the highest right edge of the SACK blocks counts if it is above the acknowledgment") {
    Options two(20, 1);
    two[0] = 5;
    two[1] = 18;
    store(two.data() + 6, be32{3000});
    store(two.data() + 14, be32{2000});
    const auto sack_at = [&](std::uint32_t acknowledgment) {
        return segment({.flags = segments::kAck, .sequence = 0, .acknowledgment = acknowledgment, .options = two}).sack;
    };
    CHECK(sack_at(1000) == 3000);
    CHECK(sack_at(5000) == 5000);
    CHECK(sack_at(0xffff'fff0) == 3000);
}

TEST_CASE("an option that lies ends the options") {
    const auto scales = [](const Options& options) {
        return segment({.flags = segments::kSyn, .sequence = 0, .options = options}).scales;
    };
    CHECK(scales({1, 3, 3, 2}));
    CHECK_FALSE(scales({8, 0, 3, 3, 2}));      // length 0
    CHECK_FALSE(scales({8, 1, 3, 3, 2}));      // length 1
    CHECK_FALSE(scales({8, 200, 3, 3, 2}));    // past the end
    CHECK_FALSE(scales({1, 1, 1, 3}));         // a kind without its length
    CHECK_FALSE(scales({1, 1, 3, 3}));         // without its value
    CHECK_FALSE(scales({3, 4, 2, 0}));         // of another length
    CHECK_FALSE(scales({0, 3, 3, 2}));         // behind the end of options
    CHECK(scales({254, 5, 0, 0, 0, 3, 3, 2})); // an unknown one is skipped
    CHECK(segment({.flags = segments::kAck, .sequence = 0, .options = {5, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}}).sack == 0);
    CHECK(segment({.flags = segments::kAck, .sequence = 0, .options = {5, 2, 1, 1}}).sack == 0);
}

TEST_CASE("a header that is longer than the segment has no data, and nothing behind the segment is read") {
    std::mt19937 random(1);
    for (int round = 0; round < 20000; ++round) {
        const auto length = static_cast<std::uint32_t>(20 + random() % 45);
        std::vector<std::uint8_t> bytes(length); // exact, so that the sanitizer sees what is read behind it
        for (auto& byte : bytes) {
            byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() % 12);
        }
        bytes[12] = static_cast<std::uint8_t>((5 + random() % 11) << 4);
        const auto read = segment_of(bytes.data(), length);
        REQUIRE(read.end - read.sequence <= length - 20 + 2);
        REQUIRE(read.scale <= 14);
    }
}

} // namespace pontoon::tcp_segment_test
