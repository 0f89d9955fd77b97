#include "tests/support/datagram.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/support/sums.hpp"

namespace pontoon::test::datagram_test {

namespace {

Datagram sample(std::uint8_t protocol, std::size_t length = 40) {
    Datagram d;
    d.source = Ipv4::parse("10.1.0.2").value();
    d.destination = Ipv4::parse("192.0.2.1").value();
    d.protocol = protocol;
    d.id = 77;
    d.transport = Bytes(length, 3);
    if (protocol == kIcmp) {
        d.transport[0] = kEchoRequest;
    }
    if (protocol == kTcp) {
        d.transport[12] = 0x50;
    }
    rewrite(d, {protocol, d.source, 5000, d.destination, static_cast<std::uint16_t>(protocol == kIcmp ? 0 : 53)});
    seal(d);
    return d;
}

} // namespace

TEST_CASE("a datagram becomes a frame with right sums, and a datagram again") {
    for (const auto protocol : {kIcmp, kTcp, kUdp, kSctp}) {
        const auto d = sample(protocol);
        CHECK(find_wrong_sum(frame_of(d)) == std::nullopt);
        CHECK(datagram_of(frame_of(d)) == d);
        CHECK(tuple_of(d).source_port == 5000);
        CHECK(tuple_of(d).reversed().reversed() == tuple_of(d));
    }
}

TEST_CASE("pieces in any order make the whole; missing, doubled or changed ones do not") {
    const auto whole = sample(kUdp, 60);
    auto pieces = pieces_of(whole, {16, 40});
    REQUIRE(pieces.size() == 3);
    CHECK(pieces[1].fragment == (0x2000 | 2));
    CHECK(pieces[2].fragment == 5);
    std::ranges::reverse(pieces);
    CHECK(joined(pieces) == whole);
    CHECK(joined({pieces[0], pieces[2]}) == std::nullopt);
    CHECK(joined({pieces[0], pieces[1], pieces[1], pieces[2]}) == std::nullopt);
    pieces[1].ttl = 3;
    CHECK(joined(pieces) == std::nullopt);
}

TEST_CASE("a difference is found wherever it is") {
    const auto expected = sample(kUdp);
    CHECK(difference(expected, expected) == "");
    const auto differs = [&](auto change) {
        auto actual = expected;
        change(actual);
        return !difference(expected, actual).empty();
    };
    CHECK(differs([](Datagram& d) { d.to.bytes[5] = 1; }));
    CHECK(differs([](Datagram& d) { d.from.bytes[5] = 1; }));
    CHECK(differs([](Datagram& d) { d.source = d.destination; }));
    CHECK(differs([](Datagram& d) { --d.ttl; }));
    CHECK(differs([](Datagram& d) { ++d.id; }));
    CHECK(differs([](Datagram& d) { ++d.transport[1]; }));
    CHECK(differs([](Datagram& d) { ++d.transport.back(); }));
    CHECK(differs([](Datagram& d) { d.transport[6] = d.transport[7] = 0; })); // no checksum any more
    CHECK_FALSE(differs([](Datagram& d) { ++d.transport[6]; }));              // sums.hpp looks at that
}

TEST_CASE("a quote is compared with its own checksums") {
    auto error = sample(kIcmp);
    error.transport = error_about(3, 3, sample(kUdp), 1000);
    REQUIRE(error.is_error());
    CHECK(quote_of(error).transport == sample(kUdp).transport);
    const auto differs = [&](std::size_t at) {
        auto actual = error;
        ++actual.transport[at];
        return !difference(error, actual).empty();
    };
    CHECK(difference(error, error) == "");
    CHECK(differs(0));              // its type
    CHECK(differs(8 + 10));         // the quoted IPv4 checksum
    CHECK(differs(8 + 15));         // an address
    CHECK(differs(8 + 20 + 1));     // a port
    CHECK(differs(8 + 20 + 6));     // the UDP checksum
    CHECK(differs(8 + 20 + 8 + 9)); // data
    CHECK_FALSE(differs(2));        // its own checksum
}

} // namespace pontoon::test::datagram_test
