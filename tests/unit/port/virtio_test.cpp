#include "dataplane/port/virtio.hpp"

#include <algorithm>

#include "tests/unit/buffers.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::virtio_test {

using namespace frames;

namespace {

constexpr auto kNeeds = VirtioHeader::kNeedsChecksum;
constexpr std::uint64_t kGood = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
constexpr std::uint64_t kSegments = RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_UDP_SEG;
constexpr std::uint64_t kTcp4 = kGood | RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_IPV4;

// What a frame that comes with `header` is marked with.
Buffer marked(Pool& pool, const Bytes& frame, const VirtioHeader& header) {
    Buffer packet(pool.copy(frame));
    REQUIRE(packet);
    mark_received(*packet, header);
    return packet;
}
std::uint64_t flags(Pool& pool, const Bytes& frame, const VirtioHeader& header) {
    return marked(pool, frame, header)->ol_flags;
}

Bytes tcp4(std::size_t data = 100) {
    return ethernet(0x0800, ip4({}, tcp(kEnds4, filled(data), Sums::partial)));
}
Bytes udp4(const Ip4& ip = {.protocol = 17}) {
    return ethernet(0x0800, ip4(ip, udp(kEnds4, filled(3000), Sums::partial)));
}

} // namespace

TEST_CASE("what a header says and the frame agrees with is marked") {
    struct Case {
        const char* what;
        Bytes frame;
        VirtioHeader header;
        std::uint64_t flags;
        unsigned l2, l3, l4;
    };
    const Bytes in_vlan = ethernet(0x8100, join({tag(5, 0x0800), ip4({}, tcp(kEnds4, filled(9), Sums::partial))}));
    const Bytes in_two =
        ethernet(0x88a8, join({tag(5, 0x8100), tag(6, 0x0800), ip4({}, tcp(kEnds4, filled(9), Sums::partial))}));
    const Bytes options =
        ethernet(0x0800, ip4({.options = Bytes(8, 1)}, tcp(kEnds4, filled(9), Sums::partial, Bytes(12, 1))));
    const Bytes behind_options =
        ethernet(0x86dd, ip6(0, join({extension(60, 8), extension(17, 16), udp(kEnds6, filled(9), Sums::partial)})));
    const Bytes sctp4 = ethernet(0x0800, ip4({.protocol = 132}, sctp(filled(8), Sums::none)));
    constexpr auto udp6_flags = kGood | RTE_MBUF_F_TX_UDP_CKSUM | RTE_MBUF_F_TX_IPV6;
    const Case cases[] = {
        {"nothing", tcp4(), {}, 0, 0, 0, 0},
        {"verified", tcp4(), {VirtioHeader::kDataValid, 0, 0, 0, 0, 0}, kGood, 0, 0, 0},
        {"TCP", tcp4(), {kNeeds, 0, 0, 0, 34, 16}, kTcp4, 14, 20, 20},
        {"TCP in a VLAN", in_vlan, {kNeeds, 0, 0, 0, 38, 16}, kTcp4, 18, 20, 20},
        {"TCP in two VLANs", in_two, {kNeeds, 0, 0, 0, 42, 16}, kTcp4, 22, 20, 20},
        {"TCP and IPv4 with options", options, {kNeeds, 0, 0, 0, 42, 16}, kTcp4, 14, 28, 32},
        {"UDP behind IPv6 extensions", behind_options, {kNeeds, 0, 0, 0, 78, 6}, udp6_flags, 14, 64, 8},
        {"SCTP", sctp4, {kNeeds, 0, 0, 0, 34, 8}, kGood | RTE_MBUF_F_TX_SCTP_CKSUM | RTE_MBUF_F_TX_IPV4, 14, 20, 12},
        {"segments", tcp4(3000), {kNeeds, 1, 54, 1448, 34, 16}, kTcp4 | RTE_MBUF_F_TX_TCP_SEG, 14, 20, 20},
        {"segments with ECN", tcp4(3000), {kNeeds, 0x81, 54, 1448, 34, 16}, kTcp4 | RTE_MBUF_F_TX_TCP_SEG, 14, 20, 20},
    };
    TestPool pool;
    for (const auto& [what, frame, header, expected, l2, l3, l4] : cases) {
        INFO(what);
        const auto packet = marked(pool, frame, header);
        CHECK(packet->ol_flags == expected);
        CHECK(packet->l2_len == l2);
        CHECK(packet->l3_len == l3);
        CHECK(packet->l4_len == l4);
        CHECK(packet->tso_segsz == ((expected & kSegments) != 0 ? 1448 : 0));
    }
}

