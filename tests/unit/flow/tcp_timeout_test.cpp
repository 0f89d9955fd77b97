// Which timeout holds.
#include <catch2/catch.hpp>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_timeout_test {

using namespace segments;

namespace {

constexpr std::uint32_t kClient = Connection::kClient;
constexpr std::uint32_t kServer = Connection::kServer;

} // namespace

TEST_CASE("each state has its timeout") {
    const Conntrack conntrack{.tcp_timeout_syn_sent = 1,
                              .tcp_timeout_syn_recv = 2,
                              .tcp_timeout_established = 3,
                              .tcp_timeout_fin_wait = 4,
                              .tcp_timeout_close_wait = 5,
                              .tcp_timeout_last_ack = 6,
                              .tcp_timeout_time_wait = 7,
                              .tcp_timeout_close = 8};
    TcpTrack track{};
    const auto timeout = [&](TcpState state) {
        track.state = state;
        return timeout_of(track, conntrack);
    };
    CHECK(timeout(TcpState::none) == 0);
    CHECK(timeout(TcpState::syn_sent) == 1);
    CHECK(timeout(TcpState::syn_sent2) == 1);
    CHECK(timeout(TcpState::syn_recv) == 2);
    CHECK(timeout(TcpState::established) == 3);
    CHECK(timeout(TcpState::fin_wait) == 4);
    CHECK(timeout(TcpState::close_wait) == 5);
    CHECK(timeout(TcpState::last_ack) == 6);
    CHECK(timeout(TcpState::time_wait) == 7);
    CHECK(timeout(TcpState::close) == 8);
}

TEST_CASE("a handshake's timeouts") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.timeout() == 120);
    REQUIRE(tcp.server({.flags = kSynAck, .sequence = 500, .acknowledgment = 101}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 60);
    REQUIRE(tcp.client({.flags = kAck, .sequence = 101, .acknowledgment = 501}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("data that nobody acknowledged shortens the time, until all of it is acknowledged") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer, .payload = 100}) ==
            TcpVerdict::pass);
    CHECK(tcp.timeout({.tcp_timeout_max_retrans = 77, .tcp_timeout_unacknowledged = 55}) == 55);
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient + 50}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 300);
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient + 100}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("the third time that a segment comes again shortens the time") {
    const Conntrack conntrack{.tcp_timeout_max_retrans = 77, .tcp_timeout_unacknowledged = 55};
    Connection tcp = Connection::established();
    const Fields data{.flags = kAck, .sequence = kClient, .acknowledgment = kServer, .payload = 100};
    for (int times = 0; times < 3; ++times) {
        REQUIRE(tcp.client(data) == TcpVerdict::pass);
        CHECK(tcp.timeout(conntrack) == 55);
    }
    REQUIRE(tcp.client(data) == TcpVerdict::pass);
    CHECK(tcp.timeout(conntrack) == 77);
    for (int times = 0; times < 600; ++times) {
        REQUIRE(tcp.client(data) == TcpVerdict::pass);
        REQUIRE(tcp.timeout(conntrack) == 77);
    }
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient + 100}) == TcpVerdict::pass);
    CHECK(tcp.timeout(conntrack) == 432000);
}

TEST_CASE("a segment of another side, number or window is no retransmission") {
    const Conntrack conntrack{.tcp_timeout_max_retrans = 77};
    Connection tcp = Connection::established();
    for (std::uint16_t times = 0; times < 10; ++times) {
        const auto window = static_cast<std::uint16_t>(1000 - times);
        REQUIRE(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer, .window = window}) ==
                TcpVerdict::pass);
    }
    CHECK(tcp.timeout(conntrack) == 432000);
}

TEST_CASE("a closed window shortens the time") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient, .window = 0}) ==
            TcpVerdict::pass);
    CHECK(tcp.timeout({.tcp_timeout_max_retrans = 77}) == 77);
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient, .window = 1}) ==
            TcpVerdict::pass);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("what is ignored or refused does not change the timeout") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client({.flags = kSyn, .sequence = 70000, .window = 0}) == TcpVerdict::ignored);
    CHECK(tcp.timeout() == 432000);
    REQUIRE(tcp.server({.flags = kReset, .sequence = 0x4444'4444}) == TcpVerdict::out_of_window);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("short timeouts are not lengthened by what shortens long ones") {
    const Conntrack conntrack{.tcp_timeout_established = 20};
    Connection tcp = Connection::established();
    for (int times = 0; times < 5; ++times) {
        REQUIRE(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer, .payload = 100}) ==
                TcpVerdict::pass);
    }
    CHECK(tcp.timeout(conntrack) == 20);
}

} // namespace pontoon::tcp_timeout_test
