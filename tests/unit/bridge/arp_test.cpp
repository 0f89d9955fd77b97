#include "dataplane/bridge/arp.hpp"

#include "tests/unit/parsed.hpp"

namespace pontoon::arp_test {

namespace {

using namespace frames;

const BridgeDomain kDomain{"web",
                           Prefix4::parse("172.18.0.0/16").value(),
                           Ipv4::parse("172.18.0.1").value(),
                           Mac{{0x02, 0x42, 0xac, 0x12, 0x00, 0x01}},
                           true,
                           {},
                           {}};

bool asks(const Bytes& frame) {
    Parsed p(frame);
    REQUIRE(p->fault == Reason::none);
    return asks_for_gateway(*p, kDomain);
}

} // namespace

TEST_CASE("only an untagged ARP request for the gateway's address asks for the gateway") {
    CHECK(asks(ethernet(0x0806, arp({}))));
    CHECK_FALSE(asks(ethernet(0x0806, arp({.operation = 2}))));
    CHECK_FALSE(asks(ethernet(0x0806, arp({.target_ip = "172.18.0.3"}))));
    CHECK_FALSE(asks(ethernet(0x8100, join({tag(5, 0x0806), arp({})}))));
    CHECK(asks(ethernet(0x8100, join({tag(0, 0x0806), arp({})}))));
    CHECK_FALSE(asks(ethernet(0x0806, patched(arp({}), 0, {0, 6}))));
    CHECK_FALSE(asks(ethernet(0x0806, patched(arp({}), 2, {0x86, 0xdd}))));
}

TEST_CASE("the gateway's ARP reply goes to who asked, with both addresses of the gateway") {
    Parsed p(ethernet(kBroadcast, kMacA, 0x0806, arp({})));
    make_arp_reply(*p, kDomain.gateway_mac, kDomain.gateway);
    const Bytes reply(p->data, p->data + p->length);
    CHECK(reply == ethernet(kMacA, kDomain.gateway_mac, 0x0806,
                            arp({.operation = 2,
                                 .sender_mac = kDomain.gateway_mac,
                                 .sender_ip = "172.18.0.1",
                                 .target_mac = kMacA,
                                 .target_ip = "172.18.0.2"})));
}

TEST_CASE("a probe from 0.0.0.0 is answered to its sender") {
    Parsed p(ethernet(kBroadcast, kMacA, 0x0806, arp({.sender_ip = "0.0.0.0"})));
    CHECK(asks_for_gateway(*p, kDomain));
    make_arp_reply(*p, kDomain.gateway_mac, kDomain.gateway);
    CHECK(p->header<ArpPacket>(14).target_mac == kMacA);
    CHECK(p->header<ArpPacket>(14).target_ip.is_unspecified());
}

} // namespace pontoon::arp_test
