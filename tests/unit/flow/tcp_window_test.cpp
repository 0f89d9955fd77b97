// The window: who may send what, with scaling, SACK and wrapping sequence numbers.
#include <catch2/catch.hpp>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_window_test {

using namespace segments;

namespace {

constexpr std::uint32_t kClient = Connection::kClient;
constexpr std::uint32_t kServer = Connection::kServer;

Fields from_client(std::uint32_t offset, std::uint32_t payload) {
    return {.flags = kAck, .sequence = kClient + offset, .acknowledgment = kServer, .payload = payload};
}
Fields from_server(std::uint32_t offset, std::uint32_t acknowledged, std::uint16_t window = 1000) {
    return {.flags = kAck, .sequence = kServer + offset, .acknowledgment = kClient + acknowledged, .window = window};
}

} // namespace

TEST_CASE("data both ways, in order, at once, and again") {
    Connection tcp = Connection::established();
    CHECK(tcp.client(from_client(0, 500)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(500, 500)) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient + 500, .payload = 800}) ==
          TcpVerdict::pass);
    CHECK(tcp.client(from_client(0, 500)) == TcpVerdict::pass);
    CHECK(tcp.client({.flags = kAck, .sequence = kClient + 1000, .acknowledgment = kServer + 800}) == TcpVerdict::pass);
    CHECK(tcp.server(from_server(800, 1000)) == TcpVerdict::pass);
}

TEST_CASE("a segment may begin at the window's end and not behind it") {
    Connection tcp = Connection::established();
    CHECK(tcp.client(from_client(1000, 0)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(1001, 0)) == TcpVerdict::ignored); // one byte too many may yet be acknowledged
    CHECK(tcp.client(from_client(3000, 0)) == TcpVerdict::out_of_window);
    CHECK(tcp.client(from_client(0x7000'0000, 100)) == TcpVerdict::out_of_window);
    tcp.policy.be_liberal = true;
    CHECK(tcp.client(from_client(0x7000'0000, 100)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(0, 100)) == TcpVerdict::pass); // and the connection goes on from where it was
}

TEST_CASE("data that was ignored because it is too much can be acknowledged") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client(from_client(1001, 500)) == TcpVerdict::ignored);
    CHECK(tcp.server(from_server(0, 1501)) == TcpVerdict::pass);
    CHECK(tcp.server(from_server(0, 1502)) == TcpVerdict::out_of_window);
}

TEST_CASE("data that is long acknowledged passes and is not believed") {
    Connection tcp = Connection::established();
    for (std::uint32_t sent = 0; sent < 5000; sent += 1000) {
        REQUIRE(tcp.client(from_client(sent, 1000)) == TcpVerdict::pass);
        REQUIRE(tcp.server(from_server(0, sent + 1000)) == TcpVerdict::pass);
    }
    CHECK(tcp.client(from_client(4000, 0)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(3999, 0)) == TcpVerdict::ignored);
    CHECK(tcp.client(from_client(0, 1000)) == TcpVerdict::ignored);
}

TEST_CASE("what was not sent cannot be acknowledged") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client(from_client(0, 100)) == TcpVerdict::pass);
    CHECK(tcp.server(from_server(0, 101)) == TcpVerdict::out_of_window);
    CHECK(tcp.server(from_server(0, 100)) == TcpVerdict::pass);
    tcp.policy.be_liberal = true;
    CHECK(tcp.server(from_server(0, 101)) == TcpVerdict::pass);
}

TEST_CASE("an acknowledgment far behind passes and is not believed") {
    Connection tcp = Connection::established(scaling(0), scaling(7));
    REQUIRE(tcp.server(from_server(0, 0, 60000)) == TcpVerdict::pass);
    REQUIRE(tcp.client(from_client(0, 66000)) == TcpVerdict::pass);
    REQUIRE(tcp.client(from_client(66000, 6'000'000)) == TcpVerdict::pass);
    REQUIRE(tcp.server(from_server(0, 6'066'000, 1)) == TcpVerdict::pass);
    CHECK(tcp.server(from_server(0, 6'066'000 - 60000 * 128, 2)) == TcpVerdict::pass);
    CHECK(tcp.server(from_server(0, 6'066'000 - 60000 * 128 - 1, 3)) == TcpVerdict::ignored);
}

TEST_CASE("windows scale if both sides say so, but not that of a SYN") {
    Connection both = Connection::established(scaling(3), scaling(4));
    CHECK(both.server(from_server(0, 0)) == TcpVerdict::pass);
    CHECK(both.client(from_client(16000, 0)) == TcpVerdict::pass);
    CHECK(both.client(from_client(16001 + 16000, 0)) == TcpVerdict::out_of_window);
    CHECK(both.server({.flags = kAck, .sequence = kServer + 8000, .acknowledgment = kClient}) == TcpVerdict::pass);
    CHECK(both.server({.flags = kAck, .sequence = kServer + 16002, .acknowledgment = kClient}) ==
          TcpVerdict::out_of_window);

    Connection one = Connection::established(scaling(3), {});
    CHECK(one.server(from_server(0, 0)) == TcpVerdict::pass);
    CHECK(one.client(from_client(3000, 0)) == TcpVerdict::out_of_window);
    CHECK(one.server({.flags = kAck, .sequence = kServer + 3000, .acknowledgment = kClient}) ==
          TcpVerdict::out_of_window);

    Connection unused =
        Connection::established(scaling(3), scaling(4)); // the SYN and ACK's window of 1000 is just that
    CHECK(unused.client(from_client(3000, 0)) == TcpVerdict::out_of_window);
}

TEST_CASE("scaling that comes after the handshake is not believed") {
    Connection tcp = Connection::established(scaling(0), scaling(0));
    auto late = from_server(0, 0);
    late.options = scaling(14);
    CHECK(tcp.server(late) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(3000, 0)) == TcpVerdict::out_of_window);
}

TEST_CASE("a closed window may be probed with one byte") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client(from_client(0, 1000)) == TcpVerdict::pass);
    REQUIRE(tcp.server(from_server(0, 1000, 0)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(1000, 1)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(1001, 0)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(1002, 0)) == TcpVerdict::ignored);
}

