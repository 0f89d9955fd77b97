#include "dataplane/ip/icmp_error.hpp"

#include <algorithm>
#include <random>

#include "tests/unit/ip/received.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::icmp_error_test {

using namespace frames;

namespace {

constexpr Mac kGatewayMac{{0x02, 0x42, 0xac, 0x12, 0x00, 0x01}};
constexpr Ipv4 kGateway{be32{0xac120001}};
constexpr IcmpError kTooBig{3, 4, 0x00000578, kGatewayMac, kGateway}; // MTU 1400

Bytes summed(Bytes bytes, std::size_t field) {
    return patched(bytes, field, bytes16(~unsigned{naive_sum(bytes)}));
}

// The whole answer to A about `quote`.
Bytes answer(const Bytes& quote, const Bytes& head = hex("0304 0000 00000578")) {
    const auto length = static_cast<unsigned>(28 + quote.size());
    const Bytes ip = join({hex("45c0"), bytes16(length), hex("0000 0000 4001 0000 ac120001 ac120002")});
    return ethernet(kMacA, kGatewayMac, 0x0800, join({summed(ip, 10), summed(join({head, quote}), 2)}));
}

bool answered(const Bytes& frame) {
    Parsed p(frame);
    return may_answer(*p);
}

Bytes from_to(const Bytes& ends) {
    return ethernet(0x0800, ip4({.protocol = 17, .ends = ends}, udp(ends)));
}

// A buffer with so much headroom.
Buffer with_headroom(Pool& pool, const Bytes& frame, std::size_t headroom) {
    Buffer mbuf(rte_pktmbuf_alloc(pool.get()));
    REQUIRE(mbuf);
    mbuf->data_off = static_cast<std::uint16_t>(headroom);
    auto* const at = rte_pktmbuf_append(mbuf.get(), static_cast<std::uint16_t>(frame.size()));
    REQUIRE(at != nullptr);
    std::ranges::copy(frame, reinterpret_cast<std::uint8_t*>(at));
    return mbuf;
}

// That view and buffer say the same.
void check_whole(const Packet& p) {
    const char* why = "";
    REQUIRE(rte_mbuf_check(p.mbuf, 1, &why) == 0);
    REQUIRE(p.mbuf->nb_segs == 1);
    REQUIRE(p.data == rte_pktmbuf_mtod(p.mbuf, std::uint8_t*));
    REQUIRE(p.length == p.mbuf->pkt_len);
    REQUIRE(p.first == p.mbuf->data_len);
    REQUIRE(p.ip_length <= kIcmpErrorMost);
    const Packet again = packet_in(p.mbuf);
    REQUIRE(again.fault == Reason::none);
    REQUIRE(again.l3 == p.l3);
    REQUIRE(again.l4 == p.l4);
    REQUIRE(again.ip_length == p.ip_length);
    REQUIRE(again.quote == p.quote);
    REQUIRE(again.type == p.type);
    REQUIRE(again.protocol == p.protocol);
    REQUIRE_FALSE((p.tagged || p.fragment || p.later_piece || p.csum_partial || p.csum_trusted));
}

} // namespace

TEST_CASE("ICMP errors are sent about packets from one host to one host") {
    CHECK(answered(ethernet(0x0800, ip4({}, tcp(kEnds4)))));
    CHECK(answered(ethernet(0x0800, ip4({.protocol = 132}, sctp()))));
    CHECK(answered(ethernet(0x0800, ip4({.protocol = 47}, filled(3)))));
    CHECK(answered(ethernet(0x0800, ip4({.protocol = 17, .fragment = 0x2000}, filled(16)))));
    CHECK(answered(ethernet(0x8100, join({tag(0, 0x0800), ip4({}, tcp(kEnds4))}))));

    CHECK_FALSE(answered(ethernet(0x0800, ip4({.protocol = 17, .fragment = 0x0001}, filled(16)))));
    CHECK_FALSE(answered(ethernet(0x8100, join({tag(7, 0x0800), ip4({}, tcp(kEnds4))}))));
    CHECK_FALSE(answered(ethernet(0x0800, ip4({}, tcp(kEnds4, filled(5), Sums::wrong)))));
    CHECK_FALSE(answered(ethernet(0x86dd, ip6(17, udp(kEnds6)))));
    CHECK_FALSE(answered(ethernet(0x0806, arp({}))));
    CHECK_FALSE(answered(plain(kMacB, kMacA)));
}

TEST_CASE("ICMP errors are not sent about ICMP errors, nor about ICMP that nobody knows") {
    const Bytes quote = ip4({}, tcp(kEnds4));
    for (unsigned type = 0; type < 256; ++type) {
        INFO("type " << type);
        const bool query = type == 0 || (type >= 8 && type <= 10) || (type >= 13 && type <= 18) || type == 1 ||
                           type == 2 || type == 6 || type == 7;
        const Bytes message = icmp_message(static_cast<std::uint8_t>(type), quote);
        CHECK(answered(ethernet(0x0800, ip4({.protocol = 1}, message))) == query);
    }
}

TEST_CASE("ICMP errors are not sent about packets to many, nor to who is no single host") {
    for (const auto* source : {"00000000", "00000001", "7f000001", "e0000001", "f0000001", "ffffffff"}) {
        INFO("from " << source);
        CHECK_FALSE(answered(from_to(join({hex(source), hex("08080808")}))));
    }
    for (const auto* destination : {"00000000", "e0000001", "efffffff", "ffffffff"}) {
        INFO("to " << destination);
        CHECK_FALSE(answered(from_to(join({hex("ac120002"), hex(destination)}))));
    }
    CHECK(answered(from_to(hex("ac120002 f0000001")))); // reserved, but one host's
    const Bytes packet = ip4({}, tcp(kEnds4));
    CHECK_FALSE(answered(ethernet(kBroadcast, kMacA, 0x0800, packet)));
    CHECK_FALSE(answered(ethernet(Mac{{0x01, 0, 0x5e, 0, 0, 1}}, kMacA, 0x0800, packet)));
    CHECK_FALSE(answered(ethernet(kMacB, Mac{{0x03, 0, 0, 0, 0, 1}}, 0x0800, packet)));
}

