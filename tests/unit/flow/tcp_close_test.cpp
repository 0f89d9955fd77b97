// How connections end with FINs, and begin again.
#include <catch2/catch.hpp>

#include "tests/unit/flow/segments.hpp"

namespace pontoon::tcp_close_test {

using namespace segments;

namespace {

constexpr std::uint32_t kClient = Connection::kClient;
constexpr std::uint32_t kServer = Connection::kServer;

// Both sides have sent their FIN: LAST_ACK.
Connection closing() {
    Connection tcp = Connection::established();
    REQUIRE(tcp.client({.flags = kFin, .sequence = kClient, .acknowledgment = kServer}) == TcpVerdict::pass);
    REQUIRE(tcp.server({.flags = kFin, .sequence = kServer, .acknowledgment = kClient + 1}) == TcpVerdict::pass);
    REQUIRE(tcp.track.state == TcpState::last_ack);
    return tcp;
}

Connection closed() {
    Connection tcp = closing();
    REQUIRE(tcp.client({.flags = kAck, .sequence = kClient + 1, .acknowledgment = kServer + 1}) == TcpVerdict::pass);
    REQUIRE(tcp.track.state == TcpState::time_wait);
    return tcp;
}

} // namespace

TEST_CASE("the client closes, the server goes on sending and closes later") {
    Connection tcp = Connection::established();
    CHECK(tcp.client({.flags = kFin, .sequence = kClient, .acknowledgment = kServer, .payload = 10}) ==
          TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::fin_wait);
    CHECK(tcp.timeout() == 120);
    CHECK(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient + 11}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close_wait);
    CHECK(tcp.timeout() == 60);
    CHECK(tcp.server({.flags = kAck, .sequence = kServer, .acknowledgment = kClient + 11, .payload = 500}) ==
          TcpVerdict::pass);
    CHECK(tcp.client({.flags = kAck, .sequence = kClient + 11, .acknowledgment = kServer + 500}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::close_wait);
    CHECK(tcp.server({.flags = kFin, .sequence = kServer + 500, .acknowledgment = kClient + 11}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::last_ack);
    CHECK(tcp.timeout() == 30);
    CHECK(tcp.client({.flags = kAck, .sequence = kClient + 11, .acknowledgment = kServer + 501}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::time_wait);
    CHECK(tcp.timeout() == 120);
    CHECK(tcp.client({.flags = kAck, .sequence = kClient + 11, .acknowledgment = kServer + 501}) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kFin, .sequence = kServer + 500, .acknowledgment = kClient + 11}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::time_wait);
}

TEST_CASE("the server closes first") {
    Connection tcp = Connection::established();
    CHECK(tcp.server({.flags = kFin, .sequence = kServer, .acknowledgment = kClient}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::fin_wait);
    CHECK(tcp.client({.flags = kFin, .sequence = kClient, .acknowledgment = kServer + 1}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::last_ack);
    CHECK(tcp.server({.flags = kAck, .sequence = kServer + 1, .acknowledgment = kClient + 1}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::time_wait);
}

TEST_CASE("both close at once") {
    Connection tcp = Connection::established();
    CHECK(tcp.client({.flags = kFin, .sequence = kClient, .acknowledgment = kServer}) == TcpVerdict::pass);
    CHECK(tcp.server({.flags = kFin, .sequence = kServer, .acknowledgment = kClient}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::last_ack);
    CHECK(tcp.client({.flags = kAck, .sequence = kClient + 1, .acknowledgment = kServer + 1}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::time_wait);
    CHECK(tcp.server({.flags = kAck, .sequence = kServer + 1, .acknowledgment = kClient + 1}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::time_wait);
}

TEST_CASE("a FIN outside of the window ends nothing") {
    Connection tcp = Connection::established();
    CHECK(tcp.server({.flags = kFin, .sequence = kServer + 0x4000'0000, .acknowledgment = kClient}) ==
          TcpVerdict::out_of_window);
    CHECK(tcp.track.state == TcpState::established);
    tcp.policy.be_liberal = true;
    CHECK(tcp.server({.flags = kFin, .sequence = kServer + 0x4000'0000, .acknowledgment = kClient}) ==
          TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::fin_wait);
}

TEST_CASE("FINs of both sides outside of the window give the flow a short life") {
    Connection tcp = Connection::established();
    const Fields from_client{.flags = kFin, .sequence = kClient + 0x4000'0000, .acknowledgment = kServer};
    const Fields from_server{.flags = kFin, .sequence = kServer + 0x4000'0000, .acknowledgment = kClient};
    CHECK(tcp.client(from_client) == TcpVerdict::out_of_window);
    CHECK(tcp.client(from_client) == TcpVerdict::out_of_window);
    CHECK(tcp.timeout() == 432000);
    const auto verdict = tcp.server(from_server);
    CHECK(verdict == TcpVerdict::stalemate);
    CHECK(refreshes(verdict));
    CHECK(tcp.timeout() == 300);
    CHECK(tcp.server(from_server) == TcpVerdict::out_of_window); // which does not make it longer again
    CHECK(tcp.client({.flags = kAck, .sequence = kClient, .acknowledgment = kServer}) == TcpVerdict::pass);
    CHECK(tcp.timeout() == 432000);
}

TEST_CASE("a SYN after the end begins anew") {
    Connection client_again = closed();
    CHECK(client_again.client({.flags = kSyn, .sequence = 1}) == TcpVerdict::reopen);
    Connection roles_swapped = closed();
    CHECK(roles_swapped.server({.flags = kSyn, .sequence = 1}) == TcpVerdict::reopen);
}

TEST_CASE("a SYN while the last ACK is missing is ignored until it is answered") {
    Connection tcp = closing();
    CHECK(tcp.client({.flags = kSyn, .sequence = 70000}) == TcpVerdict::ignored);
    CHECK(tcp.server({.flags = kSynAck, .sequence = 90000, .acknowledgment = 70001}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::syn_recv);
}

TEST_CASE("a challenge ACK that answers a SYN is not the last ACK") {
    Connection tcp = closing();
    REQUIRE(tcp.client({.flags = kSyn, .sequence = 70000}) == TcpVerdict::ignored);
    const Fields challenge{.flags = kAck, .sequence = kServer + 1, .acknowledgment = kClient + 1};
    CHECK(tcp.server(challenge) == TcpVerdict::ignored);
    CHECK(tcp.track.state == TcpState::last_ack);
    CHECK(tcp.server(challenge) == TcpVerdict::pass); // only one
    CHECK(tcp.track.state == TcpState::time_wait);
}

TEST_CASE("URG, PSH and ECN change nothing") {
    Connection tcp = Connection::established();
    CHECK(tcp.client({.flags = 0xf8, .sequence = kClient, .acknowledgment = kServer, .payload = 5}) ==
          TcpVerdict::pass);
    CHECK(tcp.client({.flags = 0x39, .sequence = kClient + 5, .acknowledgment = kServer}) == TcpVerdict::pass);
    CHECK(tcp.track.state == TcpState::fin_wait);
}

} // namespace pontoon::tcp_close_test
