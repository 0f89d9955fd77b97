// What is left to hardware on its way through the router: through the translation, past MTUs, out of ports that can and
// ports that cannot.
#include <memory>

#include "dataplane/engine.hpp"
#include "tests/support/datagram.hpp"
#include "tests/unit/networks.hpp"
#include "tests/unit/offloaded.hpp"
#include "tests/unit/queue_port.hpp"

namespace pontoon::route_offload_test {

using namespace frames;

namespace {

const Ipv4 kHost{be32{0xc0000202}}, kRouter{be32{0xc0000201}}, kRemote{be32{0xc6336409}};
const std::string kA = endpoint_name(0, 0);
const std::string kB = endpoint_name(0, 1);
constexpr Capabilities kPlainPort{
    .checksum = false, .tcp_segmentation = false, .udp_segmentation = false, .chains = false, .frame = 1514};

Bytes address(Ipv4 ip) {
    return join({bytes16(ip.value.host() >> 16), bytes16(ip.value.host() & 0xffff)});
}

class Bench {
public:
    explicit Bench(std::uint16_t mtu = 1500, const Capabilities& uplink = {}, unsigned workers = 1)
        : engine_({.workers = workers, .seed = 1, .flows = 1024}) {
        Config config = networks_of(1, 3);
        auto& way = config.uplink.emplace();
        way.ipv4 = {{kHost, 24}};
        way.mac = mac_of(kHost);
        way.gateway = kRouter;
        way.neighbors = {{kRouter, mac_of(kRouter)}};
        way.mtu = mtu;
        for (const auto& name : {kA, kB, endpoint_name(0, 2), std::string(kUplinkName)}) {
            queues_[name] = std::make_shared<Queue>();
            queues_[name]->can = name == kUplinkName || name == kB ? uplink : Capabilities{};
            engine_.attach(name, std::make_unique<QueuePort>(queues_[name]));
        }
        engine_.publish(config);
    }

