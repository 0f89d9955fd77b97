#include <algorithm>

#include "dataplane/observe/trace.hpp"
#include "tests/unit/parsed.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::describe_test {

using namespace frames;

namespace {

std::string described(const Bytes& frame) {
    return describe(frame, static_cast<std::uint32_t>(frame.size()));
}

} // namespace

TEST_CASE("frames are described as tcpdump would") {
    CHECK(described(ethernet(0x0806, arp({}))) == "ARP who has 172.18.0.1? tell 172.18.0.2, 42 bytes");
    CHECK(described(ethernet(0x0806, arp({.operation = 2}))) == "ARP 172.18.0.2 is at 02:42:ac:12:00:02, 42 bytes");
    CHECK(described(ethernet(0x0800, ip4({}, frames::tcp(kEnds4)))) ==
          "172.18.0.2.40000 > 172.18.0.3.80 TCP S, 59 bytes");
    CHECK(described(ethernet(0x86dd, ip6(17, udp(kEnds6, filled(20))))) == "fd00::2.40000 > fd00::3.53 UDP, 82 bytes");
    CHECK(described(ethernet(0x0800, ip4({.protocol = 132}, sctp()))) ==
          "172.18.0.2.40000 > 172.18.0.3.80 SCTP, 54 bytes");
    CHECK(described(ethernet(0x0800, ip4({.protocol = 1}, icmp_message(8)))) ==
          "172.18.0.2 > 172.18.0.3 ICMP echo request id 7 seq 1, 49 bytes");
    CHECK(described(ethernet(0x86dd, ip6(58, icmp6_message(129)))) ==
          "fd00::2 > fd00::3 ICMPv6 echo reply id 7 seq 1, 69 bytes");
    CHECK(described(ethernet(0x86dd, ip6(58, icmp6_message(135)))) ==
          "fd00::2 > fd00::3 ICMPv6 neighbor solicitation, 69 bytes");
    CHECK(described(ethernet(0x0800, ip4({.protocol = 17, .fragment = 0x0009}, filled(30)))) ==
          "172.18.0.2 > 172.18.0.3 fragment, 64 bytes");
    CHECK(described(ethernet(0x0800, ip4({.protocol = 47}, {}))) == "172.18.0.2 > 172.18.0.3 protocol 47, 34 bytes");
    CHECK(described(ethernet(0x8100, join({tag(5, 0x0806), arp({})}))) ==
          "VLAN ARP who has 172.18.0.1? tell 172.18.0.2, 46 bytes");
    CHECK(described(ethernet(0x88cc, {})) == "02:42:ac:12:00:02 > 02:42:ac:12:00:03 LLDP (0x88cc), 14 bytes");
    CHECK(described(ethernet(3, hex("424203"))) == "02:42:ac:12:00:02 > 02:42:ac:12:00:03 LLC (0x0003), 17 bytes");
    CHECK(described(ethernet(0x1234, {})).contains(" EtherType (0x1234), "));
    CHECK(described({1, 2, 3}) == "3 bytes that are no frame");
}

TEST_CASE("the beginning of a frame is described without a look behind it") {
    for (const auto& sample : sample_frames()) {
        for (std::size_t length = 0; length <= sample.frame.size(); ++length) {
            const auto text = describe(std::span(sample.frame).first(length), 2000); // the address sanitizer watches
            CHECK(text.contains("2000 bytes"));
        }
    }
}

TEST_CASE("a description is one printable line") {
    for (const auto& sample : sample_frames()) {
        const auto text = described(sample.frame);
        CHECK(text.size() < 200);
        CHECK(std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; }));
    }
}

TEST_CASE("a full trace keeps what it has and counts what it forgets") {
    Trace trace(3);
    trace.learned(1, Fdb::Learned::added);
    trace.decided(drop(Reason::icc_denied));
    trace.sent(7, nullptr);
    trace.sent(8, nullptr);
    REQUIRE(trace.records().size() == 3);
    CHECK(trace.forgotten() == 1);
    CHECK(trace.records()[1].verdict.reason == Reason::icc_denied);
    CHECK(trace.records()[2].port == 7);
    trace.clear();
    trace.sent(9, nullptr);
    CHECK(trace.records().size() == 1);
}

TEST_CASE("a trace record holds the beginning of a frame and its length") {
    Trace trace(2);
    Parsed p(ethernet(0x0800, ip4({}, frames::tcp(kEnds4, filled(400)))));
    trace.received(*p, 3, 77);
    const auto& record = trace.records().front();
    CHECK(record.port == 3);
    CHECK(record.time == 77);
    CHECK(record.length == 454);
    REQUIRE(record.head_length == TraceRecord::kHead);
    CHECK(std::equal(record.head.begin(), record.head.end(), p->data));
}

} // namespace pontoon::describe_test
