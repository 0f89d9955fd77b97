#include "dataplane/engine.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <stdexcept>

#include "tests/unit/frames.hpp"
#include "tests/unit/networks.hpp"
#include "tools/memory_switch.hpp"

namespace pontoon::engine_test {

using namespace frames;

namespace {

using Sent = std::vector<std::pair<std::string, Bytes>>;

Sent run(MemorySwitch& memory_switch, Nanoseconds now) {
    Sent sent;
    memory_switch.run(now, [&](const std::string& port, std::span<const std::uint8_t> frame) {
        sent.emplace_back(port, Bytes(frame.begin(), frame.end()));
    });
    return sent;
}

// Frames between all kinds of addresses; the last byte is the number of the network they are from.
class Traffic {
public:
    Traffic(unsigned seed, unsigned networks, unsigned endpoints)
        : random_(seed), networks_(networks), endpoints_(endpoints) {}

    std::pair<std::string, Bytes> next() {
        const auto network = below(networks_);
        const auto endpoint = below(endpoints_);
        const Mac source = below(3) == 0 ? learnable() : mac_of(network, endpoint);
        Bytes frame = content(network, destination(network), source);
        if (below(10) == 0) {
            frame[below(static_cast<unsigned>(frame.size()))] = static_cast<std::uint8_t>(random_());
        }
        frame.push_back(static_cast<std::uint8_t>(network));
        return {endpoint_name(network, endpoint), frame};
    }

private:
    unsigned below(unsigned most) { return static_cast<unsigned>(random_() % most); }
    Mac learnable() { return Mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(below(30))}}; }
    Mac destination(unsigned network) {
        switch (below(6)) {
        case 0: return kBroadcast;
        case 1: return learnable();
        case 2: return mac_of(address_of(network, 1));
        case 3: return mac_of(below(networks_), below(endpoints_)); // often of another network
        default: return mac_of(network, below(endpoints_));
        }
    }
    Bytes content(unsigned network, Mac to, Mac from) {
        const auto to_gateway = static_cast<std::uint8_t>(network);
        switch (below(4)) {
        case 0: return ethernet(to, from, 0x0806, join({patched(arp({}), 24, {10, to_gateway, 0, 1}), Bytes(18)}));
        case 1:
            return ethernet(
                to, from, 0x0800,
                ip4({.protocol = 1, .ends = {10, to_gateway, 0, 2, 10, to_gateway, 0, 1}}, icmp_message(8)));
        case 2: return ethernet(to, from, 0x0800, ip4({}, frames::tcp(kEnds4)));
        default: return plain(to, from);
        }
    }

    std::mt19937 random_;
    unsigned networks_;
    unsigned endpoints_;
};

} // namespace

TEST_CASE("no frame leaves on a port of another network, or on the port it came from") {
    for (const unsigned workers : {1U, 2U, 3U}) {
        MemorySwitch memory_switch({workers, 1});
        const Config config = networks_of(4, 5);
        memory_switch.attach(config);
        memory_switch.publish(config);
        Traffic traffic(workers, 4, 5);
        Nanoseconds now = 0;
        for (int i = 0; i < 10000; ++i) {
            const auto [from, frame] = traffic.next();
            memory_switch.feed(from, frame, frame.size());
            for (const auto& [port, sent] : run(memory_switch, now += 100'000'000)) {
                REQUIRE(port.substr(0, 2) == from.substr(0, 2));
                REQUIRE((port != from || sent != frame)); // the gateway's answers do go back
            }
            REQUIRE(memory_switch.engine().stats().is_conserved());
            REQUIRE(memory_switch.buffers_in_use() == 0);
        }
        CHECK(memory_switch.engine().stats().total.originated > 100);
        CHECK(memory_switch.engine().stats().total.sent > 1000);
    }
}

