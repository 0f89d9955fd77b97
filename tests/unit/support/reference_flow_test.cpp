#include "tests/support/reference_flow.hpp"

#include <catch2/catch.hpp>

#include "tests/support/tcp_flags.hpp"

namespace pontoon::test::reference_flow_test {

namespace {

class Connection {
public:
    Connection() { flow.in[0].protocol = kTcp; }

    // A segment of `side`; returns how many seconds the flow has then.
    std::uint64_t send(unsigned side, std::uint8_t flags, std::size_t length = 0) {
        Datagram d;
        d.protocol = kTcp;
        d.transport =
            Writer().zeros(4).u32(next_[side]).u32(next_[1 - side]).u8(0x50).u8(flags).zeros(6 + length).take();
        next_[side] += static_cast<std::uint32_t>(length) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
        track(flow, side, d, d, Conntrack{}, 0);
        return flow.end / kSecond;
    }

    Flow flow;

private:
    std::array<std::uint32_t, 2> next_{{1000, 0xfffffff0}};
};

} // namespace

TEST_CASE("a TCP connection has Linux's timeouts from SYN to TIME_WAIT") {
    Connection tcp;
    CHECK(tcp.send(0, kSyn) == 120);
    CHECK(tcp.send(1, kSyn | kAck) == 60);
    CHECK(tcp.send(0, kAck) == 432000);
    CHECK(tcp.send(0, kAck, 100) == 300); // unacknowledged
    CHECK(tcp.send(1, kAck) == 432000);
    CHECK(tcp.send(1, kAck, 100) == 300); // over the end of the sequence numbers
    CHECK(tcp.send(0, kAck, 10) == 300);
    CHECK(tcp.send(1, kAck) == 432000);
    CHECK(tcp.send(0, kFin | kAck) == 120);
    CHECK(tcp.send(1, kAck) == 60);
    CHECK(tcp.send(1, kFin | kAck) == 30);
    CHECK(tcp.send(0, kAck) == 120);
    CHECK(tcp.flow.tcp == TcpState::time_wait);
    CHECK_FALSE(tcp.flow.doubtful);
}

TEST_CASE("RST closes a TCP connection; as its only answer it leaves the flow in doubt") {
    Connection open;
    open.send(0, kSyn);
    open.send(1, kSyn | kAck);
    open.send(0, kAck);
    CHECK(open.send(1, kRst | kAck) == 10);
    CHECK_FALSE(open.flow.doubtful);
    Connection refused;
    refused.send(0, kSyn);
    CHECK(refused.send(1, kRst | kAck) == 10);
    CHECK(refused.flow.doubtful);
}

TEST_CASE("an SCTP association has the long timeout when its handshake is over, and is in doubt before") {
    Flow flow;
    flow.in[0].protocol = kSctp;
    const auto send = [&](unsigned side, std::uint8_t chunk) {
        Datagram d;
        d.protocol = kSctp;
        d.transport = Writer().zeros(12).u8(chunk).zeros(7).take();
        track(flow, side, d, d, Conntrack{}, 0);
        return std::pair(flow.doubt_from / kSecond, flow.end / kSecond);
    };
    using Times = std::pair<std::uint64_t, std::uint64_t>;
    CHECK(send(0, 1) == Times(0, 30));    // INIT
    CHECK(send(1, 2) == Times(30, 210));  // INIT ACK
    CHECK(send(0, 10) == Times(30, 210)); // COOKIE ECHO
    CHECK(send(1, 11) == Times(0, 210));  // COOKIE ACK
    CHECK(send(0, 0) == Times(0, 210));   // DATA
}

} // namespace pontoon::test::reference_flow_test
