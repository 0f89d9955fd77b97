// Workers that sleep. They may sleep for an hour here, so that a wake-up that is lost is a test that fails.
#include <sched.h>

#include <map>
#include <random>
#include <stop_token>
#include <thread>

#include "dataplane/engine.hpp"
#include "tests/support/steps.hpp"
#include "tests/unit/event_port.hpp"
#include "tests/unit/eventually.hpp"
#include "tests/unit/networks.hpp"

namespace pontoon::engine_live_test {

using namespace frames;

namespace {

constexpr Nanoseconds kHour = 3'600'000'000'000;

class Sleepers {
public:
    Sleepers(const Config& config, unsigned workers, Nanoseconds longest = kHour)
        : engine_({.workers = workers, .seed = 1, .flows = 1024}) {
        for (const auto& endpoint : config.endpoints) {
            attach(endpoint.name);
        }
        engine_.publish(config);
        engine_.start({.sleeps = true, .cpus = {}, .longest_sleep = longest});
    }

    void attach(const std::string& name) {
        queues_[name] = std::make_shared<EventQueue>();
        engine_.attach(name, std::make_unique<EventPort>(queues_[name]));
    }
    EventQueue& queue(const std::string& name) { return *queues_.at(name); }
    std::shared_ptr<EventQueue> share(const std::string& name) { return queues_.at(name); }
    Engine& engine() { return engine_; }
    // Waits for a buffer if there is none.
    [[nodiscard]] rte_mbuf* packet(const Bytes& frame) {
        rte_mbuf* packet = nullptr;
        return eventually([&] { return (packet = pool_.copy(frame)) != nullptr; }) ? packet : nullptr;
    }
    void feed(const std::string& name, const Bytes& frame) { REQUIRE(queue(name).feed(packet(frame))); }
    bool sleep(unsigned worker) {
        return eventually([&] { return engine_.is_asleep(worker); });
    }

private:
    TestPool pool_{8192};
    std::map<std::string, std::shared_ptr<EventQueue>> queues_;
    Engine engine_;
};

// For about so long; it is to end while a worker makes up its mind to sleep.
void linger(std::mt19937& random, unsigned most_microseconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % most_microseconds);
    while (std::chrono::steady_clock::now() < end) {
    }
}

} // namespace

TEST_CASE("a worker sleeps while nothing happens, and asks nobody") {
    constexpr unsigned ports = 100;
    Sleepers sleepers(networks_of(1, ports), 1, 5'000'000);
    REQUIRE(sleepers.sleep(0));
    const auto sleeps = [&] { return sleepers.engine().polling(0).sleeps; };
    const auto asked = [&] {
        unsigned sum = 0;
        for (unsigned e = 0; e < ports; ++e) {
            EventQueue& queue = sleepers.queue(endpoint_name(0, e));
            const std::lock_guard lock(queue.mutex);
            sum += queue.asked;
        }
        return sum;
    };
    const auto asked_before = asked();
    CHECK(asked_before >= ports);
    const auto before = sleepers.engine().polling(0);
    REQUIRE(eventually([&] { return sleeps() >= before.sleeps + 20; }));
    const auto after = sleepers.engine().polling(0);
    CHECK(after.turns - before.turns <= after.sleeps - before.sleeps + 2);
    CHECK(after.looks - before.looks <= 2 * (after.sleeps - before.sleeps) + 2);
    CHECK(asked() == asked_before);
}

TEST_CASE("a packet wakes a worker that sleeps") {
    Sleepers sleepers(networks_of(1, 2), 1);
    for (unsigned i = 1; i <= 500; ++i) {
        REQUIRE(sleepers.sleep(0));
        sleepers.feed(endpoint_name(0, 0), plain(mac_of(0, 1), mac_of(0, 0)));
        REQUIRE(eventually([&] { return sleepers.queue(endpoint_name(0, 1)).sent_count() == i; }));
    }
    CHECK(sleepers.engine().polling(0).sleeps >= 500);
}

TEST_CASE("a message wakes a worker that sleeps") {
    Sleepers sleepers(networks_of(1, 2), 2); // the endpoints' ports belong to one each
    for (unsigned i = 1; i <= 500; ++i) {
        REQUIRE(sleepers.sleep(0));
        REQUIRE(sleepers.sleep(1));
        sleepers.feed(endpoint_name(0, i % 2), plain(mac_of(0, 1 - i % 2), mac_of(0, i % 2)));
        REQUIRE(eventually([&] { return sleepers.queue(endpoint_name(0, 1 - i % 2)).sent_count() == (i + 1) / 2; }));
    }
}

