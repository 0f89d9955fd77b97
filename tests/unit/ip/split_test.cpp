#include "dataplane/ip/split.hpp"

#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/ip/received.hpp"

namespace pontoon::split_test {

using namespace frames;

namespace {

// What `split` made of a packet.
class Pieces {
public:
    Pieces(const Packet& packet, unsigned mtu, std::size_t most = kMostPieces) : mbufs_(most) {
        mbufs_.resize(split(packet, static_cast<std::uint16_t>(mtu), mbufs_));
    }
    Pieces(const Pieces&) = delete;
    Pieces& operator=(const Pieces&) = delete;
    ~Pieces() {
        for (auto* mbuf : mbufs_) {
            rte_pktmbuf_free(mbuf);
        }
    }

    [[nodiscard]] std::size_t size() const { return mbufs_.size(); }
    [[nodiscard]] std::vector<Bytes> frames() const {
        std::vector<Bytes> all;
        for (const auto* mbuf : mbufs_) {
            const char* why = "";
            REQUIRE(rte_mbuf_check(mbuf, 1, &why) == 0);
            all.push_back(bytes_of(mbuf));
        }
        return all;
    }

private:
    std::vector<rte_mbuf*> mbufs_;
};

unsigned word(const Bytes& bytes, std::size_t at) {
    return bytes[at] * 256U + bytes[at + 1];
}

Bytes part(const Bytes& bytes, std::size_t begin, std::size_t end) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.begin() + static_cast<std::ptrdiff_t>(end)};
}

// An IPv4 packet from its pieces, as RFC 791 puts them together; its length and sum are made anew.
Bytes reassembled(const std::vector<Bytes>& frames, std::size_t l3, std::size_t mtu) {
    Bytes header;
    std::map<unsigned, Bytes> payloads;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const Bytes ip = part(frames[i], l3, frames[i].size());
        const std::size_t length = (ip[0] & 15U) * 4;
        REQUIRE(word(ip, 2) == ip.size());
        REQUIRE(ip.size() <= mtu);
        REQUIRE(naive_sum(part(ip, 0, length)) == 0xffff);
        REQUIRE(((word(ip, 6) & 0x2000) != 0) == (i + 1 != frames.size()));
        const Bytes payload = part(ip, length, ip.size());
        REQUIRE((i + 1 == frames.size() || (payload.size() % 8 == 0 && ip.size() + 8 > mtu)));
        payloads[(word(ip, 6) & 0x1fff) * 8] = payload;
        if (i == 0) {
            header = part(ip, 0, length);
        }
    }
    REQUIRE(payloads.size() == frames.size());
    Bytes whole = header;
    for (const auto& [offset, payload] : payloads) {
        REQUIRE(offset == whole.size() - header.size());
        whole.insert(whole.end(), payload.begin(), payload.end());
    }
    whole = patched(whole, 2, bytes16(static_cast<unsigned>(whole.size())));
    whole = patched(patched(whole, 6, bytes16(0)), 10, bytes16(0));
    return patched(whole, 10, bytes16(~unsigned{naive_sum(part(whole, 0, header.size()))}));
}

// Record route is not copied into later pieces, loose source route and router alert are.
const Bytes kRecordRoute = hex("07 07 04 00000000");
const Bytes kSourceRoute = hex("83 07 04 08080808");
const Bytes kRouterAlert = hex("94 04 0000");

Bytes header_of(const Bytes& frame) {
    return part(frame, 14, 14 + (frame[14] & 15U) * 4);
}

} // namespace

TEST_CASE("a packet splits into pieces that the MTU takes") {
    TestPool pool;
    Received p(pool, ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4, filled(32)))));
    const Pieces pieces(*p, 20 + 17);
    const auto frames = pieces.frames();
    REQUIRE(frames.size() == 3);
    const Bytes payload = udp(kEnds4, filled(32));
    const auto piece = [&](unsigned fragment, std::size_t begin, std::size_t end) {
        return ethernet(0x0800, ip4({.protocol = 17, .fragment = fragment}, part(payload, begin, end)));
    };
    CHECK(frames[0] == piece(0x2000, 0, 16));
    CHECK(frames[1] == piece(0x2002, 16, 32));
    CHECK(frames[2] == piece(0x0004, 32, 40));
}

TEST_CASE("the last piece may be longer than the ones before it") {
    TestPool pool;
    Received p(pool, ethernet(0x0800, ip4({.protocol = 47}, filled(16 + 23))));
    const Pieces pieces(*p, 20 + 23);
    const auto frames = pieces.frames();
    REQUIRE(frames.size() == 2);
    CHECK(frames[1] == ethernet(0x0800, ip4({.protocol = 47, .fragment = 2}, part(filled(39), 16, 39))));
}