TEST_CASE("bursts from all ports at once are conserved and stay in their networks") {
    for (const unsigned workers : {1U, 4U}) {
        MemorySwitch memory_switch({workers, 1});
        const Config config = networks_of(3, 7);
        memory_switch.attach(config);
        memory_switch.publish(config);
        Traffic traffic(9, 3, 7);
        for (Nanoseconds round = 0; round < 50; ++round) {
            for (int i = 0; i < 300; ++i) {
                const auto [from, frame] = traffic.next();
                memory_switch.feed(from, frame, frame.size());
            }
            for (const auto& [port, sent] : run(memory_switch, round * 50'000'000'000)) {
                REQUIRE(port[1] == static_cast<char>('0' + sent.back()));
            }
            REQUIRE(memory_switch.engine().stats().is_conserved());
            REQUIRE(memory_switch.buffers_in_use() == 0);
        }
    }
}

TEST_CASE("what a switch sends does not depend on the seed of its tables") {
    const auto play = [](std::uint64_t seed) {
        MemorySwitch memory_switch({2, seed});
        const Config config = networks_of(2, 6);
        memory_switch.attach(config);
        memory_switch.publish(config);
        Traffic traffic(5, 2, 6);
        Sent all;
        for (Nanoseconds i = 0; i < 2000; ++i) {
            const auto [from, frame] = traffic.next();
            memory_switch.feed(from, frame, frame.size());
            const auto sent = run(memory_switch, i * 1'000'000'000);
            all.insert(all.end(), sent.begin(), sent.end());
        }
        return all;
    };
    const auto first = play(1);
    CHECK(first.size() > 2000);
    CHECK(play(1) == first);
    CHECK(play(2) == first);
    CHECK(play(~0ULL) == first);
}

TEST_CASE("a port can be attached once by each name") {
    Engine engine({.workers = 1, .seed = 1});
    CHECK(engine.attach("a", std::make_unique<PcapPort>()) != kNoPort);
    CHECK_THROWS_WITH(engine.attach("a", std::make_unique<PcapPort>()), "endpoint a is attached already");
    const PortId b = engine.attach("b", std::make_unique<PcapPort>());
    CHECK(engine.name_of(b) == "-");
    engine.publish({});
    CHECK(engine.name_of(b) == "b");
    CHECK(engine.name_of(77) == "-");
}

TEST_CASE("there are no more ports than an FDB can name") {
    Engine engine({.workers = 1, .seed = 1});
    for (unsigned i = 1; i < kGatewayPort; ++i) {
        REQUIRE(engine.attach("p" + std::to_string(i), std::make_unique<PcapPort>()) == i);
    }
    CHECK_THROWS_WITH(engine.attach("one too many", std::make_unique<PcapPort>()),
                      "endpoint one too many: there are 32766 ports already");
}

TEST_CASE("an endpoint without a port waits for it") {
    MemorySwitch memory_switch({1, 1});
    const Config config = networks_of(1, 2);
    memory_switch.publish(config);
    CHECK(run(memory_switch, 0).empty());
    CHECK(memory_switch.engine().fdb_sizes(0).at("n0") == 0);
    memory_switch.attach(config);
    memory_switch.publish(config);
    CHECK(run(memory_switch, 0).empty());
    CHECK(memory_switch.engine().fdb_sizes(0).at("n0") == 2);
    const Bytes frame = plain(mac_of(0, 1), mac_of(0, 0));
    memory_switch.feed(endpoint_name(0, 0), frame, frame.size());
    CHECK(run(memory_switch, 0) == Sent{{endpoint_name(0, 1), frame}});
}

TEST_CASE("the switch is the gateway until the host's port is there") {
    MemorySwitch memory_switch({2, 1});
    Config config = networks_of(1, 2);
    const Mac gateway = config.networks[0].gateway_mac;
    const Bytes to_gateway = plain(gateway, mac_of(0, 0));
    const Bytes from_gateway = plain(mac_of(0, 0), gateway);
    memory_switch.attach(config);
    config.networks[0].host_port = "host";
    memory_switch.publish(config);
    memory_switch.feed(endpoint_name(0, 0), to_gateway, to_gateway.size());
    CHECK(run(memory_switch, 0).empty());
    CHECK(drops(memory_switch.engine().stats(), Reason::gateway_unknown_protocol) == 1);

    memory_switch.attach(config);
    memory_switch.publish(config);
    memory_switch.feed(endpoint_name(0, 0), to_gateway, to_gateway.size());
    CHECK(run(memory_switch, 0) == Sent{{"host", to_gateway}});
    memory_switch.feed("host", from_gateway, from_gateway.size());
    CHECK(run(memory_switch, 0) == Sent{{endpoint_name(0, 0), from_gateway}});
    CHECK(memory_switch.engine().fdb_sizes(0).at("n0") == 2);
}

TEST_CASE("what was learned behind a port is forgotten when the port leaves the network") {
    for (const unsigned workers : {1U, 2U}) {
        MemorySwitch memory_switch({workers, 1});
        Config config = networks_of(2, 3);
        memory_switch.attach(config);
        memory_switch.publish(config);
        const Mac stranger{{2, 0, 0, 0, 0, 9}};
        const Bytes hello = plain(mac_of(0, 1), stranger);
        memory_switch.feed(endpoint_name(0, 0), hello, hello.size());
        CHECK(run(memory_switch, 0) == Sent{{endpoint_name(0, 1), hello}});
        const Bytes question = plain(stranger, mac_of(0, 1));
        memory_switch.feed(endpoint_name(0, 1), question, question.size());
        CHECK(run(memory_switch, 0) == Sent{{endpoint_name(0, 0), question}});

        config.endpoints.front().network = "n1";
        memory_switch.publish(config);
        memory_switch.feed(endpoint_name(0, 1), question, question.size());
        CHECK(run(memory_switch, 0) == Sent{{endpoint_name(0, 2), question}});
    }
}

TEST_CASE("thousands of endpoints fit one network") {
    MemorySwitch memory_switch({1, 1});
    const Config config = networks_of(1, 20000);
    memory_switch.attach(config);
    memory_switch.publish(config);
    CHECK(run(memory_switch, 0).empty());
    CHECK(memory_switch.engine().fdb_sizes(0).at("n0") == 20000);
    const Bytes one = plain(mac_of(0, 19999), mac_of(0, 0));
    memory_switch.feed(endpoint_name(0, 0), one, one.size());
    CHECK(run(memory_switch, 0) == Sent{{endpoint_name(0, 19999), one}});
    const Bytes all = plain(kBroadcast, mac_of(0, 0));
    memory_switch.feed(endpoint_name(0, 0), all, all.size());
    CHECK(run(memory_switch, 0).size() == 19999);
    CHECK(memory_switch.buffers_in_use() == 0);
    CHECK(memory_switch.engine().stats().is_conserved());
}

} // namespace pontoon::engine_test