    // From the first container; `to` the outside by the gateway, or another container.
    void feed(const Offloaded& packet, Ipv4 to = kRemote) {
        const Bytes ends = join({address(address_of(0, 2)), address(to)});
        const bool bridged = to == address_of(0, 3);
        const Mac mac = bridged ? mac_of(0, 1) : mac_of(address_of(0, 1));
        Buffer buffer = packet.make(pool_);
        Bytes frame = bytes_of(buffer.get());
        const Mac from = mac_of(0, 0);
        frame = patched(frame, 0, Bytes(mac.bytes.begin(), mac.bytes.end()));
        frame = patched(frame, 6, Bytes(from.bytes.begin(), from.bytes.end()));
        // The addresses change, and with them both sums that hold them.
        const std::size_t l3 = packet.l3();
        const std::size_t field = packet.l4() + (packet.protocol == 6 ? 16 : 6);
        const auto length = static_cast<unsigned>(packet.transport() + packet.data);
        frame = patched(frame, l3 + 12, ends);
        frame = patched(frame, l3 + 10, {0, 0});
        const Bytes header(frame.begin() + static_cast<std::ptrdiff_t>(l3),
                           frame.begin() + static_cast<std::ptrdiff_t>(packet.l4()));
        frame = patched(frame, l3 + 10, bytes16(~unsigned{naive_sum(header)}));
        frame = patched(frame, field, bytes16(naive_sum(join({ends, {0, packet.protocol}, bytes16(length)}))));
        Buffer changed(pool_.copy(frame));
        REQUIRE(changed != nullptr);
        changed->ol_flags = buffer->ol_flags;
        changed->tx_offload = buffer->tx_offload;
        queues_.at(kA)->feed(changed.release());
    }
    Stats run() {
        while (engine_.step(1'000'000'000)) {
            CHECK(engine_.stats().is_conserved());
        }
        CHECK(engine_.stats().is_conserved());
        return engine_.stats();
    }
    Queue& queue(const std::string& name) { return *queues_.at(name); }
    TestPool& pool() { return pool_; }

private:
    TestPool pool_;
    std::map<std::string, std::shared_ptr<Queue>> queues_;
    Engine engine_;
};

// All data in `sent`, whose sums are right; each of which is of the length that an MTU allows.
Bytes data_of(const std::vector<Bytes>& sent, std::size_t mtu) {
    Bytes all;
    for (const auto& frame : sent) {
        const Apart a = apart(frame);
        CHECK(a.wrong == "");
        CHECK(a.summed);
        CHECK(frame.size() <= 14 + mtu);
        all.insert(all.end(), a.data.begin(), a.data.end());
    }
    return all;
}

Offloaded udp_of(std::size_t data, std::size_t segment) {
    return {.protocol = 17, .data = data, .segment = segment};
}

} // namespace

TEST_CASE("64 KB go whole through the translation to a port that segments, at an MTU of 1500") {
    Bench bench;
    for (int i = 0; i < 3; ++i) { // the first of the flow, and others
        bench.feed(udp_of(64000, 1448));
    }
    bench.feed({.tcp_flags = 2, .data = 0});
    bench.feed({.data = 64000, .segment = 1448, .dont_fragment = true});
    const Stats stats = bench.run();
    const auto& out = bench.queue(kUplinkName);
    REQUIRE(out.sent.size() == 4); // what the world has not answered yet must not go on
    CHECK(drops(stats, Reason::tcp_invalid_state) + drops(stats, Reason::tcp_out_of_window) == 1);
    for (int i = 0; i < 3; ++i) {
        CHECK(out.segments[i] == 1448);
        CHECK(out.owing[i]);
        const Apart a = apart(out.sent[i]);
        CHECK(a.wrong == "");
        CHECK(a.partial); // of the new addresses
        CHECK(a.data.size() == 64000);
    }
    CHECK(out.segments[3] == 0);
    CHECK(apart(out.sent[3]).partial);
}

TEST_CASE("a port that cannot gets segments whose sums are right") {
    for (const unsigned tags : {0U, 1U}) { // tag 0: a priority, which the router takes off
        for (const unsigned workers : {1U, 2U}) {
            Bench bench(1500, kPlainPort, workers);
            Offloaded packet = udp_of(64000, 1448);
            packet.tags = tags;
            bench.feed(packet);
            bench.feed(packet);
            const Stats stats = bench.run();
            const auto& out = bench.queue(kUplinkName);
            REQUIRE(out.sent.size() == 90);
            CHECK(stats.total.copied == 88);
            CHECK(stats.ports.at(kUplinkName).tx_packets == 90);
            const Bytes all = data_of(out.sent, 1500);
            const Bytes one = apart(packet.frame()).data;
            CHECK(all == join({one, one}));
        }
    }
}

TEST_CASE("segments too long for the way on and not to be fragmented: the sender hears of the MTU") {
    Bench bench(1400);
    Offloaded packet = udp_of(64000, 1448);
    packet.dont_fragment = true;
    bench.feed(packet);
    const Stats stats = bench.run();
    CHECK(drops(stats, Reason::too_big) == 1);
    CHECK(bench.queue(kUplinkName).sent.empty());
    const auto& back = bench.queue(kA);
    REQUIRE(back.sent.size() == 1);
    CHECK_FALSE(back.owing[0]);
    CHECK(back.segments[0] == 0);
    const auto error = test::datagram_of(back.sent[0]).value();
    CHECK(error.transport.at(0) == 3);
    CHECK(error.transport.at(1) == 4);
    CHECK((error.transport.at(6) << 8 | error.transport.at(7)) == 1400);
    CHECK(naive_sum(error.transport) == 0xffff);
    CHECK(naive_sum(Bytes(back.sent[0].begin() + 14, back.sent[0].begin() + 34)) == 0xffff);
    const auto quote = test::quote_of(error);
    CHECK(quote.source == address_of(0, 2));
    CHECK(quote.destination == kRemote);
}

TEST_CASE("TCP segments too long for the way on become smaller ones if they may be fragmented") {
    for (const bool cuts : {true, false}) {
        Bench bench(1400, cuts ? Capabilities{} : kPlainPort);
        const Offloaded syn{.tcp_flags = 2, .data = 64000, .segment = 1448}; // data on a SYN, for there is no answer
        bench.feed(syn);
        bench.run();
        const auto& out = bench.queue(kUplinkName);
        if (cuts) {
            REQUIRE(out.sent.size() == 1);
            CHECK(out.segments[0] == 1360);
        } else {
            REQUIRE(out.sent.size() == (64000 + 1359) / 1360);
            CHECK(data_of(out.sent, 1400) == apart(syn.frame()).data);
        }
    }
}

TEST_CASE("datagrams too long for the way on stay datagrams, in pieces") {
    Bench bench(1400);
    const Offloaded packet = udp_of(10000, 2000);
    bench.feed(packet);
    const Stats stats = bench.run();
    const auto& out = bench.queue(kUplinkName);
    REQUIRE(out.sent.size() == 10);
    CHECK(stats.total.copied == 9);
    Bytes all;
    for (std::size_t i = 0; i < 10; i += 2) {
        const auto whole =
            test::joined({test::datagram_of(out.sent[i]).value(), test::datagram_of(out.sent[i + 1]).value()});
        REQUIRE(whole);
        const Apart a = apart(test::frame_of(*whole));
        CHECK(a.wrong == "");
        CHECK(a.summed);
        CHECK(a.data.size() == 2000);
        all.insert(all.end(), a.data.begin(), a.data.end());
    }
    CHECK(all == apart(packet.frame()).data);
}

TEST_CASE("between containers there is no MTU, and each port gets it in its own way") {
    Bench bench(1500, kPlainPort);
    const Offloaded packet{.data = 20000, .segment = 1448};
    bench.feed(packet, address_of(0, 3)); // to the container whose port cannot
    CHECK(bench.run().total.sent == 14);
    CHECK(data_of(bench.queue(kB).sent, 1500) == apart(packet.frame()).data);

    Bench flooding(1500, kPlainPort);
    Buffer buffer = packet.make(flooding.pool());
    const Mac from = mac_of(0, 0);
    std::ranges::copy(from.bytes, rte_pktmbuf_mtod_offset(buffer.get(), std::uint8_t*, 6));
    const Bytes whole = bytes_of(buffer.get());
    flooding.queue(kA).feed(buffer.release()); // for a MAC that nobody has
    const Stats stats = flooding.run();
    CHECK(stats.total.sent == 15);
    CHECK(stats.total.copied == 14);
    REQUIRE(flooding.queue(endpoint_name(0, 2)).sent.size() == 1);
    CHECK(flooding.queue(endpoint_name(0, 2)).sent[0] == whole);
    CHECK(flooding.queue(endpoint_name(0, 2)).segments[0] == 1448);
    CHECK(data_of(flooding.queue(kB).sent, 1500) == apart(packet.frame()).data);
}

TEST_CASE("what a port does not take is dropped there by name") {
    Bench bench(1500, kPlainPort);
    bench.feed({.data = 2000}, address_of(0, 3));
    bench.feed({.data = 20000, .segment = 1600}, address_of(0, 3));
    bench.queue(kB).takes = 5;
    bench.feed({.data = 20000, .segment = 1448}, address_of(0, 3));
    const Stats stats = bench.run();
    CHECK(drops(stats.ports.at(kB), Reason::frame_too_long) == 2);
    CHECK(drops(stats.ports.at(kB), Reason::tx_full) == 9);
    CHECK(stats.ports.at(kB).tx_packets == 5);
    CHECK(stats.total.copied == 13);
}

TEST_CASE("a claim that does not fit is dropped at the port it came from") {
    Bench bench;
    Buffer buffer = Offloaded{.data = 2000, .segment = 1448}.make(bench.pool());
    buffer->tso_segsz = 0;
    bench.queue(kA).feed(buffer.release());
    const Stats stats = bench.run();
    CHECK(drops(stats.ports.at(kA), Reason::offload_bad) == 1);
    CHECK(stats.total.sent == 0);
}

} // namespace pontoon::route_offload_test