TEST_CASE("a configuration wakes workers that sleep, and its new ports are asked") {
    Sleepers sleepers(networks_of(1, 2), 2);
    for (unsigned i = 0; i < 200; ++i) {
        REQUIRE(sleepers.sleep(0));
        REQUIRE(sleepers.sleep(1));
        const std::string name = endpoint_name(0, 2 + i);
        sleepers.attach(name);
        sleepers.feed(name, plain(mac_of(0, 0), mac_of(0, 2 + i))); // before the port is put to use
        sleepers.engine().publish(networks_of(1, 3 + i));
        REQUIRE(eventually([&] { return sleepers.queue(endpoint_name(0, 0)).sent_count() == i + 1; }));
        REQUIRE(sleepers.engine().settle());
    }
}

TEST_CASE("no wake-up is lost while workers make up their minds to sleep") {
    Sleepers sleepers(networks_of(1, 2), 2);
    std::mt19937 random(1);
    for (unsigned i = 1; i <= 5000; ++i) {
        linger(random, 120); // they sleep after 50 us
        const bool bring = random() % 4 != 0;
        if (!bring) {
            const auto turns = sleepers.engine().polling(0).turns;
            sleepers.engine().publish(networks_of(1, 2));
            REQUIRE(eventually([&] { return sleepers.engine().polling(0).turns > turns; }));
        }
        const auto before = sleepers.queue(endpoint_name(0, 1 - i % 2)).sent_count();
        sleepers.feed(endpoint_name(0, i % 2), plain(mac_of(0, 1 - i % 2), mac_of(0, i % 2)));
        REQUIRE(eventually([&] { return sleepers.queue(endpoint_name(0, 1 - i % 2)).sent_count() == before + 1; }));
    }
    CHECK(sleepers.engine().polling(0).sleeps > 100);
    sleepers.engine().stop();
    CHECK(sleepers.engine().stats().total.sent == 5000);
}

TEST_CASE("no event is lost while ports begin and end to be active") {
    constexpr unsigned ports = 8;
    Sleepers sleepers(networks_of(1, ports + 1), 1);
    const std::string sink = endpoint_name(0, ports);
    std::mt19937 random(2);
    std::size_t fed = 0;
    for (unsigned round = 0; round < steps(5000U); ++round) {
        for (auto burst = random() % 4 + 1; burst != 0; --burst) {
            const auto from = static_cast<unsigned>(random() % ports);
            for (auto i = random() % 80 + 1; i != 0; --i, ++fed) { // some more than a receive call brings
                sleepers.feed(endpoint_name(0, from), plain(mac_of(0, ports), mac_of(0, from)));
            }
            linger(random, 20); // 16 empty turns take a few microseconds
        }
        REQUIRE(eventually([&] { return sleepers.queue(sink).sent_count() == fed; }));
        if (round % 1000 == 0) {
            const std::lock_guard lock(sleepers.queue(sink).mutex);
            fed = 0;
            sleepers.queue(sink).sent.clear();
        }
    }
}

TEST_CASE("ports come and go in the middle of traffic, and the others lose nothing") {
    const unsigned workers = GENERATE(1U, 2U);
    Sleepers sleepers(networks_of(2, 2), workers);
    // Of one network both speak to each other; of the other one the second endpoint comes and goes.
    std::atomic<std::uint64_t> fed = 0;
    EventQueue& one = sleepers.queue(endpoint_name(0, 0));
    EventQueue& other = sleepers.queue(endpoint_name(0, 1));
    std::jthread feeder([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (one.sent_count() + other.sent_count() + 400 > fed) {
                fed += one.feed(sleepers.packet(plain(mac_of(0, 1), mac_of(0, 0)))) ? 1 : 0;
                fed += other.feed(sleepers.packet(plain(mac_of(0, 0), mac_of(0, 1)))) ? 1 : 0;
            }
        }
    });
    Config without = networks_of(2, 2);
    without.endpoints.pop_back();
    const std::string host = endpoint_name(1, 0);
    const std::string guest = endpoint_name(1, 1);
    for (unsigned round = 0; round < 300; ++round) {
        const auto port = sleepers.share(guest);
        for (unsigned i = 0; i < 20; ++i) {
            sleepers.feed(host, plain(mac_of(1, 1), mac_of(1, 0)));
            REQUIRE(port->feed(sleepers.packet(plain(mac_of(1, 0), mac_of(1, 1)))));
        }
        sleepers.engine().detach(guest);
        CHECK_FALSE(sleepers.engine().stats().ports.contains(guest));
        sleepers.engine().publish(without);
        REQUIRE(sleepers.engine().settle());
        REQUIRE_FALSE(port->has_port()); // it is destroyed, by this thread
        REQUIRE(eventually([&] { return sleepers.queue(host).left() == 0; }));
        sleepers.attach(guest);
        sleepers.engine().publish(networks_of(2, 2));
    }
    feeder.request_stop();
    feeder.join();
    REQUIRE(eventually([&] { return one.sent_count() + other.sent_count() == fed; }));
    REQUIRE(eventually([&] {
        const Stats stats = sleepers.engine().stats();
        return stats.held == 0 && stats.is_conserved();
    }));
    sleepers.engine().stop();
    const Stats stats = sleepers.engine().stats();
    CHECK(stats.is_conserved());
    CHECK(stats.dropped() == drops(stats, Reason::port_detached) + drops(stats, Reason::no_other_port));
    CHECK(fed > 600);
}

