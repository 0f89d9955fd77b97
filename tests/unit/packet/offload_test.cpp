// What is left to hardware as it comes in: read the short way and the long way alike, and held against the packet.
#include "dataplane/packet/offload.hpp"

#include <algorithm>

#include "dataplane/packet/receive.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/offloaded.hpp"
#include "tests/unit/parsed.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::offload_test {

using namespace frames;
using frames::tcp; // not our namespace of that name

namespace {

bool same(const Packet& a, const Packet& b) {
    return a.l3 == b.l3 && a.l4 == b.l4 && a.type == b.type && a.quote == b.quote && a.fault == b.fault &&
           a.tagged == b.tagged && a.fragment == b.fragment && a.later_piece == b.later_piece &&
           a.csum_partial == b.csum_partial && a.csum_trusted == b.csum_trusted && a.protocol == b.protocol &&
           a.ip_length == b.ip_length && a.segment == b.segment;
}

Reason fault_with(TestPool& pool, const Bytes& frame, std::uint64_t flags, std::size_t l2, std::size_t l3,
                  std::size_t segment = 0) {
    const Buffer buffer(pool.copy(frame));
    claim(*buffer, flags, l2, l3, segment);
    Packet packet;
    read(packet, buffer.get());
    return packet.fault;
}

constexpr std::uint64_t kTcp = RTE_MBUF_F_TX_TCP_CKSUM;
constexpr std::uint64_t kUdp = RTE_MBUF_F_TX_UDP_CKSUM;
constexpr std::uint64_t kCutTcp = RTE_MBUF_F_TX_TCP_SEG;
constexpr std::uint64_t kCutUdp = RTE_MBUF_F_TX_UDP_SEG;

} // namespace

TEST_CASE("the short way of what needs no checksum read says what the long way says", "[parse]") {
    TestPool pool;
    std::mt19937 random(9);
    std::vector<Bytes> frames;
    for (const auto& sample : sample_frames()) {
        frames.push_back(sample.frame);
    }
    for (int i = 0; i < 200; ++i) {
        frames.push_back(any_offloaded(random).frame());
    }
    unsigned short_ways = 0;
    for (const auto& whole : frames) {
        for (int round = 0; round < 100; ++round) {
            Bytes frame = whole;
            const std::size_t reach = std::min<std::size_t>(frame.size(), 64);
            if (round % 4 == 1 && reach != 0) {
                frame[random() % reach] ^= static_cast<std::uint8_t>(1U << random() % 8);
            }
            if (round % 4 == 2 && reach >= 40) { // words that change places change no sum
                std::swap_ranges(&frame[14], &frame[16], &frame[14 + random() % 10 * 2]);
            }
            if (round % 4 == 3) {
                frame.resize(random() % 2 == 0 ? random() % (frame.size() + 1) : frame.size() + random() % 16);
            }
            const std::size_t part = random() % 2 == 0 ? frame.size() : 10 + random() % 60;
            const Buffer buffer = chained(pool, frame, std::vector{std::min<std::size_t>(part, 2048)});
            Packet fast;
            fast.mbuf = buffer.get();
            fast.data = rte_pktmbuf_mtod(buffer.get(), std::uint8_t*);
            fast.length = buffer->pkt_len;
            fast.first = buffer->data_len;
            fast.csum_trusted = true;
            fast.csum_partial = random() % 2 == 0;
            Packet any = fast;
            parse_any(any);
            if (parse_offloaded(fast)) {
                ++short_ways;
                REQUIRE(same(fast, any));
            }
        }
    }
    CHECK(short_ways > 1000);
}

TEST_CASE("64 KB of TCP or UDP that owe their checksum go the short way, options and chains included", "[parse]") {
    TestPool pool;
    std::mt19937 random(3);
    for (const std::uint8_t protocol : {std::uint8_t{6}, std::uint8_t{17}}) {
        const Offloaded p{.protocol = protocol, .data = 65000, .segment = 1448};
        const Buffer buffer = p.make(pool, &random);
        Packet packet;
        CHECK(read(packet, buffer.get()));
        CHECK(packet.fault == Reason::none);
        CHECK(packet.csum_partial);
        CHECK(packet.segment == 20 + p.transport() + 1448);
        CHECK(packet.fits(1500));
        CHECK_FALSE(packet.fits(20 + static_cast<std::uint32_t>(p.transport()) + 1447));
        Packet again; // as when another worker reads it
        CHECK(read(again, buffer.get()));
        CHECK(same(packet, again));
    }
    const Buffer verified = Offloaded{.data = 9000, .owes = false}.make(pool);
    verified->ol_flags |= kVerified;
    Packet packet;
    CHECK(read(packet, verified.get()));
    CHECK_FALSE(packet.csum_partial);
    CHECK(packet.segment == 0);
}

TEST_CASE("every kind that owes its checksum is marked with its lengths", "[parse]") {
    TestPool pool;
    std::mt19937 random(5);
    for (int round = 0; round < 500; ++round) {
        Offloaded p = any_offloaded(random);
        p.owes = true;
        INFO(p.text());
        const Buffer buffer = p.make(pool, &random);
        if (p.segment == 0 && random() % 2 == 0) { // a port that tells nothing: its field does
            buffer->ol_flags = 0;
            buffer->tx_offload = 0;
        }
        Packet packet;
        read(packet, buffer.get());
        REQUIRE(packet.fault == Reason::none);
        if (!packet.csum_partial) { // a sum that is right by chance
            REQUIRE(buffer->ol_flags == 0);
            continue;
        }
        REQUIRE(buffer->l2_len == p.l3());
        REQUIRE(buffer->l3_len == p.l4() - p.l3());
        REQUIRE(buffer->l4_len == p.transport());
        const bool cut = p.segment != 0 && p.data > p.segment;
        REQUIRE(is_to_segment(*buffer) == cut);
        REQUIRE(buffer->tso_segsz == (cut ? p.segment : 0));
    }
}

