#include "dataplane/poller.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "tests/unit/event_port.hpp"

namespace pontoon::poller_test {

using namespace frames;

namespace {

// Ports of one worker, by number, and the plans that name them.
class Ports {
public:
    EventQueue& put(PortId id) {
        auto queue = std::make_shared<EventQueue>();
        auto& attachment = attachments_[id] = std::make_unique<AttachedPort>();
        attachment->id = id;
        attachment->serial = ++serial_;
        attachment->port = std::make_unique<EventPort>(queue);
        queues_.push_back(queue);
        return *queue;
    }
    void take(PortId id) { attachments_.erase(id); }
    void publish() {
        plan_ = {};
        plan_.generation = ++generation_;
        plan_.owned.resize(1);
        for (const auto& [id, attachment] : attachments_) {
            plan_.ports.resize(id + std::size_t{1});
            plan_.ports[id].attachment = attachment.get();
            plan_.owned[0].push_back(id);
        }
        plan_.ports.resize(std::max(plan_.ports.size(), most_));
        most_ = plan_.ports.size();
        if (generation_ % 2 == 0) { // else it takes two at once, and has to look at all
            ++plan_.generation;
            ++generation_;
        }
        for (PortId id = 0; id < most_; ++id) {
            plan_.changed_ports.push_back(id);
        }
    }
    // Who is asked in a turn; the port brings what it has.
    std::set<std::uint64_t> ask(Poller& poller) {
        std::set<std::uint64_t> asked;
        poller.ask(plan_, now_ += 100'000, [&](AttachedPort& attachment) {
            CHECK(asked.insert(attachment.serial).second); // once
            std::array<rte_mbuf*, 4> packets{};
            const unsigned count = attachment.port->receive(packets);
            rte_pktmbuf_free_bulk(packets.data(), count);
            return count != 0;
        });
        return asked;
    }
    void settle(Poller& poller) {
        for (unsigned turn = 0; turn < Poller::kPatience; ++turn) {
            ask(poller);
        }
    }

private:
    std::map<PortId, std::unique_ptr<AttachedPort>> attachments_;
    std::vector<std::shared_ptr<EventQueue>> queues_;
    std::uint64_t serial_ = 0;
    std::uint64_t generation_ = 0;
    std::size_t most_ = 0; // numbers never get fewer
    Nanoseconds now_ = 0;
    Plan plan_;
};

using Serials = std::set<std::uint64_t>;

} // namespace

TEST_CASE("ports are asked for some turns, and then when they have something") {
    TestPool pool;
    Ports ports;
    Poller poller(0);
    ports.put(1);
    EventQueue& second = ports.put(2);
    ports.put(3);
    ports.publish();
    for (unsigned turn = 0; turn < Poller::kPatience; ++turn) {
        CHECK(ports.ask(poller) == Serials{1, 2, 3});
    }
    CHECK(ports.ask(poller).empty());
    REQUIRE(second.feed(pool.copy(plain(kMacB, kMacA))));
    for (unsigned turn = 0; turn <= Poller::kPatience; ++turn) {
        CHECK(ports.ask(poller) == Serials{2});
    }
    CHECK(ports.ask(poller).empty());
}

TEST_CASE("an event in the last turns of a port begins them anew") {
    TestPool pool;
    Ports ports;
    Poller poller(0);
    EventQueue& queue = ports.put(1);
    ports.put(2); // never active again, so that events are looked for
    ports.publish();
    ports.settle(poller);
    for (unsigned round = 0; round < 50; ++round) {
        REQUIRE(queue.feed(pool.copy(plain(kMacB, kMacA))));
        for (unsigned turn = 0; turn < round % (Poller::kPatience + 2); ++turn) {
            ports.ask(poller);
        }
        REQUIRE(queue.feed(pool.copy(plain(kMacB, kMacA))));
        CHECK(ports.ask(poller) == Serials{1});
        CHECK(queue.left() == 0);
    }
}

TEST_CASE("another port may have the number, and the descriptor, of one that left") {
    TestPool pool;
    Ports ports;
    Poller poller(0);
    const int before = ports.put(1).event;
    ports.publish();
    ports.settle(poller);
    ports.take(1);
    EventQueue& heir = ports.put(1);
    CHECK(heir.event == before);
    ports.publish();
    CHECK(ports.ask(poller) == Serials{2});
    ports.settle(poller);
    CHECK(ports.ask(poller).empty());
    REQUIRE(heir.feed(pool.copy(plain(kMacB, kMacA))));
    CHECK(ports.ask(poller) == Serials{2});
    ports.take(1);
    ports.publish();
    CHECK(ports.ask(poller).empty());
}

TEST_CASE("while all ports are active nobody looks for events") {
    TestPool pool;
    Ports ports;
    Poller poller(0);
    EventQueue& queue = ports.put(1);
    ports.publish();
    for (unsigned turn = 0; turn < 100; ++turn) {
        REQUIRE(queue.feed(pool.copy(plain(kMacB, kMacA))));
        CHECK(ports.ask(poller) == Serials{1});
    }
    CHECK(poller.counters().looks.read() == 0);
    CHECK(poller.counters().turns.read() == 100);
}

} // namespace pontoon::poller_test
