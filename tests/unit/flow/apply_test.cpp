// Translations against sums that are made anew over the whole packet.
#include "dataplane/flow/apply.hpp"

#include <algorithm>
#include <random>

#include "tests/support/datagram.hpp"
#include "tests/support/sums.hpp"
#include "tests/unit/ip/received.hpp"

namespace pontoon::apply_test {

namespace {

using test::Datagram;

struct Random {
    std::mt19937 engine{1};

    std::uint32_t number() {
        return static_cast<std::uint32_t>(engine() % 8 == 0 ? (engine() % 2 == 0 ? 0xffffffff : 0) : engine());
    }
    std::uint16_t port() { return static_cast<std::uint16_t>(number()); }
    Ipv4 address() { return Ipv4{be32{number()}}; }
};

Datagram random_datagram(Random& random, std::uint8_t protocol) {
    Datagram d{frames::kMacB, frames::kMacA, random.address(), random.address(), protocol};
    d.ttl = static_cast<std::uint8_t>(2 + random.engine() % 254);
    d.id = random.port();
    test::Writer writer;
    writer.u16(random.port()).u16(random.port());
    const std::size_t length = random.engine() % 300;
    if (protocol == test::kTcp) {
        writer.u32(random.number()).u32(random.number()).u8(0x50).u8(0x10).u16(1000).u32(0);
    } else if (protocol == test::kUdp) {
        writer.u16(8 + length).u16(0);
    } else if (protocol == test::kSctp) {
        writer.u32(7).u32(0).u32(0x01000014);
    } else {
        writer = test::Writer();
        writer.u8(test::kEchoRequest).u8(0).u16(0).u16(random.port()).u16(1);
    }
    for (std::size_t i = 0; i < length; ++i) {
        writer.u8(random.engine());
    }
    d.transport = writer.take();
    test::seal(d);
    return d;
}

FlowKey key_of(const Datagram& d) {
    const auto tuple = test::tuple_of(d);
    return {tuple.source, tuple.destination, be16{tuple.source_port}, be16{tuple.destination_port}, d.protocol, 0, 1};
}

// As a translation would make it: all of it, or only the source.
FlowKey random_translation(Random& random, const FlowKey& key) {
    FlowKey to = key;
    to.source = random.address();
    if (random.engine() % 2 == 0) {
        to.destination = random.address();
    }
    to.source_port = be16{static_cast<std::uint16_t>(1 + random.engine() % 65535)};
    if (key.protocol != test::kIcmp && random.engine() % 2 == 0) {
        to.destination_port = be16{random.port()};
    }
    return to;
}

} // namespace

TEST_CASE("translated packets have the checksums that a new sum over them gives") {
    Random random;
    TestPool pool;
    for (const std::uint8_t protocol : {test::kIcmp, test::kTcp, test::kUdp, test::kSctp}) {
        for (int i = 0; i < 3000; ++i) {
            const Datagram d = random_datagram(random, protocol);
            const auto key = key_of(d);
            const auto to = random_translation(random, key);
            const std::array<std::size_t, 1> parts{60 + random.engine() % 50};
            Received packet(chained(pool, test::frame_of(d),
                                    i % 3 == 0 ? std::span<const std::size_t>(parts) : std::span<const std::size_t>()));
            REQUIRE(packet->fault == Reason::none);
            translate(*packet, make_rewrite(key, to));
            const auto after = bytes_of(packet->mbuf);
            INFO(test::text_of(d));
            REQUIRE(test::find_wrong_sum(after) == std::nullopt);
            const auto left = test::datagram_of(after);
            REQUIRE(left);
            CHECK(left->ttl == d.ttl - 1);
            CHECK(key_of(*left) == to);
        }
    }
}

TEST_CASE("a UDP checksum never becomes 0, and 0 stays 0") {
    Random random;
    TestPool pool;
    unsigned zeros = 0;
    for (int i = 0; i < 66000; ++i) {
        Datagram d = random_datagram(random, test::kUdp);
        d.transport = test::Writer().u16(1000).u16(53).u16(10).u16(0).u16(static_cast<unsigned>(i)).take();
        d.source = Ipv4{be32{0x0a000002}};
        d.destination = Ipv4{be32{0xc0000201}};
        test::seal(d, i % 1000 != 0);
        FlowKey to = key_of(d);
        to.source = Ipv4{be32{0xc0000202}};
        Received packet(pool, test::frame_of(d));
        translate(*packet, make_rewrite(key_of(d), to));
        const auto sum = packet->header<UdpHeader>(packet->l4).checksum.raw();
        zeros += sum == 0xffff ? 1 : 0;
        REQUIRE((sum == 0) == (i % 1000 == 0));
        REQUIRE(test::find_wrong_sum(bytes_of(packet->mbuf)) == std::nullopt);
    }
    CHECK(zeros > 0);
}

TEST_CASE("an ICMP message that becomes all zeros has the checksum of zeros") {
    TestPool pool;
    Datagram reply{frames::kMacB, frames::kMacA, Ipv4{be32{1}}, Ipv4{be32{2}}, test::kIcmp};
    for (const unsigned id : {0U, 0x1234U}) {
        reply.transport = test::Writer().u8(test::kEchoReply).u8(0).u16(0).u16(id).u16(0).take();
        test::seal(reply);
        FlowKey to = key_of(reply);
        to.destination = Ipv4{be32{3}};
        to.destination_port = be16{};
        Received packet(pool, test::frame_of(reply));
        translate(*packet, make_rewrite(key_of(reply), to));
        CHECK(test::find_wrong_sum(bytes_of(packet->mbuf)) == std::nullopt);
    }
}

TEST_CASE("a checksum that is still owed holds the new pseudo-header's sum") {
    Random random;
    TestPool pool;
    for (int i = 0; i < 2000; ++i) {
        Datagram d = random_datagram(random, i % 2 == 0 ? test::kTcp : test::kUdp);
        const std::size_t field = i % 2 == 0 ? 16 : 6;
        const auto pseudo_of = [&](const test::Bytes& frame) {
            return test::internet_sum(test::pseudo_header(
                std::span(frame).subspan(26, 4), std::span(frame).subspan(30, 4), d.protocol, d.transport.size()));
        };
        test::patch16(d.transport, field, pseudo_of(test::frame_of(d)));
        Received packet(pool, test::frame_of(d));
        REQUIRE(packet->csum_partial);
        translate(*packet, make_rewrite(key_of(d), random_translation(random, key_of(d))));
        const auto after = bytes_of(packet->mbuf);
        const unsigned sum = after[34 + field] * 256U + after[34 + field + 1];
        REQUIRE(sum % 0xffff == pseudo_of(after) % 0xffff);
    }
}

TEST_CASE("an error about what was translated quotes what was sent, whole or cut, in one buffer or two") {
    Random random;
    TestPool pool;
    for (int i = 0; i < 4000; ++i) {
        const std::array protocols{test::kIcmp, test::kTcp, test::kUdp, test::kSctp};
        const Datagram sent = random_datagram(random, protocols[static_cast<std::size_t>(i) % 4]);
        const auto key = key_of(sent);
        const auto translated = random_translation(random, key);
        Received out(pool, test::frame_of(sent));
        translate(*out, make_rewrite(key, translated));
        const auto left = test::datagram_of(bytes_of(out->mbuf));
        REQUIRE(left);
        Datagram error{frames::kMacA, frames::kMacB, random.address(), translated.source, test::kIcmp};
        error.transport = test::error_about(11, 0, *left, 8 + random.engine() % 30);
        test::seal(error);
        // The quote's transport begins at byte 62; 8 bytes of it are sure to be in the first buffer.
        const std::array<std::size_t, 1> parts{70 + random.engine() % 20};
        Received packet(chained(pool, test::frame_of(error),
                                i % 2 == 0 ? std::span<const std::size_t>(parts) : std::span<const std::size_t>()));
        REQUIRE(packet->fault == Reason::none);
        REQUIRE(packet->quote != 0);
        auto* const tail = rte_pktmbuf_mtod_offset(packet->mbuf, std::uint8_t*, packet->mbuf->data_len);
        std::fill_n(tail, 64, std::uint8_t{0xa5});
        const auto behind = bytes_of(packet->mbuf->next != nullptr ? packet->mbuf->next : packet->mbuf);
        const auto answer = reversed(translated, 0);
        translate_error(*packet, answer, make_rewrite(answer, reversed(key, 0)));
        const auto after = test::datagram_of(bytes_of(packet->mbuf));
        REQUIRE(after);
        INFO(test::text_of(sent));
        REQUIRE(test::find_wrong_sum(bytes_of(packet->mbuf)) == std::nullopt);
        CHECK(test::tuple_of(test::quote_of(*after)) == test::tuple_of(sent));
        CHECK(after->destination == key.source);
        if (packet->mbuf->next != nullptr) {
            CHECK(bytes_of(packet->mbuf->next) == behind);
            CHECK(std::all_of(tail, tail + 64, [](std::uint8_t byte) { return byte == 0xa5; })); // nobody's
        }
    }
}

} // namespace pontoon::apply_test
