#include "tools/transport_frames.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/frames.hpp"
#include "tests/unit/tools/sums_right.hpp"

namespace pontoon::transport_frames_test {

using namespace frames;

namespace {

const Ends kEnds{kMacA, kMacB, *Ipv4::parse("172.18.0.2"), *Ipv4::parse("198.18.7.9"), 40000, 443};

} // namespace

TEST_CASE("frames of all sizes have the right lengths and sums") {
    for (const unsigned size : {64U, 65U, 66U, 67U, 594U, 1517U, 1518U}) {
        const auto udp = udp_frame(kEnds, size);
        CHECK(udp.size() == size - 4);
        CHECK(wrong_sums(udp) == "");
        const auto tcp = tcp_frame(kEnds, {TcpFields::kSyn, 7, 9}, size);
        CHECK(tcp.size() == size - 4);
        CHECK(wrong_sums(tcp) == "");
    }
}

TEST_CASE("a UDP checksum that comes out as zero is sent as all ones") {
    Ends ends = kEnds;
    unsigned found = 0;
    for (unsigned port = 0; port < 0x10000; ++port) {
        ends.source_port = static_cast<std::uint16_t>(port);
        const auto frame = udp_frame(ends, 64);
        REQUIRE((frame[40] != 0 || frame[41] != 0));
        found += frame[40] == 0xff && frame[41] == 0xff ? 1U : 0U;
    }
    CHECK(found == 1);
}

TEST_CASE("a TCP segment of 64 bytes is empty, a longer one is full of data") {
    const auto total_length = [](const Bytes& frame) { return frame[16] << 8 | frame[17]; };
    CHECK(total_length(tcp_frame(kEnds, {}, 64)) == 40);
    CHECK(total_length(tcp_frame(kEnds, {}, 594)) == 594 - 18);
    CHECK(total_length(tcp_frame(kEnds, {}, 1518)) == 1500);
}

TEST_CASE("TCP fields stand where they belong") {
    const auto frame = tcp_frame(kEnds, {TcpFields::kSyn | TcpFields::kAck, 0x01020304, 0x05060708}, 64);
    CHECK(Bytes(frame.begin() + 34, frame.begin() + 50) ==
          hex("9c40 01bb 01020304 05060708 50 12 ffff")); // data offset 5, SYN and ACK, window 65535
}

TEST_CASE("the ends of a frame are read back, and turned round they are those of the answer") {
    CHECK(ends_of(udp_frame(kEnds, 64)) == kEnds);
    CHECK(ends_of(tcp_frame(kEnds, {}, 1518)) == kEnds);
    const auto answer = kEnds.reversed();
    CHECK(answer.source_mac == kMacB);
    CHECK(answer.destination_mac == kMacA);
    CHECK(answer.source == kEnds.destination);
    CHECK(answer.destination == kEnds.source);
    CHECK(answer.source_port == 443);
    CHECK(answer.destination_port == 40000);
    CHECK(answer.reversed() == kEnds);
}

TEST_CASE("what is no UDP or TCP over plain IPv4 has no ends") {
    const auto udp = udp_frame(kEnds, 64);
    CHECK_FALSE(ends_of(cut(udp, 41)).has_value());
    CHECK_FALSE(ends_of(Bytes{}).has_value());
    CHECK_FALSE(ends_of(patched(udp, 12, bytes16(0x86dd))).has_value());
    CHECK_FALSE(ends_of(patched(udp, 14, Bytes{0x46})).has_value());
    CHECK_FALSE(ends_of(patched(udp, 20, bytes16(0x2000))).has_value());
    CHECK_FALSE(ends_of(patched(udp, 23, Bytes{1})).has_value());
    CHECK(ends_of(patched(udp, 20, bytes16(0x4000))) == kEnds); // may not be fragmented, but is not
}

} // namespace pontoon::transport_frames_test
