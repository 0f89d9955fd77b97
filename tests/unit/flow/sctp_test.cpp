#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include "dataplane/config.hpp"
#include "dataplane/flow/sctp.hpp"

namespace pontoon::sctp_test {

namespace {

constexpr Conntrack kConntrack{};

struct Association {
    SctpTrack track{};

    bool begin(SctpChunk chunk) { return sctp_begin(track, chunk); }
    std::uint32_t client(SctpChunk chunk) { return after(0, chunk); }
    std::uint32_t server(SctpChunk chunk) { return after(1, chunk); }

    // The timeout after a packet.
    std::uint32_t after(unsigned direction, SctpChunk chunk) {
        sctp_track(track, direction, chunk);
        return timeout_of(track, kConntrack);
    }
};

std::optional<SctpChunk> chunk_in(std::vector<std::uint8_t> chunk) {
    chunk.insert(chunk.begin(), 12, 0);
    return first_chunk(chunk.data(), static_cast<std::uint32_t>(chunk.size()));
}

} // namespace

TEST_CASE("an association has a long time from the cookie's ACK to its shutdown") {
    Association sctp;
    REQUIRE(sctp.begin(SctpChunk::init));
    CHECK(timeout_of(sctp.track, kConntrack) == 30);
    CHECK(sctp.server(SctpChunk::init_ack) == 30);
    CHECK(sctp.client(SctpChunk::cookie_echo) == 30);
    CHECK(sctp.client(SctpChunk::cookie_ack) == 30); // not the client's to say
    CHECK(sctp.server(SctpChunk::cookie_ack) == 210);
    CHECK(sctp.client(SctpChunk::data) == 210);
    CHECK(sctp.server(SctpChunk::sack) == 210);
    CHECK(sctp.client(SctpChunk::init) == 210); // again: RFC 9260 section 5.2.2
    CHECK(sctp.client(SctpChunk::shutdown) == 30);
    CHECK(sctp.server(SctpChunk::shutdown_ack) == 30);
    CHECK(sctp.client(SctpChunk::shutdown_complete) == 30);
    CHECK(sctp.track.state == SctpState::closing);
}

TEST_CASE("an ABORT ends, an INIT begins anew, an answered heartbeat proves life") {
    Association sctp;
    REQUIRE(sctp.begin(SctpChunk::init));
    REQUIRE(sctp.server(SctpChunk::cookie_ack) == 210);
    CHECK(sctp.server(SctpChunk::abort) == 30);
    CHECK(sctp.client(SctpChunk::data) == 30);
    CHECK(sctp.client(SctpChunk::heartbeat) == 30);
    CHECK(sctp.server(SctpChunk::heartbeat_ack) == 210);
    CHECK(sctp.client(SctpChunk::abort) == 30);
    CHECK(sctp.client(SctpChunk::init) == 30);
    CHECK(sctp.track.state == SctpState::opening);
    CHECK(sctp.server(SctpChunk::cookie_ack) == 210);
}

TEST_CASE("a further path of an association begins with a heartbeat") {
    Association sctp;
    REQUIRE(sctp.begin(SctpChunk::heartbeat));
    CHECK(sctp.client(SctpChunk::heartbeat_ack) == 30);
    CHECK(sctp.server(SctpChunk::heartbeat_ack) == 210);
}

TEST_CASE("nobody begins with data or an end") {
    Association sctp;
    for (const auto chunk : {SctpChunk::data, SctpChunk::sack, SctpChunk::abort, SctpChunk::cookie_ack,
                             SctpChunk::shutdown_complete, static_cast<SctpChunk>(99)}) {
        CAPTURE(static_cast<unsigned>(chunk));
        CHECK_FALSE(sctp.begin(chunk));
    }
    CHECK(sctp.begin(SctpChunk::shutdown_ack)); // RFC 9260 section 8.4: will be answered
    CHECK(sctp.track.state == SctpState::closing);
}

TEST_CASE("the first chunk is read if it is there") {
    CHECK(chunk_in({1, 0, 0, 4}) == SctpChunk::init);
    CHECK(chunk_in({14, 0, 0, 6, 0, 0, 0, 0}) == SctpChunk::shutdown_complete);
    CHECK(chunk_in({}) == std::nullopt);
    CHECK(chunk_in({1, 0, 0}) == std::nullopt);
    CHECK(chunk_in({1, 0, 0, 0}) == std::nullopt);
    CHECK(chunk_in({1, 0, 0, 3}) == std::nullopt);
    CHECK(chunk_in({1, 0, 0, 5}) == std::nullopt);
    CHECK(first_chunk(nullptr, 11) == std::nullopt);
}

TEST_CASE("random chunks leave an association in a state that has a timeout") {
    std::mt19937 random(3);
    for (int round = 0; round < 2000; ++round) {
        Association sctp;
        if (!sctp.begin(static_cast<SctpChunk>(random() % 16))) {
            continue;
        }
        for (int packet = 0; packet < 20; ++packet) {
            const auto timeout = sctp.after(random() % 2, static_cast<SctpChunk>(random() % 256));
            REQUIRE((timeout == 30 || timeout == 210));
            REQUIRE(sctp.track.state != SctpState::none);
        }
    }
}

} // namespace pontoon::sctp_test