TEST_CASE("claims that do not fit the packet are dropped by name", "[parse]") {
    TestPool pool;
    const Bytes tcp4 = Offloaded{.data = 3000}.frame();
    const Bytes udp4 = Offloaded{.protocol = 17, .data = 1000}.frame();
    CHECK(fault_with(pool, tcp4, kTcp, 14, 20) == Reason::none);
    CHECK(fault_with(pool, tcp4, kTcp, 0, 34) == Reason::none); // only where it starts has to be right
    CHECK(fault_with(pool, tcp4, kTcp | kCutTcp, 14, 20, 1448) == Reason::none);
    CHECK(fault_with(pool, udp4, kUdp | kCutUdp, 14, 20, 100) == Reason::none);

    CHECK(fault_with(pool, tcp4, kTcp, 14, 24) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, kTcp, 0, 0) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, kUdp, 14, 20) == Reason::offload_bad);
    CHECK(fault_with(pool, udp4, kTcp, 14, 20) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, RTE_MBUF_F_TX_SCTP_CKSUM, 14, 20) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, kCutTcp, 14, 20, 1448) == Reason::offload_bad); // owes no checksum
    CHECK(fault_with(pool, tcp4, kTcp | kCutUdp, 14, 20, 1448) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, kTcp | kCutTcp | kCutUdp, 14, 20, 1448) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, kTcp | kCutTcp, 14, 20, 0) == Reason::offload_bad);
    CHECK(fault_with(pool, tcp4, kTcp | kCutTcp, 14, 20, 1) == Reason::offload_bad); // 3000 segments
    CHECK(fault_with(pool, patched(udp4, 38, bytes16(500)), kUdp | kCutUdp, 14, 20, 100) == Reason::offload_bad);
    const Bytes sctp4 = Offloaded{.protocol = 132}.frame();
    CHECK(fault_with(pool, sctp4, RTE_MBUF_F_TX_SCTP_CKSUM | kCutTcp, 14, 20, 10) == Reason::offload_bad);

    const Bytes piece = ethernet(0x0800, ip4({.fragment = 0x2000}, tcp(kEnds4, filled(28))));
    CHECK(fault_with(pool, piece, kTcp, 14, 20) == Reason::offload_bad);
    const Bytes later = ethernet(0x0800, ip4({.fragment = 0x0010}, filled(64)));
    CHECK(fault_with(pool, later, kTcp | kCutTcp, 14, 20, 8) == Reason::offload_bad);
    CHECK(fault_with(pool, ethernet(0x0800, ip4({.protocol = 1}, icmp_message(8))), kTcp, 14, 20) ==
          Reason::offload_bad);
    CHECK(fault_with(pool, ethernet(0x0800, ip4({.protocol = 47}, filled(64))), kTcp, 14, 20) == Reason::offload_bad);
    CHECK(fault_with(pool, ethernet(0x0806, arp({})), kTcp, 14, 20) == Reason::offload_bad);
    CHECK(fault_with(pool, plain(kMacB, kMacA), kTcp, 14, 20) == Reason::offload_bad);

    // Lies of the headers still have their names.
    CHECK(fault_with(pool, patched(tcp4, 46, {0x40}), kTcp, 14, 20) == Reason::tcp_bad_header_length);
    CHECK(fault_with(pool, patched(udp4, 38, bytes16(5)), kUdp, 14, 20) == Reason::udp_bad_length);
    CHECK(fault_with(pool, patched(tcp4, 24, bytes16(0x1111)), kTcp, 14, 20) == Reason::ipv4_bad_checksum);
    CHECK(fault_with(pool, patched(tcp4, 24, bytes16(0)), kTcp, 14, 20) == Reason::none); // left to hardware too
}

TEST_CASE("any claim is either refused or makes frames that are no longer than what they come of", "[parse]") {
    TestPool pool;
    std::mt19937 random(11);
    unsigned refused = 0;
    unsigned taken = 0;
    for (int round = 0; round < steps(20000); ++round) {
        const Buffer buffer = any_offloaded(random).make(pool, &random);
        if (random() % 2 == 0) {
            buffer->ol_flags = std::uint64_t{random()} << 32 | random();
            buffer->ol_flags &= kLeftToHardware | kVerified;
        }
        if (random() % 4 == 0) {
            buffer->tx_offload = std::uint64_t{random()} << 32 | random();
        } else if (random() % 4 == 0) {
            buffer->tso_segsz = random() & 0xffff;
        }
        Packet packet;
        read(packet, buffer.get());
        if (packet.fault != Reason::none) {
            ++refused;
            continue;
        }
        REQUIRE(packet.csum_partial == owes_checksum(*buffer));
        REQUIRE(is_to_segment(*buffer) == (packet.segment != 0));
        if (owes_checksum(*buffer)) {
            ++taken;
            REQUIRE(buffer->l2_len + buffer->l3_len == packet.l4);
            REQUIRE(packet.segment <= packet.ip_length);
            REQUIRE(buffer->l2_len + buffer->l3_len + buffer->l4_len <= packet.first);
        }
    }
    CHECK(refused > steps(1000U));
    CHECK(taken > steps(1000U));
}

} // namespace pontoon::offload_test