TEST_CASE("an ICMP error quotes the packet it is about") {
    TestPool pool;
    const Bytes packet = ip4({.options = Bytes(8, 1)}, tcp(kEnds4, filled(30)));
    SECTION("untagged") {
        Received p(pool, ethernet(0x0800, packet));
        make_icmp_error(*p, kTooBig);
        CHECK(bytes_of(p->mbuf) == answer(packet));
        check_whole(*p);
    }
    SECTION("without its tags and padding") {
        Received p(pool, ethernet(0x88a8, join({tag(0, 0x8100), tag(0, 0x0800), packet, filled(20)})));
        make_icmp_error(*p, kTooBig);
        CHECK(bytes_of(p->mbuf) == answer(packet));
        check_whole(*p);
    }
    SECTION("with other types and words") {
        Received p(pool, ethernet(0x0800, packet));
        p->csum_trusted = p->csum_partial = true;
        p->mbuf->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD | RTE_MBUF_F_TX_TCP_SEG;
        p->mbuf->tso_segsz = 1400;
        make_icmp_error(*p, {12, 0, 0x14000000, kGatewayMac, kGateway});
        CHECK(bytes_of(p->mbuf) == answer(packet, hex("0c00 0000 14000000")));
        CHECK(p->mbuf->ol_flags == 0);
        CHECK(p->mbuf->tx_offload == 0);
        check_whole(*p);
    }
    SECTION("a first fragment") {
        const Bytes piece = ip4({.protocol = 17, .fragment = 0x2000}, cut(udp(kEnds4, filled(100)), 48));
        Received p(pool, ethernet(0x0800, piece));
        make_icmp_error(*p, kTooBig);
        CHECK(bytes_of(p->mbuf) == answer(piece));
        check_whole(*p);
    }
}

TEST_CASE("an ICMP error is at most 576 bytes long, whatever the packet, its buffers and their headroom") {
    TestPool pool;
    std::mt19937 random(5);
    for (int round = 0; round < 3000; ++round) {
        const Bytes options(4 * (random() % 11), 1);
        const Bytes packet = ip4({.options = options}, tcp(kEnds4, filled(random() % (round % 2 == 0 ? 700 : 6000))));
        const Bytes frame =
            round % 3 == 0 ? ethernet(0x8100, join({tag(0, 0x0800), packet})) : ethernet(0x0800, packet);
        const std::size_t l3 = frame.size() - packet.size();
        const std::size_t headers = l3 + 40 + options.size();
        const std::size_t first = std::min(frame.size(), headers + random() % 1200);
        const std::size_t headroom = random() % (2 * RTE_PKTMBUF_HEADROOM);
        Buffer mbuf = with_headroom(pool, cut(frame, first), headroom);
        if (first < frame.size()) {
            const std::size_t parts[] = {random() % 100, random() % 2000};
            const auto rest = std::span(frame).subspan(first);
            REQUIRE(rte_pktmbuf_chain(mbuf.get(), chained(pool, rest, parts).release()) == 0);
        }
        Received p(std::move(mbuf));
        REQUIRE(p->fault == Reason::none);
        REQUIRE(may_answer(*p));
        make_icmp_error(*p, kTooBig);
        check_whole(*p);
        const std::size_t quote = std::min({packet.size(), first - l3, std::size_t{576 - 28}});
        REQUIRE(bytes_of(p->mbuf) == answer(cut(packet, quote)));
    }
}

TEST_CASE("an ICMP error stays in a buffer that is too small for it") {
    constexpr std::uint16_t room = 120;
    rte_mempool* const pool = rte_pktmbuf_pool_create("small", 63, 0, 0, room, SOCKET_ID_ANY);
    REQUIRE(pool != nullptr);
    {
        const Bytes packet = ip4({}, tcp(kEnds4, filled(60)));
        const Bytes frame = ethernet(0x0800, packet);
        Buffer mbuf(rte_pktmbuf_alloc(pool));
        mbuf->data_off = 0;
        std::ranges::copy(frame, reinterpret_cast<std::uint8_t*>(
                                     rte_pktmbuf_append(mbuf.get(), static_cast<std::uint16_t>(frame.size()))));
        Received p(std::move(mbuf));
        REQUIRE(p->fault == Reason::none);
        make_icmp_error(*p, kTooBig);
        CHECK(bytes_of(p->mbuf) == answer(cut(packet, room - 42)));
        check_whole(*p);
    }
    rte_mempool_free(pool);
}

TEST_CASE("whatever the parser takes for good can be answered") {
    TestPool pool;
    std::mt19937 random(6);
    unsigned made = 0;
    for (const auto& sample : sample_frames()) {
        for (int round = 0; round < 300; ++round) {
            Bytes frame = sample.frame;
            for (auto changes = random() % 4; changes != 0; --changes) {
                frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
            }
            Received p(pool, cut(frame, random() % 4 == 0 ? random() % frame.size() : frame.size()));
            if (may_answer(*p)) {
                make_icmp_error(*p, kTooBig);
                check_whole(*p);
                ++made;
            }
        }
    }
    CHECK(made > 1000);
}

} // namespace pontoon::icmp_error_test
