// The engine with its workers as threads. Nothing here sleeps: a test waits for counters to say so, and gives up after
// half a minute.
#include <stop_token>
#include <thread>

#include "dataplane/engine.hpp"
#include "dataplane/port/ethdev.hpp"
#include "tests/unit/eventually.hpp"
#include "tests/unit/networks.hpp"
#include "tests/unit/queue_port.hpp"

namespace pontoon::engine_threads_test {

using namespace frames;

namespace {

// Each packet's way is over and none waits between workers.
bool is_settled(const Stats& stats, std::uint64_t received) {
    return stats.total.received == received && stats.held == 0 && stats.is_conserved();
}

class Threads {
public:
    explicit Threads(const Config& config, unsigned workers) : engine_({.workers = workers, .seed = 1}) {
        for (const auto& endpoint : config.endpoints) {
            queues_[endpoint.name] = std::make_shared<Queue>();
            engine_.attach(endpoint.name, std::make_unique<QueuePort>(queues_[endpoint.name]));
        }
        engine_.publish(config);
    }

    bool feed(const std::string& name, const Bytes& frame) {
        rte_mbuf* packet = pool_.copy(frame);
        if (packet == nullptr) {
            return false;
        }
        queues_.at(name)->feed(packet);
        return true;
    }
    std::size_t left() {
        std::size_t sum = 0;
        for (const auto& [name, queue] : queues_) {
            sum += queue->left();
        }
        return sum;
    }
    Queue& queue(const std::string& name) { return *queues_.at(name); }
    Engine& engine() { return engine_; }

private:
    TestPool pool_{16384};
    std::map<std::string, std::shared_ptr<Queue>> queues_;
    Engine engine_;
};

// What configurations a running switch goes through: endpoints come and go, but never change their network.
Config variant(unsigned number) {
    Config config = networks_of(2, 4);
    config.networks[0].icc = number % 3 != 0;
    if (number % 4 == 1) {
        config.endpoints.erase(config.endpoints.begin());
    }
    if (number % 5 == 2) {
        config.networks.erase(config.networks.begin() + 1);
        config.endpoints.resize(config.endpoints.size() - 4);
    }
    if (number % 7 == 3) {
        config.endpoints.back().mac.bytes[0] = 6;
    }
    return config;
}

} // namespace

TEST_CASE("packets cross from worker to worker, each once and in order") {
    Threads threads(networks_of(1, 2), 2); // one endpoint for each worker
    threads.engine().start();
    for (unsigned i = 0; i < 5000; ++i) {
        const auto content = static_cast<std::uint8_t>(i);
        REQUIRE(threads.feed(endpoint_name(0, 0), plain(mac_of(0, 1), mac_of(0, 0), content)));
        REQUIRE(threads.feed(endpoint_name(0, 1), plain(mac_of(0, 0), mac_of(0, 1), content)));
    }
    REQUIRE(eventually([&] { return is_settled(threads.engine().stats(), 10000); }));
    threads.engine().stop();
    const Stats stats = threads.engine().stats();
    CHECK(stats.is_conserved());
    CHECK(stats.total.sent + drops(stats, Reason::inbox_full) == 10000);
    for (unsigned endpoint = 0; endpoint < 2; ++endpoint) {
        const auto& sent = threads.queue(endpoint_name(0, endpoint)).sent;
        CHECK(stats.ports.at(endpoint_name(0, endpoint)).tx_packets == sent.size());
        if (sent.size() == 5000) {
            for (unsigned i = 0; i < 5000; ++i) {
                REQUIRE(sent[i].back() == static_cast<std::uint8_t>(i));
            }
        }
    }
}

TEST_CASE("what one worker learns the others know") {
    Threads threads(networks_of(1, 4), 2);
    const Mac stranger{{2, 0, 0, 0, 0, 9}};
    threads.engine().start();
    REQUIRE(threads.feed(endpoint_name(0, 0), plain(mac_of(0, 1), stranger)));
    const auto tx = [&](unsigned endpoint) {
        return threads.engine().stats().ports.at(endpoint_name(0, endpoint)).tx_packets;
    };
    // The message may come behind the frame that asks for it: what is not known yet is flooded.
    std::uint64_t asked = 0;
    REQUIRE(eventually([&] {
        const auto flooded = threads.engine().stats().total.copied;
        REQUIRE(threads.feed(endpoint_name(0, 1), plain(stranger, mac_of(0, 1))));
        ++asked;
        REQUIRE(eventually([&] { return is_settled(threads.engine().stats(), 1 + asked); }));
        return threads.engine().stats().total.copied == flooded;
    }));
    threads.engine().stop();
    CHECK(tx(0) == asked);
}

TEST_CASE("configurations change in the middle of traffic without loss, leak or a frame gone astray") {
    Threads threads(networks_of(2, 4), 2);
    threads.engine().start();
    std::atomic<std::uint64_t> fed = 0;
    std::jthread feeder([&](const std::stop_token& stop) {
        for (unsigned i = 0; !stop.stop_requested(); ++i) {
            const unsigned network = i % 2;
            const Mac destination = i % 5 == 0 ? kBroadcast : mac_of(network, i / 2 % 4);
            const Bytes frame = plain(destination, mac_of(network, i / 8 % 4), static_cast<std::uint8_t>(network));
            if (threads.left() < 1000 && threads.feed(endpoint_name(network, i / 8 % 4), frame)) {
                ++fed;
            }
        }
    });
    for (unsigned number = 0; number < 500; ++number) {
        const auto before = threads.engine().stats().total.received;
        threads.engine().publish(variant(number));
        REQUIRE(eventually([&] { return threads.engine().stats().total.received > before; }));
    }
    threads.engine().publish(networks_of(2, 4));
    feeder.request_stop();
    feeder.join();
    REQUIRE(eventually([&] { return is_settled(threads.engine().stats(), fed); }));
    threads.engine().stop();
    CHECK(threads.engine().stats().is_conserved());
    for (unsigned network = 0; network < 2; ++network) {
        for (unsigned endpoint = 0; endpoint < 4; ++endpoint) {
            const auto& sent = threads.queue(endpoint_name(network, endpoint)).sent;
            CHECK_FALSE(sent.empty());
            CHECK(std::ranges::all_of(sent, [&](const Bytes& frame) { return frame.back() == network; }));
        }
    }
}

TEST_CASE("an engine can be stopped in full flight and started again") {
    Threads threads(networks_of(1, 4), 2);
    std::uint64_t fed = 0;
    for (int round = 0; round < 20; ++round) {
        for (unsigned i = 0; i < 200; ++i, ++fed) {
            REQUIRE(threads.feed(endpoint_name(0, i % 4), plain(kBroadcast, mac_of(0, i % 4))));
        }
        threads.engine().start();
        if (round % 2 == 0) {
            REQUIRE(eventually([&] { return threads.engine().stats().total.received > fed - 100; }));
        }
        threads.engine().stop();
        REQUIRE(threads.engine().stats().is_conserved());
    }
    threads.engine().start();
    REQUIRE(eventually([&] { return is_settled(threads.engine().stats(), fed); }));
    threads.engine().stop();
    CHECK(threads.engine().stats().total.copied == 2 * fed);
}

TEST_CASE("packets in inboxes are freed with an engine that stopped before they were read") {
    Threads threads(networks_of(1, 2), 2);
    for (unsigned i = 0; i < 1000; ++i) {
        REQUIRE(threads.feed(endpoint_name(0, i % 2), plain(kBroadcast, mac_of(0, i % 2))));
    }
    threads.engine().start();
    REQUIRE(eventually([&] { return threads.engine().stats().total.received > 0; }));
    threads.engine().stop();
    CHECK(threads.engine().stats().is_conserved()); // TestPool says that nothing leaks
}

TEST_CASE("devices of DPDK are ports like others") {
    TestPool pool(8192);
    const Config config = networks_of(1, 3);
    Engine engine({.workers = 2, .seed = 1});
    engine.attach(endpoint_name(0, 0), std::make_unique<EthdevPort>("net_null0,size=64", pool));
    engine.attach(endpoint_name(0, 1), std::make_unique<EthdevPort>("net_null1,size=64", pool));
    engine.attach(endpoint_name(0, 2), std::make_unique<EthdevPort>("net_ring0", pool));
    engine.publish(config);
    engine.start();
    REQUIRE(eventually([&] {
        const auto ports = engine.stats().ports;
        return ports.at(endpoint_name(0, 0)).rx_packets > 1000 && ports.at(endpoint_name(0, 1)).rx_packets > 1000;
    }));
    engine.stop();
    CHECK(engine.stats().is_conserved());
    CHECK(drops(engine.stats(), Reason::source_mac_invalid) == engine.stats().total.received); // frames of zeros
}

} // namespace pontoon::engine_threads_test
