// RSTs: which ones end a connection.
#include <catch2/catch.hpp>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_reset_test {

using namespace segments;

namespace {

constexpr std::uint32_t kClient = Connection::kClient;
constexpr std::uint32_t kServer = Connection::kServer;

} // namespace

TEST_CASE("a RST with the number that is expected ends a connection") {
    Connection tcp = Connection::established();
    CHECK(tcp.server({.flags = kReset, .sequence = kServer}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close);
    CHECK(tcp.timeout() == 10);
}

TEST_CASE("a RST below what was acknowledged is refused, liberal or not") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient, .payload = 100}) ==
            TcpVerdict::pass);
    REQUIRE(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer + 100}) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kReset, .sequence = kServer + 99}) == TcpVerdict::out_of_window);
    tcp.policy.be_liberal = true;
    CHECK(tcp.server({.flags = kReset, .sequence = kServer + 99}) == TcpVerdict::out_of_window);
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("a RST somewhere in the window shortens a connection's time until something follows") {
    Connection tcp = Connection::established();
    CHECK(tcp.server({.flags = kReset, .sequence = kServer + 10}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.timeout() == 10);
    CHECK(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 300); // as if the ten bytes before it were on their way
    CHECK(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer + 10}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("a RST above the window is refused") {
    Connection tcp = Connection::established();
    CHECK(tcp.server({.flags = kReset, .sequence = kServer + 3000}) == TcpVerdict::out_of_window);
    CHECK(tcp.timeout() == 432000);
    tcp.policy.be_liberal = true;
    CHECK(tcp.server({.flags = kReset, .sequence = kServer + 3000}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.timeout() == 10);
}

TEST_CASE("a RST right behind a side's data ends the connection though the data is not acknowledged") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient, .payload = 19}) ==
            TcpVerdict::pass);
    CHECK(tcp.server({.flags = kResetAck, .sequence = kServer + 19, .acknowledgment = kClient}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close);
}

TEST_CASE("a RST that acknowledges zero is taken as one without ACK") {
    Connection tcp = Connection::established();
    CHECK(tcp.client({.flags = kResetAck, .sequence = kClient, .acknowledgment = 0}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close);
}

TEST_CASE("a refused connection is gone at once, and whatever comes next begins a new one") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.server({.flags = kResetAck, .sequence = 0, .acknowledgment = 101, .window = 0}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close);
    CHECK(tcp.timeout() == 0);
    CHECK(tcp.client({.flags = kSyn, .sequence = 100}) == TcpVerdict::reopen);
    CHECK(tcp.client({.flags = 0, .sequence = 100}) == TcpVerdict::invalid_state);
}

TEST_CASE("a RST that does not answer the SYN refuses nothing") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.server({.flags = kResetAck, .sequence = 0, .acknowledgment = 103}) == TcpVerdict::out_of_window);
    CHECK(tcp.track.state == TcpState::syn_sent);
}

TEST_CASE("the first segment of a side may acknowledge one too much, as the answer to a keep-alive does") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.server({.flags = kResetAck, .sequence = 0, .acknowledgment = 102}) == TcpVerdict::pass);
}

TEST_CASE("a client that gave up may begin again on a reset connection") {
    Connection by_client = Connection::established();
    REQUIRE(by_client.client({.flags = kReset, .sequence = kClient}) == TcpVerdict::pass);
    CHECK(by_client.client({.flags = kSyn, .sequence = 70000}) == TcpVerdict::reopen);
    CHECK(by_client.server({.flags = kSyn, .sequence = 70000}) == TcpVerdict::invalid_state);

    Connection by_server = Connection::established(); // only its answer tells whether the server knows of the RST
    REQUIRE(by_server.server({.flags = kReset, .sequence = kServer}) == TcpVerdict::pass);
    CHECK(by_server.client({.flags = kSyn, .sequence = 70000}) == TcpVerdict::ignored);
    CHECK(by_server.server({.flags = kSynAck, .sequence = 90000, .acknowledgment = 70001}) == TcpVerdict::pass);
    CHECK(by_server.track.state == TcpState::syn_recv);
}

TEST_CASE("the RST that answers an ignored SYN ends the connection") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client({.flags = kSyn, .sequence = 70000}) == TcpVerdict::ignored);
    SECTION("whatever its sequence number") {
        CHECK(tcp.server({.flags = kResetAck, .sequence = 0, .acknowledgment = 70001}) == TcpVerdict::pass);
        CHECK(tcp.track.state == TcpState::close);
    }
    SECTION("but not if the client itself sends it") {
        CHECK(tcp.client({.flags = kResetAck, .sequence = kClient + 5000, .acknowledgment = 70001}) ==
              TcpVerdict::out_of_window);
        CHECK(tcp.track.state == TcpState::established);
    }
    SECTION("but not if it is for another one") {
        CHECK(tcp.server({.flags = kResetAck, .sequence = 0, .acknowledgment = 70002}) == TcpVerdict::out_of_window);
        CHECK(tcp.track.state == TcpState::established);
    }
}

TEST_CASE("a closing connection is reset by any RST") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client({.flags = kFin, .sequence = kClient, .acknowledgment = kServer}) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kReset, .sequence = 0x5555'5555}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close);
}

} // namespace pontoon::tcp_reset_test