TEST_CASE("pieces put together again are the packet") {
    TestPool pool;
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        const Bytes options(4 * (random() % 11), 1);
        Bytes data = filled(random() % (round % 20 == 0 ? 65000 : 4000));
        std::ranges::generate(data, [&] { return static_cast<std::uint8_t>(random()); });
        const Bytes packet = round % 2 == 0 ? ip4({.protocol = 17, .options = options}, udp(kEnds4, data))
                                            : ip4({.protocol = 6, .options = options}, tcp(kEnds4, data));
        const Bytes frame =
            round % 3 == 0 ? ethernet(0x8100, join({tag(0, 0x0800), packet})) : ethernet(0x0800, packet);
        const std::size_t l3 = frame.size() - packet.size();
        const std::size_t parts[] = {l3 + 40 + options.size() + random() % 1000, random() % 300, random() % 2000};
        const bool brief = frame.size() < Pool::kBufferBytes;
        Received p(brief && round % 4 < 2 ? chained(pool, frame, parts) : Buffer(pool.copy(frame)));
        REQUIRE(p->fault == Reason::none);
        const std::size_t least = std::max<std::size_t>(68, packet.size() / 50 + 80);
        const std::size_t mtu = least + random() % (random() % 2 == 0 ? 100 : 9000);
        if (packet.size() <= mtu) {
            continue;
        }
        const Pieces pieces(*p, static_cast<unsigned>(mtu));
        REQUIRE(pieces.size() >= 2);
        REQUIRE(reassembled(pieces.frames(), l3, mtu) == packet);
        for (const auto& piece : pieces.frames()) {
            REQUIRE(part(piece, 0, l3) == part(frame, 0, l3));
        }
        REQUIRE(p->mbuf->pkt_len == frame.size());
    }
}

TEST_CASE("later pieces carry the options with the copied flag") {
    TestPool pool;
    const auto later_options = [&](const Bytes& options) {
        Received p(pool, ethernet(0x0800, ip4({.protocol = 17, .options = options}, udp(kEnds4, filled(100)))));
        REQUIRE(p->fault == Reason::none);
        const Pieces pieces(*p, 90);
        const auto frames = pieces.frames();
        REQUIRE(frames.size() >= 2);
        const Bytes first = header_of(frames.front());
        REQUIRE(part(first, 20, first.size()) == options);
        const Bytes last = header_of(frames.back());
        REQUIRE(naive_sum(last) == 0xffff);
        return part(last, 20, last.size());
    };
    CHECK(later_options({}).empty());
    CHECK(later_options(join({kRecordRoute, {1}})).empty());
    CHECK(later_options(join({kSourceRoute, {0}})) == join({kSourceRoute, {0}}));
    CHECK(later_options(join({{1, 1}, kSourceRoute, kRecordRoute})) == join({kSourceRoute, {0}}));
    CHECK(later_options(join({kRecordRoute, kRouterAlert, {0}})) == kRouterAlert);
    CHECK(later_options(join({kRouterAlert, {0}, kSourceRoute})) == kRouterAlert); // nothing behind the end
    CHECK(later_options(join({kRouterAlert, hex("94 00 0000")})) == kRouterAlert); // lengths that lie
    CHECK(later_options(join({kRouterAlert, hex("94 01 0000")})) == kRouterAlert);
    CHECK(later_options(join({kRouterAlert, hex("94 05 0000")})) == kRouterAlert);
    CHECK(later_options(join({kRouterAlert, hex("01 01 01 94")})) == kRouterAlert);
}

TEST_CASE("any options at all do no harm to pieces") {
    TestPool pool;
    std::mt19937 random(2);
    for (int round = 0; round < 3000; ++round) {
        Bytes options(4 * (random() % 11));
        std::ranges::generate(options,
                              [&] { return static_cast<std::uint8_t>(random() % 3 == 0 ? random() : random() % 8); });
        const Bytes packet = ip4({.protocol = 17, .options = options}, udp(kEnds4, filled(300)));
        Received p(pool, ethernet(0x0800, packet));
        REQUIRE(p->fault == Reason::none);
        const Pieces pieces(*p, 100);
        REQUIRE(reassembled(pieces.frames(), 14, 100) == packet);
    }
}

