// What a port cannot do is done before: any offload state in, any capability out, and the same bytes arrive.
#include "dataplane/port/edge.hpp"

#include <algorithm>

#include "dataplane/packet/offload.hpp"
#include "dataplane/packet/receive.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/offloaded.hpp"

namespace pontoon::edge_test {

using namespace frames;

namespace {

class Collector final : public Port {
public:
    explicit Collector(const Capabilities& can) : can_(can) {}
    unsigned receive(std::span<rte_mbuf*>) override { return 0; }
    unsigned transmit(std::span<rte_mbuf*> packets) override {
        CHECK(packets.size() <= 64);
        const auto taken = std::min<std::size_t>(packets.size(), takes - std::min(takes, sent.size()));
        for (rte_mbuf* packet : packets.first(taken)) {
            sent.emplace_back(packet);
        }
        return static_cast<unsigned>(taken);
    }
    [[nodiscard]] Capabilities capabilities() const override { return can_; }

    std::vector<Buffer> sent;
    std::size_t takes = 1 << 20;

private:
    Capabilities can_;
};

// What `port` gets of these packets, the way the outbox does it.
Edge::Outcome send(Collector& port, std::vector<Buffer>& packets, rte_mempool* pool = nullptr) {
    std::vector<rte_mbuf*> bare;
    for (auto& packet : packets) {
        bare.push_back(packet.release());
    }
    packets.clear();
    const Edge edge(port.capabilities());
    if (!edge.takes(Edge::glance_at(bare))) {
        return edge.transmit(bare, port, pool);
    }
    Edge::Outcome outcome;
    outcome.sent = port.transmit(bare);
    outcome.refused = static_cast<unsigned>(bare.size()) - outcome.sent;
    rte_pktmbuf_free_bulk(bare.data() + outcome.sent, outcome.refused);
    for (const auto& packet : port.sent) {
        outcome.bytes += packet->pkt_len;
    }
    return outcome;
}

// As it comes in: parsed, and what its port claimed is taken.
Buffer received(Buffer buffer) {
    Packet packet;
    read(packet, buffer.get());
    REQUIRE(packet.fault == Reason::none);
    return buffer;
}

Capabilities any_port(std::mt19937& random) {
    Capabilities can;
    can.checksum = random() % 2 == 0;
    can.tcp_segmentation = can.checksum && random() % 2 == 0;
    can.udp_segmentation = can.checksum && random() % 2 == 0;
    can.chains = random() % 2 == 0;
    can.frame = std::array{can.frame, 1514U, 2048U, 9014U}[random() % 4];
    return can;
}

bool port_segments(const Capabilities& can, const Offloaded& p) {
    return p.protocol == 6 ? can.tcp_segmentation : can.udp_segmentation;
}

// Holds one segment, or the whole, against the packet it is of. `from` is where its data begins.
void check_one(const rte_mbuf& sent, const Offloaded& p, const Apart& whole, const Capabilities& can, std::size_t from,
               bool cut) {
    const Apart a = apart(bytes_of(&sent));
    REQUIRE(a.wrong.empty());
    REQUIRE(a.constant == whole.constant);
    REQUIRE(std::equal(a.data.begin(), a.data.end(), whole.data.begin() + static_cast<std::ptrdiff_t>(from)));
    const bool last = from + a.data.size() == whole.data.size();
    REQUIRE((!cut || a.data.size() == (last ? whole.data.size() - from : p.segment)));
    REQUIRE(a.id == (p.v6 ? 0 : (whole.id + (cut ? from / p.segment : 0)) & 0xffff));
    if (p.protocol == 6) {
        REQUIRE(a.sequence == whole.sequence + from);
        const unsigned flags = whole.tcp_flags & (last ? 0xffU : 0xf6U) & (from == 0 ? 0xffU : 0x7fU);
        REQUIRE(a.tcp_flags == flags);
    }
    REQUIRE(((sent.nb_segs == 1) || can.chains));
    const bool owes = p.owes && can.checksum;
    REQUIRE(owes_checksum(sent) == owes);
    if (owes) {
        REQUIRE(a.partial);
        REQUIRE(sent.l2_len == p.l3());
        REQUIRE(sent.l3_len == p.l4() - p.l3());
        REQUIRE(sent.l4_len == p.transport());
        REQUIRE((sent.ol_flags & kOwesChecksum) == checksum_flag_of(p.protocol));
        REQUIRE((sent.ol_flags & (p.v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4)) != 0);
    } else {
        REQUIRE(a.summed);
    }
}

} // namespace

TEST_CASE("any offload state comes out of any port as valid packets with the same bytes", "[edge]") {
    TestPool pool(8192);
    std::mt19937 random(20);
    unsigned cuts = 0;
    unsigned summed = 0;
    unsigned too_long = 0;
    for (int round = 0; round < steps(3000); ++round) {
        const Offloaded p = any_offloaded(random);
        const Capabilities can = any_port(random);
        INFO(round << ": " << p.text() << ", frame " << can.frame);
        std::vector<Buffer> packets;
        packets.push_back(received(p.make(pool, &random)));
        const Bytes before = bytes_of(packets[0].get());
        const Buffer other(random() % 2 == 0 ? packets[0].get() : nullptr); // it went to another port too
        if (other) {
            rte_pktmbuf_refcnt_update(other.get(), 1);
        }
        const bool to_cut = p.segment != 0 && p.data > p.segment;
        const bool cut = to_cut && !port_segments(can, p);
        const std::size_t frame = cut ? p.l4() + p.transport() + p.segment : before.size();
        const std::size_t most = can == Capabilities{} ? 1U << 20 // the longest of IPv6 included
                                 : can.chains || (!cut && packets[0]->nb_segs == 1)
                                     ? can.frame
                                     : std::min<std::size_t>(can.frame, Pool::kBufferBytes);
        Collector port(can);
        const auto outcome = send(port, packets);
        REQUIRE((!other || bytes_of(other.get()) == before));
        REQUIRE(outcome.no_buffer + outcome.refused == 0);
        if (frame > most && !(to_cut && !cut && (can.chains || frame <= Pool::kBufferBytes))) {
            REQUIRE(outcome.too_long == 1);
            REQUIRE(port.sent.empty());
            ++too_long;
            continue;
        }
        REQUIRE(outcome.too_long == 0);
        REQUIRE(port.sent.size() == (cut ? (p.data + p.segment - 1) / p.segment : 1));
        REQUIRE(outcome.sent == port.sent.size());
        REQUIRE(outcome.made + 1 == outcome.sent);
        const Apart whole = apart(before);
        REQUIRE(whole.wrong.empty());
        std::size_t from = 0;
        std::uint64_t bytes = 0;
        for (const auto& sent : port.sent) {
            REQUIRE(sent->pkt_len <= (to_cut && !cut ? before.size() : most));
            check_one(*sent, p, whole, can, from, cut);
            REQUIRE(is_to_segment(*sent) == (to_cut && !cut));
            from += apart(bytes_of(sent.get())).data.size();
            bytes += sent->pkt_len;
        }
        REQUIRE(from == p.data);
        REQUIRE(outcome.bytes == bytes);
        cuts += cut ? 1 : 0;
        summed += p.owes && !cut && !can.checksum ? 1 : 0;
    }
    CHECK(cuts > steps(300U));
    CHECK(summed > steps(300U));
    CHECK(too_long > steps(300U));
}

TEST_CASE("a port that takes no more gets no more, and every packet is accounted for", "[edge]") {
    TestPool pool;
    for (const std::size_t takes : {0, 1, 63, 64, 65, 129, 200}) {
        std::vector<Buffer> packets;
        packets.push_back(received(Offloaded{.data = 10}.make(pool)));
        packets.push_back(received(Offloaded{.data = 12800, .segment = 100}.make(pool)));
        packets.push_back(received(Offloaded{.data = 10}.make(pool)));
        Collector port({.checksum = false, .tcp_segmentation = false});
        port.takes = takes;
        const auto outcome = send(port, packets);
        CHECK(outcome.sent == std::min<std::size_t>(takes, 130));
        CHECK(port.sent.size() == outcome.sent);
        CHECK(outcome.sent + outcome.refused == 3 + outcome.made);
        CHECK((outcome.refused == 0) == (takes == 200));
    }
}

TEST_CASE("without buffers packets are dropped by name, and none is lost", "[edge]") {
    TestPool pool;
    TestPool empty(4);
    std::vector<Buffer> taken;
    for (const unsigned free : {2U, 0U}) {
        while (empty.available() > free) {
            taken.emplace_back(empty.copy(filled(60)));
        }
        std::vector<Buffer> packets;
        packets.push_back(received(Offloaded{.data = 500, .segment = 100}.make(pool)));
        packets.push_back(received(Offloaded{.data = 500}.make(pool)));
        const Buffer other(packets[1].get());
        rte_pktmbuf_refcnt_update(other.get(), 1);
        Collector port({.checksum = false, .tcp_segmentation = false});
        const auto outcome = send(port, packets, empty.get());
        CHECK(outcome.sent == free);
        CHECK(outcome.no_buffer == 2);
        CHECK(outcome.made == free);
    }
}

TEST_CASE("segments are made of the buffers they are to be made of", "[edge]") {
    TestPool pool;
    TestPool small;
    std::vector<Buffer> packets;
    packets.push_back(received(Offloaded{.data = 5000, .segment = 1448}.make(pool)));
    Collector port({.tcp_segmentation = false});
    CHECK(send(port, packets, small.get()).sent == 4);
    CHECK(std::ranges::all_of(port.sent, [&](const Buffer& sent) { return sent->pool == small.get(); }));
}

TEST_CASE("a header checksum that was left too is made with the other", "[edge]") {
    TestPool pool;
    const Buffer whole = Offloaded{.data = 100}.make(pool);
    Bytes frame = patched(bytes_of(whole.get()), 24, {0, 0});
    std::vector<Buffer> packets;
    packets.push_back(received(Buffer(pool.copy(frame)))); // from a port that tells nothing
    Collector port({.checksum = false});
    CHECK(send(port, packets).sent == 1);
    const Apart left = apart(bytes_of(port.sent.at(0).get()));
    CHECK(left.wrong.empty());
    CHECK(left.summed);
}

} // namespace pontoon::edge_test