TEST_CASE("a port whose device is gone is not asked any more, and is told of") {
    Sleepers sleepers(networks_of(1, 2), 1);
    REQUIRE(sleepers.sleep(0));
    CHECK(sleepers.engine().failed().empty());
    EventQueue& queue = sleepers.queue(endpoint_name(0, 0));
    const auto asked = [&] {
        const std::lock_guard lock(queue.mutex);
        return queue.asked;
    };
    const auto before = asked();
    {
        const std::lock_guard lock(queue.mutex);
        queue.failed = true;
        const std::uint64_t signal = 1;
        REQUIRE(::write(queue.event, &signal, sizeof signal) == sizeof signal);
    }
    CHECK(sleepers.engine().failed() == std::vector{endpoint_name(0, 0)});
    REQUIRE(eventually([&] { return asked() > before; })); // by the event
    REQUIRE(sleepers.sleep(0));
    const auto last = asked();
    const auto sleeps = sleepers.engine().polling(0).sleeps;
    REQUIRE(queue.feed(sleepers.packet(plain(mac_of(0, 1), mac_of(0, 0)))));
    sleepers.engine().publish(networks_of(1, 2));
    REQUIRE(eventually([&] { return sleepers.engine().polling(0).sleeps > sleeps; }));
    CHECK(asked() == last);
}

TEST_CASE("a port that could not bring what it has is asked again") {
    Sleepers sleepers(networks_of(1, 2), 1);
    REQUIRE(sleepers.sleep(0));
    {
        const std::lock_guard lock(sleepers.queue(endpoint_name(0, 0)).mutex);
        sleepers.queue(endpoint_name(0, 0)).refusals = 1000; // far more than it stays active for
    }
    sleepers.feed(endpoint_name(0, 0), plain(mac_of(0, 1), mac_of(0, 0)));
    CHECK(eventually([&] { return sleepers.queue(endpoint_name(0, 1)).sent_count() == 1; }));
}

TEST_CASE("an engine ends while workers sleep and ports that were detached are still there") {
    for (unsigned round = 0; round < 50; ++round) {
        Sleepers sleepers(networks_of(1, 3), 2);
        sleepers.feed(endpoint_name(0, 0), plain(kBroadcast, mac_of(0, 0)));
        if (round % 2 == 0) {
            REQUIRE(sleepers.sleep(0));
            REQUIRE(sleepers.sleep(1));
        }
        sleepers.engine().detach(endpoint_name(0, 1));
        if (round % 3 == 0) {
            sleepers.engine().publish(networks_of(1, 3));
        }
    }
}

TEST_CASE("workers run where they are told to, or not at all") {
    const auto here = static_cast<unsigned>(sched_getcpu());
    Engine engine({.workers = 2, .seed = 1, .flows = 1024});
    CHECK_THROWS_WITH(engine.start({.sleeps = true, .cpus = {here}}), "2 workers on 1 processors: name one for each");
    CHECK_THROWS_WITH(engine.start({.sleeps = true, .cpus = {here, 1023}}),
                      "worker 1 cannot run on processor 1023: Invalid argument");
    engine.start({.sleeps = true, .cpus = {here, here}});
    CHECK(eventually([&] { return engine.is_asleep(0) && engine.is_asleep(1); }));
}

} // namespace pontoon::engine_live_test
