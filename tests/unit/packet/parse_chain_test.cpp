// Frames in chains of buffers: headers must stand in the first, data may go on anywhere.
#include <random>

#include "tests/unit/buffers.hpp"
#include "tests/unit/parsed.hpp"
#include "tests/unit/sample_frames.hpp"

namespace pontoon::parse_chain_test {

namespace {

using namespace frames;

Packet parsed(rte_mbuf* mbuf) {
    Packet p;
    p.mbuf = mbuf;
    p.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    p.length = mbuf->pkt_len;
    p.first = mbuf->data_len;
    parse(p);
    return p;
}

Reason fault_in_chain(Pool& pool, const Bytes& frame, const std::vector<std::size_t>& parts) {
    return parsed(chained(pool, frame, parts).get()).fault;
}

// Frames with enough data behind their headers to be cut there.
std::vector<Bytes> summed_frames(Sums sums) {
    const Bytes data = filled(301);
    const Bytes whole = filled(300); // SCTP's length is a multiple of 4
    return {ethernet(0x0800, ip4({}, tcp(kEnds4, data, sums))),
            ethernet(0x86dd, ip6(6, tcp(kEnds6, data, sums))),
            ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4, data, sums))),
            ethernet(0x8100, join({tag(7, 0x86dd), ip6(17, udp(kEnds6, data, sums))})),
            ethernet(0x0800, ip4({.protocol = 132}, sctp(whole, sums))),
            ethernet(0x0800, ip4({.protocol = 1}, icmp_message(8, data, sums))),
            ethernet(0x86dd, ip6(58, icmp6_message(128, data, sums)))};
}

} // namespace

TEST_CASE("headers that do not fit the first buffer are headers_scattered, wherever they are cut") {
    TestPool pool;
    for (const auto& sample : sample_frames()) {
        const Packet whole = *Parsed(sample.frame);
        for (std::size_t first = 0; first < sample.frame.size(); ++first) {
            INFO(sample.what << " cut at " << first);
            const Reason fault = fault_in_chain(pool, sample.frame, {first});
            // Whether a missing IPv4 sum is lawful, only the TCP header can tell.
            const bool unknown = fault == Reason::ipv4_bad_checksum && first >= 34;
            CHECK((fault == Reason::none || fault == Reason::headers_scattered || unknown));
            if (first < whole.l3 || (first < whole.l4 && !unknown)) {
                CHECK(fault == Reason::headers_scattered);
            }
        }
    }
}

TEST_CASE("each kind of header is headers_scattered when it is cut") {
    TestPool pool;
    const auto cut_at = [&](std::size_t first, const Bytes& frame) { return fault_in_chain(pool, frame, {first}); };
    const Bytes four = ethernet(0x0800, ip4({.options = Bytes(8, 1)}, tcp(kEnds4)));
    const Bytes six = ethernet(0x86dd, ip6(0, join({extension(6, 16), tcp(kEnds6)})));
    CHECK(cut_at(13, four) == Reason::headers_scattered);
    CHECK(cut_at(17, ethernet(0x8100, join({tag(5, 0x0800), ip4({}, tcp(kEnds4))}))) == Reason::headers_scattered);
    CHECK(cut_at(41, ethernet(0x0806, arp({}))) == Reason::headers_scattered);
    CHECK(cut_at(33, four) == Reason::headers_scattered);
    CHECK(cut_at(41, four) == Reason::headers_scattered);
    CHECK(cut_at(61, four) == Reason::headers_scattered);
    CHECK(cut_at(62, four) == Reason::none);
    CHECK(cut_at(53, six) == Reason::headers_scattered);
    CHECK(cut_at(61, six) == Reason::headers_scattered);
    CHECK(cut_at(69, six) == Reason::headers_scattered);
    CHECK(cut_at(90, six) == Reason::none);
    const Bytes error = ethernet(0x0800, ip4({.protocol = 1}, icmp_message(3, ip4({}, tcp(kEnds4)))));
    CHECK(cut_at(61, error) == Reason::headers_scattered);
    CHECK(cut_at(62, error) == Reason::none);
}

TEST_CASE("sums are right across buffers, odd ones too") {
    TestPool pool;
    std::mt19937 random(7);
    for (const auto& frame : summed_frames(Sums::right)) {
        for (int round = 0; round < 50; ++round) {
            std::vector<std::size_t> parts{90 + random() % 30};
            for (int i = 0; i < 4; ++i) {
                parts.push_back(1 + random() % 60);
            }
            CHECK(fault_in_chain(pool, frame, parts) == Reason::none);
        }
    }
}

TEST_CASE("a wrong sum is seen across buffers") {
    TestPool pool;
    for (const auto& frame : summed_frames(Sums::right)) {
        for (std::size_t at = 100; at < frame.size(); at += 7) {
            Bytes damaged = frame;
            damaged[at] ^= 0x10;
            CHECK(fault_in_chain(pool, damaged, {95, 33, 1, 20}) != Reason::none);
        }
    }
    for (const auto& frame : summed_frames(Sums::wrong)) {
        CHECK(fault_in_chain(pool, frame, {95, 33, 1, 20}) != Reason::none);
    }
}

TEST_CASE("a partial sum is a debt across buffers too") {
    TestPool pool;
    const Bytes frame = ethernet(0x0800, ip4({}, tcp(kEnds4, filled(301), Sums::partial)));
    const std::vector<std::size_t> parts{61, 33, 1, 20};
    const auto chain = chained(pool, frame, parts);
    const Packet p = parsed(chain.get());
    CHECK(p.fault == Reason::none);
    CHECK(p.csum_partial);
}

TEST_CASE("a chain says the same about a frame as one buffer does, or that its headers are scattered") {
    TestPool pool;
    std::mt19937 random(1);
    const auto samples = sample_frames();
    for (int round = 0; round < 20000; ++round) {
        Bytes frame = samples[random() % samples.size()].frame;
        frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
        frame.resize(1 + random() % frame.size());
        const std::vector<std::size_t> parts{random() % 100, random() % 20, random() % 20};
        const Packet whole = *Parsed(frame);
        const auto chain = chained(pool, frame, parts);
        const Packet split = parsed(chain.get());
        if (split.fault != Reason::headers_scattered) {
            REQUIRE(split.fault == whole.fault);
            REQUIRE(split.l4 == whole.l4);
            REQUIRE(split.csum_partial == whole.csum_partial);
        }
    }
}

} // namespace pontoon::parse_chain_test