TEST_CASE("a receiver that is sent more than it offered is taken to have a larger window") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client(from_client(0, 1000)) == TcpVerdict::pass);
    REQUIRE(tcp.client(from_client(1000, 500)) == TcpVerdict::pass);
    CHECK(tcp.client(from_client(0, 0)) == TcpVerdict::pass); // not yet below it
}

TEST_CASE("SACK blocks count as acknowledgments where SACK is permitted") {
    // A client that permits SACK may be told of what it sent; one that does not is told nothing.
    for (const bool permitted : {true, false}) {
        CAPTURE(permitted);
        Connection tcp = Connection::established(permitted ? sack_permitted() : Options{}, sack_permitted());
        REQUIRE(tcp.client(from_client(0, 500)) == TcpVerdict::pass);
        REQUIRE(tcp.client(from_client(500, 500)) == TcpVerdict::pass);
        auto gap = from_server(0, 0);
        gap.options = sack(kClient + 500, kClient + 1000);
        CHECK(tcp.server(gap) == TcpVerdict::pass);
        CHECK(tcp.track.sides[0].max_end == kClient + (permitted ? 2000 : 1000));
        gap.options = sack(kClient + 500, kClient + 1001);
        CHECK(tcp.server(gap) == (permitted ? TcpVerdict::out_of_window : TcpVerdict::pass));
    }
}

TEST_CASE("sequence numbers wrap around") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 0xffff'ff00}));
    REQUIRE(tcp.server({.flags = kSynAck, .sequence = 0xffff'fffe, .acknowledgment = 0xffff'ff01}) == TcpVerdict::pass);
    REQUIRE(tcp.client({.flags = kAck, .sequence = 0xffff'ff01, .acknowledgment = 0xffff'ffff}) == TcpVerdict::pass);
    std::uint32_t sent = 0xffff'ff01;
    for (int round = 0; round < 10; ++round) {
        REQUIRE(tcp.client({.flags = kAck, .sequence = sent, .acknowledgment = 0xffff'ffff, .payload = 900}) ==
                TcpVerdict::pass);
        sent += 900;
        REQUIRE(tcp.server({.flags = kAck, .sequence = 0xffff'ffff, .acknowledgment = sent}) == TcpVerdict::pass);
    }
    CHECK(tcp.server({.flags = kAck, .sequence = 0xffff'ffff, .acknowledgment = sent, .payload = 2}) ==
          TcpVerdict::pass);
    CHECK(tcp.client({.flags = kAck, .sequence = sent, .acknowledgment = 1}) == TcpVerdict::pass);
    CHECK(tcp.client({.flags = kAck, .sequence = sent, .acknowledgment = 2}) == TcpVerdict::out_of_window);
}

} // namespace pontoon::tcp_window_test
