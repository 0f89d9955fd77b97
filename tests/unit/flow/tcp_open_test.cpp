// How connections begin: handshakes, simultaneous open, pick-up in midstream, half-open connections.
#include <catch2/catch.hpp>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_open_test {

using namespace segments;

TEST_CASE("a handshake goes through its states") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.track.state == TcpState::syn_sent);
    CHECK(tcp.server({.flags = kSynAck, .sequence = 500, .acknowledgment = 101}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::syn_recv);
    CHECK(tcp.client({.flags = kAck, .sequence = 101, .acknowledgment = 501}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::established);
}

TEST_CASE("a SYN again changes nothing and gives the flow no new time") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    const auto again = tcp.client({.flags = kSyn, .sequence = 100});
    CHECK(again == TcpVerdict::ignored);
    CHECK_FALSE(refreshes(again));
    CHECK(tcp.track.state == TcpState::syn_sent);
}

TEST_CASE("a SYN with a higher number replaces the one before") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.client({.flags = kSyn, .sequence = 9000}) == TcpVerdict::ignored);
    CHECK(tcp.server({.flags = kSynAck, .sequence = 500, .acknowledgment = 9001}) == TcpVerdict::pass);
    CHECK(tcp.client({.flags = kAck, .sequence = 9001, .acknowledgment = 501}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::established);
}

TEST_CASE("before the answer the client can send nothing but a SYN or RST") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.client({.flags = kAck, .sequence = 101, .acknowledgment = 501}) == TcpVerdict::invalid_state);
    CHECK(tcp.client({.flags = kFin, .sequence = 101, .acknowledgment = 501}) == TcpVerdict::invalid_state);
    CHECK(tcp.client({.flags = kSynAck, .sequence = 100, .acknowledgment = 501}) == TcpVerdict::invalid_state);
    CHECK(tcp.client({.flags = 0, .sequence = 101}) == TcpVerdict::invalid_state);
    CHECK(tcp.track.state == TcpState::syn_sent);
}

TEST_CASE("a SYN and ACK for another number is refused") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.server({.flags = kSynAck, .sequence = 500, .acknowledgment = 102}) == TcpVerdict::out_of_window);
    CHECK(tcp.track.state == TcpState::syn_sent);
}

TEST_CASE("both open at once") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.server({.flags = kSyn, .sequence = 500}) == TcpVerdict::ignored); // no new time, but believed
    CHECK(tcp.track.state == TcpState::syn_sent2);
    CHECK(tcp.client({.flags = kSynAck, .sequence = 100, .acknowledgment = 501}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::syn_recv);
    CHECK(tcp.server({.flags = kSynAck, .sequence = 500, .acknowledgment = 101}) == TcpVerdict::ignored);
    CHECK(tcp.server({.flags = kAck, .sequence = 501, .acknowledgment = 101}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::established);
}

TEST_CASE("without both opening, the server's ACK does not establish a connection") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    REQUIRE(tcp.server({.flags = kSynAck, .sequence = 500, .acknowledgment = 101}) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kAck, .sequence = 501, .acknowledgment = 101}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::syn_recv);
}

TEST_CASE("a connection in midstream is picked up, both sides leniently") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kAck, .sequence = 7000, .acknowledgment = 9000, .payload = 10, .window = 10}));
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.timeout() == 300); // not yet answered
    // The window is 10 of an unknown scale.
    CHECK(tcp.server({.flags = kAck, .sequence = 9000, .acknowledgment = 7010, .payload = 60000}) == TcpVerdict::pass);
    CHECK(tcp.client({.flags = kAck, .sequence = 7010, .acknowledgment = 69000, .payload = 50000}) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kAck, .sequence = 69000, .acknowledgment = 57010}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 432000);
    CHECK(tcp.server({.flags = kAck, .sequence = 0x7000'0000, .acknowledgment = 5}) == TcpVerdict::pass);
    CHECK(tcp.client({.flags = kFin, .sequence = 57010, .acknowledgment = 69000}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::fin_wait);
}

TEST_CASE("what begins no connection is refused") {
    Connection loose;
    for (const unsigned flags : {kSynAck, kFin, kReset, kResetAck, 0U, 0x3fU, 0x03U}) {
        CAPTURE(flags);
        CHECK_FALSE(loose.begin({.flags = flags, .sequence = 1, .acknowledgment = 1}));
    }
    Connection strict;
    strict.policy.loose = false;
    CHECK_FALSE(strict.begin({.flags = kAck, .sequence = 1, .acknowledgment = 1}));
    CHECK(strict.begin({.flags = kSyn, .sequence = 1}));
}

TEST_CASE("the ACK of a half-open server and the RST that it brings") {
    Connection tcp;
    REQUIRE(tcp.begin({.flags = kSyn, .sequence = 100}));
    CHECK(tcp.server({.flags = kAck, .sequence = 8000, .acknowledgment = 4000}) == TcpVerdict::ignored);
    CHECK(tcp.track.state == TcpState::syn_sent);
    CHECK(tcp.client({.flags = kReset, .sequence = 4000}) == TcpVerdict::pass); // that far from its own numbers
    CHECK(tcp.track.state == TcpState::close);
    CHECK(tcp.timeout() == 10);
}

TEST_CASE("a SYN on a connection that lives is ignored, and its answer begins anew") {
    Connection tcp = Connection::established(scaling(2), scaling(2));
    CHECK(tcp.client({.flags = kSyn, .sequence = 70000, .window = 4000, .options = scaling(3) + sack_permitted()}) ==
          TcpVerdict::ignored);
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.server({.flags = kSynAck, .sequence = 90000, .acknowledgment = 70001, .options = scaling(4)}) ==
          TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::syn_recv);
    CHECK(tcp.track.scale[0] == 3);
    CHECK(tcp.track.scale[1] == 4);
    CHECK(tcp.client({.flags = kAck, .sequence = 70001, .acknowledgment = 90001}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.client({.flags = kAck, .sequence = 101, .acknowledgment = 501}) != TcpVerdict::pass); // of the old one
}

TEST_CASE("a SYN and ACK for another than the ignored SYN is not believed") {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client({.flags = kSyn, .sequence = 70000}) == TcpVerdict::ignored);
    CHECK(tcp.server({.flags = kSynAck, .sequence = 90000, .acknowledgment = 70002}) == TcpVerdict::ignored);
    CHECK(tcp.track.state == TcpState::established);
    CHECK(tcp.client({.flags = kAck, .sequence = 101, .acknowledgment = 501, .payload = 10}) == TcpVerdict::pass);
}

TEST_CASE("the server cannot open a connection that the client opened") {
    Connection tcp = Connection::established();
    CHECK(tcp.server({.flags = kSyn, .sequence = 600}) == TcpVerdict::invalid_state);
    CHECK(tcp.client({.flags = kSynAck, .sequence = 600, .acknowledgment = 1}) == TcpVerdict::invalid_state);
}

} // namespace pontoon::tcp_open_test
