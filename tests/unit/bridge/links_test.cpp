// What may pass although icc is off.
#include "dataplane/bridge/bridge.hpp"
#include "tests/unit/parsed.hpp"

namespace pontoon::links_test {

using namespace frames;

namespace {

BridgeDomain domain(std::uint8_t protocol, PortRange ports) {
    BridgeDomain domain;
    domain.icc = false;
    Parsed packet(ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4))));
    const auto& ip = packet->header<Ipv4Header>(14);
    domain.links.push_back({ip.source, ip.destination, protocol, ports});
    return domain;
}

bool denies(const Bytes& frame, const BridgeDomain& in) {
    Parsed packet(frame);
    REQUIRE(packet->fault == Reason::none);
    return icc_denies(*packet, in);
}

std::uint16_t word(const Bytes& bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

} // namespace

TEST_CASE("a link opens its ports of the server, to its client, and the answers from there") {
    const Bytes forth = ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4)));
    const std::uint16_t source = word(forth, 34);
    const std::uint16_t port = word(forth, 36);
    REQUIRE(source != port);
    CHECK_FALSE(denies(forth, domain(17, {port, port})));
    CHECK_FALSE(denies(forth, domain(17, {static_cast<std::uint16_t>(port - 1), port})));
    CHECK_FALSE(denies(forth, domain(17, {1, 65535})));
    CHECK(denies(forth, domain(17, {static_cast<std::uint16_t>(port + 1), 65535})));
    CHECK(denies(forth, domain(17, {1, static_cast<std::uint16_t>(port - 1)})));
    CHECK(denies(forth, domain(6, {1, 65535})));
    CHECK(denies(forth, domain(17, {source, source})));

    BridgeDomain turned = domain(17, {source, source}); // then this packet is an answer
    std::swap(turned.links[0].from, turned.links[0].to);
    CHECK_FALSE(denies(forth, turned));
    turned.links[0].ports = {port, port};
    CHECK(denies(forth, turned));
    CHECK(denies(ethernet(0x8100, join({tag(5, 0x0800), ip4({.protocol = 17}, udp(kEnds4))})),
                 domain(17, {port, port}))); // not in a VLAN
}

TEST_CASE("later pieces pass a link by their addresses, ICMP does not pass one") {
    const Bytes later = ethernet(0x0800, ip4({.protocol = 17, .fragment = 5}, filled(16)));
    CHECK_FALSE(denies(later, domain(17, {1, 1})));
    CHECK(denies(later, domain(6, {1, 65535})));
    CHECK(denies(ethernet(0x0800, ip4({.protocol = 1}, icmp_message(8))), domain(17, {1, 65535})));
}

} // namespace pontoon::links_test