TEST_CASE("a fragment splits into fragments") {
    TestPool pool;
    const bool more = GENERATE(false, true);
    const unsigned flag = more ? 0x2000 : 0;
    Received p(pool, ethernet(0x0800, ip4({.protocol = 17, .fragment = flag | 100}, filled(40))));
    REQUIRE(p->fault == Reason::none);
    const Pieces pieces(*p, 44);
    const auto frames = pieces.frames();
    REQUIRE(frames.size() == 2);
    const auto piece = [&](unsigned fragment, std::size_t begin, std::size_t end) {
        return ethernet(0x0800, ip4({.protocol = 17, .fragment = fragment}, part(filled(40), begin, end)));
    };
    CHECK(frames[0] == piece(0x2000 | 100, 0, 24));
    CHECK(frames[1] == piece(flag | 103, 24, 40));
}

TEST_CASE("a checksum that a packet owes is made when it splits") {
    TestPool pool;
    const bool without_sum = GENERATE(false, true);
    const auto check = [&](std::uint8_t protocol, const Bytes& owing, const Bytes& whole) {
        Received p(pool, ethernet(0x0800, ip4({.protocol = protocol, .without_sum = without_sum}, owing)));
        REQUIRE(p->fault == Reason::none);
        REQUIRE(p->csum_partial);
        for (const unsigned mtu : {28U, 36U, 60U, 76U}) {
            const Pieces pieces(*p, mtu);
            REQUIRE(pieces.size() > 1);
            REQUIRE(reassembled(pieces.frames(), 14, mtu) == ip4({.protocol = protocol}, whole));
        }
    };
    check(6, tcp(kEnds4, filled(91), Sums::partial), tcp(kEnds4, filled(91)));
    check(17, udp(kEnds4, filled(92), Sums::partial), udp(kEnds4, filled(92)));
    check(132, sctp(filled(93), Sums::none), sctp(filled(93)));
    // Two bytes that make all sum to nothing, which stands as ffff.
    const unsigned filler = word(udp(kEnds4, join({bytes16(0), filled(90)})), 6);
    const Bytes owing = udp(kEnds4, join({bytes16(filler), filled(90)}), Sums::partial);
    check(17, owing, patched(owing, 6, hex("ffff")));
}

TEST_CASE("a packet that must not, or cannot, be split is refused") {
    TestPool pool;
    const auto count = [&](const Ip4& ip, std::size_t payload, unsigned mtu, std::size_t most = kMostPieces) {
        Received p(pool, ethernet(0x0800, ip4(ip, filled(payload))));
        REQUIRE(p->fault == Reason::none);
        const unsigned before = pool.available();
        const auto made = Pieces(*p, mtu, most).size();
        CHECK(pool.available() == before);
        return made;
    };
    CHECK(count({.protocol = 47}, 100, 68) == 3);
    CHECK(count({.protocol = 47, .fragment = 0x4000}, 100, 68) == 0); // DF
    CHECK(count({.protocol = 47}, 100, 68, 3) == 3);
    CHECK(count({.protocol = 47}, 100, 68, 2) == 0);
    CHECK(count({.protocol = 47}, 100, 68, 0) == 0);
    CHECK(count({.protocol = 47}, 65000, 68) == 0);
    CHECK(count({.protocol = 47}, 64 * 48, 68) == 64);
    CHECK(count({.protocol = 47}, 64 * 48 + 1, 68) == 0);
    for (unsigned mtu = 0; mtu < 28; ++mtu) {
        CHECK(count({.protocol = 47}, 100, mtu) == 0);
    }
    CHECK(count({.protocol = 47}, 100, 28) == 13);
    CHECK(count({.protocol = 47, .options = Bytes(40, 1)}, 100, 67) == 0);
    CHECK(count({.protocol = 47, .options = Bytes(40, 1)}, 100, 68) == 3);
}

TEST_CASE("a packet is not split, and nothing leaks, when the buffers run out") {
    TestPool pool(8);
    Received p(pool, ethernet(0x0800, ip4({.protocol = 47}, filled(1400))));
    CHECK(Pieces(*p, 300).size() == 5);
    CHECK(pool.available() == 7);
    CHECK(Pieces(*p, 200).size() == 0);
    CHECK(pool.available() == 7);
    Received jumbo(pool, ethernet(0x0800, ip4({.protocol = 47}, filled(6000)))); // in 3 of the 7
    CHECK(pool.available() == 4);
    CHECK(Pieces(*jumbo, 5000).size() == 2); // 3 and 1
    CHECK(Pieces(*jumbo, 2068).size() == 0); // 2, 2 and 1: with their headers, 2048 bytes need a second
    CHECK(pool.available() == 4);
}

} // namespace pontoon::split_test