TEST_CASE("a header that does not agree with the frame marks nothing") {
    struct Case {
        const char* what;
        Bytes frame;
        VirtioHeader header;
    };
    const Case cases[] = {
        {"another protocol's offset", tcp4(), {kNeeds, 0, 0, 0, 34, 6}},
        {"an offset of nothing", tcp4(), {kNeeds, 0, 0, 0, 34, 0}},
        {"a start inside IP", tcp4(), {kNeeds, 0, 0, 0, 30, 16}},
        {"a start inside TCP", tcp4(), {kNeeds, 0, 0, 0, 38, 16}},
        {"a start behind the frame", tcp4(), {kNeeds, 0, 0, 0, 65535, 65535}},
        {"no IP", plain(kMacA, kMacB), {kNeeds, 0, 0, 0, 34, 16}},
        {"a fragment", udp4({.protocol = 17, .fragment = 0x2000}), {kNeeds, 0, 0, 0, 34, 6}},
        {"a fragment of IPv6",
         ethernet(0x86dd, ip6(44, join({fragment6(17, 0, true), udp(kEnds6, filled(80), Sums::partial)}))),
         {kNeeds, 0, 0, 0, 62, 6}},
        {"IP that is version 9", patched(tcp4(), 14, {0x95}), {kNeeds, 0, 0, 0, 34, 16}},
        {"an IPv4 header of 16 bytes", patched(tcp4(), 14, {0x44}), {kNeeds, 0, 0, 0, 30, 16}},
        {"a TCP header of 16 bytes", patched(tcp4(), 46, {0x40}), {kNeeds, 0, 0, 0, 34, 16}},
        {"a TCP header longer than the frame", patched(cut(tcp4(), 60), 46, {0xf0}), {kNeeds, 0, 0, 0, 34, 16}},
        {"ICMP", ethernet(0x0800, ip4({.protocol = 1}, icmp_message(8))), {kNeeds, 0, 0, 0, 34, 2}},
        {"extensions without end", ethernet(0x86dd, ip6(0, extension(0, 8))), {kNeeds, 0, 0, 0, 62, 6}},
        {"extensions longer than a header may be",
         ethernet(0x86dd, ip6(60, join({extension(17, 600), udp(kEnds6, filled(9), Sums::partial)}))),
         {kNeeds, 0, 0, 0, 654, 6}},
        {"segments of what owes nothing", tcp4(3000), {0, 1, 54, 1448, 0, 0}},
    };
    TestPool pool;
    for (const auto& [what, frame, header] : cases) {
        INFO(what);
        CHECK(flags(pool, frame, header) == 0);
    }
}

TEST_CASE("segments that do not agree with the frame leave what it owes") {
    struct Case {
        const char* what;
        VirtioHeader header;
    };
    const Case cases[] = {
        {"of no bytes", {kNeeds, 1, 54, 0, 34, 16}},
        {"longer than the packet", {kNeeds, 1, 54, 3000, 34, 16}},
        {"of IPv6", {kNeeds, 4, 54, 1000, 34, 16}},
        {"of UDP", {kNeeds, 5, 54, 1000, 34, 16}},
        {"fragments of UDP", {kNeeds, 3, 54, 1000, 34, 16}},
        {"of a kind there is not", {kNeeds, 0x7f, 54, 1000, 34, 16}},
    };
    TestPool pool;
    for (const auto& [what, header] : cases) {
        INFO(what);
        CHECK(flags(pool, tcp4(3000), header) == kTcp4);
    }
}

TEST_CASE("no header and no frame, however cut, is marked beyond its end") {
    TestPool pool;
    unsigned marks = 0;
    for (const auto& [what, frame] : sample_frames()) {
        INFO(what);
        for (std::size_t length = 0; length <= std::min<std::size_t>(frame.size(), 160); ++length) {
            for (const std::uint16_t offset : std::initializer_list<std::uint16_t>{6, 8, 16}) {
                for (std::uint16_t start = 14; start < 100; start = static_cast<std::uint16_t>(start + 4)) {
                    const auto packet = marked(pool, cut(frame, length), {kNeeds, 1, 0, 1, start, offset});
                    if (packet->ol_flags == 0) {
                        continue;
                    }
                    ++marks;
                    const unsigned l4 = packet->l2_len + packet->l3_len;
                    REQUIRE(l4 == start);
                    REQUIRE(l4 + packet->l4_len <= length);
                    REQUIRE(unsigned{offset} + 2 <= packet->l4_len);
                }
            }
        }
    }
    CHECK(marks > 100);
}

TEST_CASE("a packet's marks become the header that made them") {
    const VirtioHeader headers[] = {
        {},
        {kNeeds, 0, 0, 0, 34, 16},
        {kNeeds, 1, 54, 1448, 34, 16},
    };
    TestPool pool;
    for (const auto& header : headers) {
        const auto made = header_for(*marked(pool, tcp4(3000), header));
        CHECK(made.flags == header.flags);
        CHECK(made.segments == header.segments);
        CHECK(made.headers == header.headers);
        CHECK(made.segment_size == header.segment_size);
        CHECK(made.checksum_start == header.checksum_start);
        CHECK(made.checksum_offset == header.checksum_offset);
    }
    CHECK(header_for(*marked(pool, udp4(), {kNeeds, 5, 42, 1000, 34, 6})).segments == VirtioHeader::kUdp);
    CHECK(header_for(*marked(pool, tcp4(), {VirtioHeader::kDataValid, 0, 0, 0, 0, 0})).is_plain());
}

TEST_CASE("a window that was reduced (CWR) is cut as such") {
    TestPool pool;
    const Bytes reduced = patched(tcp4(3000), 47, {0x90});
    CHECK(header_for(*marked(pool, reduced, {kNeeds, 1, 54, 1448, 34, 16})).segments ==
          (VirtioHeader::kTcp4 | VirtioHeader::kEcn));
}

} // namespace pontoon::virtio_test
