// What does not leave is dropped and counted: full ports, full inboxes, ports of no network.
#include "dataplane/outbox.hpp"

#include "dataplane/engine.hpp"
#include "tests/unit/networks.hpp"
#include "tests/unit/queue_port.hpp"

namespace pontoon::outbox_test {

using namespace frames;

namespace {

// An engine whose every endpoint is a QueuePort, under a clock that stands still.
class Bench {
public:
    explicit Bench(const Config& config, unsigned workers = 1, unsigned buffers = 4096)
        : pool_(buffers), engine_({.workers = workers, .seed = 1}) {
        for (const auto& endpoint : config.endpoints) {
            attach(endpoint.name);
        }
        engine_.publish(config);
    }

    void attach(const std::string& name) {
        queues_[name] = std::make_shared<Queue>();
        engine_.attach(name, std::make_unique<QueuePort>(queues_[name]));
    }
    Queue& queue(const std::string& name) { return *queues_.at(name); }
    void feed(const std::string& name, const Bytes& frame, unsigned times = 1) {
        while (times-- != 0) {
            rte_mbuf* packet = pool_.copy(frame);
            REQUIRE(packet != nullptr);
            queue(name).feed(packet);
        }
    }
    Stats run() {
        while (engine_.step(1)) {
            CHECK(engine_.stats().is_conserved());
        }
        return engine_.stats();
    }
    Engine& engine() { return engine_; }

private:
    TestPool pool_;
    std::map<std::string, std::shared_ptr<Queue>> queues_;
    Engine engine_;
};

const std::string kA = endpoint_name(0, 0);
const std::string kB = endpoint_name(0, 1);

} // namespace

TEST_CASE("what a port does not take is dropped as tx_full at that port") {
    for (const unsigned workers : {1U, 2U}) {
        Bench bench(networks_of(1, 2), workers);
        bench.queue(kB).takes = 20;
        bench.feed(kA, plain(mac_of(0, 1), mac_of(0, 0)), Burst::kMax); // all in one call
        const Stats stats = bench.run();
        CHECK(bench.queue(kB).sent.size() == 20);
        CHECK(drops(stats, Reason::tx_full) == Burst::kMax - 20);
        CHECK(drops(stats.ports.at(kB), Reason::tx_full) == Burst::kMax - 20);
        CHECK(stats.ports.at(kB).tx_packets == 20);
        CHECK(stats.ports.at(kB).tx_bytes == 20 * 60);
        CHECK(stats.total.sent == 20);
        CHECK(stats.is_conserved());
    }
}

TEST_CASE("a port that takes nothing costs the other ports of a flood nothing") {
    Bench bench(networks_of(1, 4));
    bench.queue(kB).takes = 0;
    bench.feed(kA, plain(kBroadcast, mac_of(0, 0)), 100);
    const Stats stats = bench.run();
    CHECK(bench.queue(kB).sent.empty());
    CHECK(bench.queue(endpoint_name(0, 2)).sent.size() == 100);
    CHECK(bench.queue(endpoint_name(0, 3)).sent.size() == 100);
    CHECK(stats.total.copied == 200);
    CHECK(drops(stats, Reason::tx_full) == 100);
    CHECK(stats.is_conserved());
}

TEST_CASE("more packets for one port than a call takes go out in several calls, in order") {
    Bench bench(networks_of(1, 3));
    for (std::uint8_t i = 0; i < Burst::kMax; ++i) {
        bench.feed(kA, plain(mac_of(0, 2), mac_of(0, 0), i));
        bench.feed(kB, plain(mac_of(0, 2), mac_of(0, 1), i));
    }
    CHECK(bench.run().total.sent == 2 * Burst::kMax);
    const auto& sent = bench.queue(endpoint_name(0, 2)).sent;
    REQUIRE(sent.size() == 2 * Burst::kMax);
    for (std::uint8_t i = 0; i < Burst::kMax; ++i) {
        CHECK(sent[i].back() == i);
        CHECK(sent[Burst::kMax + i].back() == i);
    }
}

TEST_CASE("a port that no endpoint names drops what it receives as port_detached, lies by their name") {
    Bench bench(networks_of(1, 2));
    bench.attach("stranger");
    bench.engine().publish(networks_of(1, 2));
    bench.feed("stranger", plain(mac_of(0, 1), mac_of(0, 0)), 5);
    bench.feed("stranger", {1, 2, 3});
    const Stats stats = bench.run();
    CHECK(drops(stats.ports.at("stranger"), Reason::port_detached) == 5);
    CHECK(drops(stats.ports.at("stranger"), Reason::frame_truncated) == 1);
    CHECK(stats.total.sent == 0);
    CHECK(stats.is_conserved());
}

TEST_CASE("the uplink leads nowhere yet") {
    Bench bench(networks_of(1, 2));
    bench.attach(kUplinkName);
    bench.engine().publish(networks_of(1, 2));
    bench.feed(kUplinkName, plain(mac_of(0, 1), mac_of(0, 0)), 5);
    const Stats stats = bench.run();
    CHECK(drops(stats.ports.at(kUplinkName), Reason::no_route) == 5);
    CHECK(stats.is_conserved());
}

TEST_CASE("what another worker has no room for is dropped as inbox_full") {
    // Twice 64 times 200 packets for the other worker, which has room for 4096.
    Bench bench(networks_of(1, 400), 2);
    bench.feed(kA, plain(kBroadcast, mac_of(0, 0)), 64);
    bench.feed(endpoint_name(0, 2), plain(kBroadcast, mac_of(0, 2)), 64);
    const Stats stats = bench.run();
    const auto full = drops(stats, Reason::inbox_full);
    CHECK(full > 2 * 64 * 200 - 2 * Inbox::kMessages);
    CHECK(full < 2 * 64 * 200);
    CHECK(drops(stats.ports.at(kA), Reason::inbox_full) +
              drops(stats.ports.at(endpoint_name(0, 2)), Reason::inbox_full) >
          0);
    CHECK(stats.total.sent + full == 2 * 64 * 399);
    CHECK(stats.held == 0);
    CHECK(stats.is_conserved());
}

TEST_CASE("packets that wait for another worker are held, and freed with the engine") {
    Bench bench(networks_of(1, 2), 2);
    bench.feed(kA, plain(mac_of(0, 1), mac_of(0, 0)), 10);
    bench.feed(kB, plain(mac_of(0, 0), mac_of(0, 1)), 10);
    bench.engine().step(1);
    const Stats stats = bench.engine().stats();
    CHECK(stats.held == 10); // the first worker's turn was over before the second one's
    CHECK(stats.is_conserved());
}

TEST_CASE("an inbox gives messages in order and refuses what does not fit") {
    Inbox inbox;
    std::vector<Message> messages;
    for (unsigned i = 0; i < Inbox::kMessages + 10; ++i) {
        messages.push_back(Message::learned(mac_of(0, i), static_cast<PortId>(i), 7));
    }
    CHECK(inbox.push(messages) == Inbox::kMessages);
    CHECK(inbox.size() == Inbox::kMessages);
    CHECK(inbox.push(std::span(messages).first(1)) == 0);
    std::array<Message, 64> some;
    REQUIRE(inbox.pop(some) == 64);
    for (unsigned i = 0; i < 64; ++i) {
        CHECK(some[i].kind == Message::Kind::learned);
        CHECK(Mac::from_bits(some[i].content) == mac_of(0, i));
        CHECK(some[i].port == i);
        CHECK(some[i].tick == 7);
    }
    CHECK(inbox.push(messages) == 64);
}

TEST_CASE("an inbox frees the packets that nobody fetched") {
    TestPool pool;
    Inbox inbox;
    const auto message = Message::packet(pool.copy(filled(60)), 1);
    CHECK(inbox.push(std::span(&message, 1)) == 1);
}

TEST_CASE("messages are told apart by generation however many there were") {
    Message message = Message::packet(nullptr, 3);
    for (const std::uint64_t now : {5ULL, 40000ULL, 70000ULL, 10'000'000ULL}) {
        message.generation = static_cast<std::uint16_t>(now);
        CHECK(message.is_since(0, now));
        CHECK(message.is_since(1, now));
        CHECK(message.is_since(now, now));
        CHECK_FALSE(message.is_since(now + 1, now + 1));
        CHECK(message.is_since(now, now + 100)); // an older sender
        CHECK(message.is_since(now, now - 1));   // a newer one
    }
}

} // namespace pontoon::outbox_test
