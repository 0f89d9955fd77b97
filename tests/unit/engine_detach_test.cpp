// Ports that leave, and numbers that others get after them. Workers take their turns one after the other.
#include "dataplane/engine.hpp"
#include "tests/support/datagram.hpp"
#include "tests/unit/networks.hpp"
#include "tests/unit/queue_port.hpp"

namespace pontoon {

using namespace frames;

namespace {

using test::Datagram;

constexpr Nanoseconds kMillisecond = 1'000'000;
const Ipv4 kHost{be32{0xc0000202}}, kRouter{be32{0xc0000201}}, kRemote{be32{0xc6336409}};
const Mac kUplinkMac{{2, 0x77, 0, 0, 0, 1}};
const Mac kStranger{{2, 0, 0, 0, 0, 9}};

Config world(unsigned endpoints, bool known = true) {
    Config config = networks_of(1, endpoints);
    Uplink& uplink = config.uplink.emplace();
    uplink.ipv4 = {{kHost, 24}};
    uplink.mac = kUplinkMac;
    uplink.gateway = kRouter;
    if (known) {
        uplink.neighbors = {{kRouter, mac_of(kRouter)}};
    }
    return config;
}

Datagram udp_out(unsigned endpoint, std::size_t bytes = 8) {
    Datagram d{mac_of(address_of(0, 1)), mac_of(0, endpoint), address_of(0, endpoint + 2), kRemote, test::kUdp};
    d.transport = test::Writer().u16(1000).u16(53).u16(static_cast<unsigned>(bytes)).u16(0).zeros(bytes - 8).take();
    test::seal(d);
    return d;
}

Datagram answer_to(const Bytes& left) {
    Datagram d = *test::datagram_of(left);
    test::rewrite(d, test::tuple_of(d).reversed());
    std::swap(d.to, d.from);
    test::seal(d);
    return d;
}

class Switch {
public:
    Switch(const Config& config, unsigned workers) : engine_({.workers = workers, .seed = 1, .flows = 1024}) {
        for (const auto& endpoint : config.endpoints) {
            attach(endpoint.name);
        }
        if (config.uplink) {
            attach(kUplinkName);
        }
        publish(config);
    }
    ~Switch() { CHECK(engine_.stats().is_conserved()); }
    Switch(const Switch&) = delete;
    Switch& operator=(const Switch&) = delete;

    PortId attach(const std::string& name) {
        queues_[name] = std::make_shared<Queue>();
        return engine_.attach(name, std::make_unique<QueuePort>(queues_[name]));
    }
    void detach(const std::string& name) { engine_.detach(name); }
    void publish(const Config& config) { engine_.publish(config); }
    // Ports of no network come and go until the number that was given back last is the next to be used again.
    void use_up(const Config& config) {
        for (unsigned i = 0; i < 1024; ++i) {
            engine_.attach("passing", std::make_unique<QueuePort>(std::make_shared<Queue>()));
            publish(config);
            engine_.detach("passing");
            publish(config);
        }
    }
    void feed(const std::string& name, const Bytes& frame) { queues_.at(name)->feed(pool_.copy(frame)); }
    void feed(const std::string& name, const Datagram& datagram) { feed(name, test::frame_of(datagram)); }
    bool step() { return engine_.step(now_ += kMillisecond); }
    void run() {
        while (step()) {
        }
    }
    std::vector<Bytes> take(const std::string& name) { return std::exchange(queues_.at(name)->sent, {}); }
    bool has_port(const std::string& name) { return queues_.at(name).use_count() > 1; }
    Engine& engine() { return engine_; }
    std::uint64_t detached() { return drops(engine_.stats(), Reason::port_detached); }

private:
    TestPool pool_{1024};
    std::map<std::string, std::shared_ptr<Queue>> queues_;
    Engine engine_;
    Nanoseconds now_ = 1'000'000'000;
};

} // namespace

TEST_CASE("a port is used until the next configuration, and then destroyed") {
    Switch s(networks_of(1, 3), 1);
    const std::string name = endpoint_name(0, 0);
    s.feed(name, plain(mac_of(0, 1), mac_of(0, 0)));
    s.run();
    CHECK(s.engine().stats().ports.at(name).rx_packets == 1);
    s.detach(name);
    s.detach(name); // has none
    s.detach("nobody");
    CHECK(s.has_port(name));
    s.feed(name, plain(mac_of(0, 1), mac_of(0, 0)));
    s.run();
    CHECK(s.take(endpoint_name(0, 1)).size() == 2);
    s.publish(networks_of(1, 3));
    CHECK_FALSE(s.has_port(name));
    CHECK(s.engine().settle());
    CHECK_FALSE(s.engine().stats().ports.contains(name));
    CHECK(s.engine().stats().total.received == 2);
    CHECK(s.engine().stats().total.sent == 2);
    s.feed(endpoint_name(0, 1), plain(mac_of(0, 0), mac_of(0, 1))); // nobody has it: flooded
    s.run();
    CHECK(s.take(endpoint_name(0, 2)).size() == 1);

    s.attach(name);
    s.publish(networks_of(1, 3));
    s.feed(endpoint_name(0, 1), plain(mac_of(0, 0), mac_of(0, 1)));
    s.run();
    CHECK(s.take(name).size() == 1);
    CHECK(s.engine().stats().ports.at(name).tx_packets == 1);
    CHECK(s.take(endpoint_name(0, 2)).empty());
}

TEST_CASE("a port that never was in a configuration is destroyed at once") {
    Switch s(networks_of(1, 1), 1);
    s.attach("early");
    s.detach("early");
    CHECK_FALSE(s.has_port("early"));
}

TEST_CASE("a number is used again when 1024 others have been given back after it") {
    Engine engine({.workers = 1, .seed = 1, .flows = 64});
    std::vector<PortId> numbers;
    for (unsigned i = 0; i < 1026; ++i) {
        const auto port = [] { return std::make_unique<QueuePort>(std::make_shared<Queue>()); };
        numbers.push_back(engine.attach("a", port()));
        engine.publish({});
        engine.detach("a");
        CHECK(engine.attach("b", port()) != numbers.back()); // a plan still names it
        engine.publish({});
        engine.detach("b");
        engine.publish({});
    }
    CHECK(numbers[0] == 1);
    CHECK(*std::ranges::max_element(numbers) <= 1027);
    CHECK(std::ranges::count(numbers, 1) > 1);
}

TEST_CASE("a message for a port that left is not for the next one of its number") {
    Switch s(networks_of(1, 2), 2); // e0 has number 1 and worker 1, e1 the other worker
    const std::string victim = endpoint_name(0, 1);
    const bool same_name = GENERATE(true, false);
    s.feed(endpoint_name(0, 0), plain(mac_of(0, 1), mac_of(0, 0)));
    s.step(); // worker 0 has had its turn when worker 1 sends it the packet
    REQUIRE(s.engine().stats().held == 1);
    s.detach(victim);
    s.publish(networks_of(1, 2));
    s.use_up(networks_of(1, 2));
    const std::string heir = same_name ? victim : endpoint_name(0, 2);
    REQUIRE(s.attach(heir) == 2);
    s.publish(networks_of(1, 3));
    s.run();
    CHECK(s.take(heir).empty());
    CHECK(s.detached() == 1);
    CHECK(s.engine().stats().held == 0);
}

TEST_CASE("what was learned behind a port that left is not behind the next one of its number") {
    const unsigned workers = GENERATE(1U, 2U);
    Switch s(networks_of(1, 3), workers);
    s.feed(endpoint_name(0, 0), plain(mac_of(0, 1), kStranger));
    s.run();
    s.feed(endpoint_name(0, 1), plain(kStranger, mac_of(0, 1)));
    s.run();
    REQUIRE(s.take(endpoint_name(0, 0)).size() == 1);
    REQUIRE(s.take(endpoint_name(0, 2)).empty());
    s.detach(endpoint_name(0, 0));
    s.publish(networks_of(1, 3));
    s.use_up(networks_of(1, 3));
    REQUIRE(s.attach(endpoint_name(0, 0)) == 1); // the same MACs, ports and name: only the port is another one
    s.publish(networks_of(1, 3));
    s.feed(endpoint_name(0, 1), plain(kStranger, mac_of(0, 1)));
    s.run();
    CHECK(s.take(endpoint_name(0, 0)).size() == 1);
    CHECK(s.take(endpoint_name(0, 2)).size() == 1);
}

TEST_CASE("a flow of a port that left is not of the next one of its number, and does not count against it") {
    Config config = world(2);
    config.conntrack.max_per_endpoint = 1;
    Switch s(config, 1);
    const std::string client = endpoint_name(0, 0);
    s.feed(client, udp_out(0));
    s.run();
    const auto left = s.take(kUplinkName);
    REQUIRE(left.size() == 1);
    s.feed(kUplinkName, answer_to(left[0]));
    s.run();
    REQUIRE(s.take(client).size() == 1);
    s.detach(client);
    s.publish(config);
    s.use_up(config);
    REQUIRE(s.attach(client) == 1);
    s.publish(config);
    s.feed(kUplinkName, answer_to(left[0]));
    s.run();
    CHECK(s.take(client).empty());
    CHECK(drops(s.engine().stats(), Reason::no_flow) == 1);
    CHECK(s.engine().stats().flows.active == 0);
    s.feed(client, udp_out(0));
    s.run();
    CHECK(s.take(kUplinkName).size() == 1);
    CHECK(s.engine().stats().flows.active == 1);
}

TEST_CASE("pieces that wait are dropped with the port they came from") {
    Switch s(world(2), 1);
    const std::string client = endpoint_name(0, 0);
    const auto pieces = test::pieces_of(udp_out(0, 64), {32});
    const auto others = test::pieces_of(udp_out(1, 64), {32});
    s.feed(client, pieces[1]);
    s.feed(endpoint_name(0, 1), others[1]);
    s.run();
    REQUIRE(s.engine().stats().held == 2);
    s.detach(client);
    s.publish(world(2));
    if (GENERATE(true, false)) {
        s.use_up(world(2));
        REQUIRE(s.attach(client) == 1);
        s.publish(world(2));
    }
    s.step();
    CHECK(s.detached() == 1);
    CHECK(s.engine().stats().held == 1);
    s.feed(endpoint_name(0, 1), others[0]);
    s.run();
    CHECK(s.take(kUplinkName).size() == 2);
}

TEST_CASE("another uplink of the same number gets no packets of the one before, and asks for its own neighbours") {
    Switch s(world(2, false), 2); // the endpoints have numbers 1 and 2, the uplink 3 and worker 1
    const auto arp_from_router = [&] {
        return test::Writer()
            .put(kUplinkMac)
            .put(mac_of(kRouter))
            .u16(0x0806)
            .u16(1)
            .u16(0x0800)
            .u8(6)
            .u8(4)
            .u16(2)
            .put(mac_of(kRouter))
            .put(kRouter)
            .put(kUplinkMac)
            .put(kHost)
            .zeros(18)
            .take();
    };
    s.feed(endpoint_name(0, 1), udp_out(1));
    s.run();
    REQUIRE(s.take(kUplinkName).size() == 1); // asks
    s.feed(kUplinkName, arp_from_router());
    s.run();
    REQUIRE(s.take(kUplinkName).size() == 1);
    s.feed(endpoint_name(0, 1), udp_out(1));
    s.run();
    REQUIRE(s.take(kUplinkName).size() == 1);
    s.detach(kUplinkName);
    s.publish(world(2, false));
    s.use_up(world(2, false));
    REQUIRE(s.attach(kUplinkName) == 3);
    s.publish(world(2, false));
    s.feed(endpoint_name(0, 1), udp_out(1));
    s.run();
    const auto sent = s.take(kUplinkName);
    REQUIRE(sent.size() == 1);
    CHECK(sent[0][12] == 8);
    CHECK(sent[0][13] == 6); // asks again
    CHECK(s.engine().stats().held == 1);
}

TEST_CASE("a message for the uplink that left is not for the next one of its number") {
    Switch s(world(1), 2); // the endpoint has number 1 and worker 1, the uplink 2 and worker 0
    s.feed(endpoint_name(0, 0), udp_out(0));
    s.step();
    REQUIRE(s.engine().stats().held == 1);
    s.detach(kUplinkName);
    s.publish(world(1));
    s.use_up(world(1));
    REQUIRE(s.attach(kUplinkName) == 2);
    s.publish(world(1));
    s.run();
    CHECK(s.take(kUplinkName).empty());
    CHECK(s.detached() == 1);
}

TEST_CASE("ports may come and go 200,000 times") {
    Switch s(networks_of(1, 2), 2);
    const Config without = networks_of(1, 2);
    const Config with = networks_of(1, 3);
    const std::string guest = endpoint_name(0, 2);
    PortId highest = 0;
    std::uint64_t served = 0;
    for (unsigned i = 0; i < 200'000; ++i) {
        highest = std::max(highest, s.attach(guest));
        s.publish(with);
        if (i % 100 == 0) {
            s.feed(endpoint_name(0, i / 100 % 2), plain(mac_of(0, 2), mac_of(0, i / 100 % 2)));
            s.feed(guest, plain(mac_of(0, 0), mac_of(0, 2)));
            s.run();
            REQUIRE(s.take(guest).size() == 1);
            ++served;
        }
        s.detach(guest);
        s.publish(without);
        REQUIRE_FALSE(s.has_port(guest));
    }
    s.run();
    CHECK(highest <= 1024 + 5);
    CHECK(served == 2000);
    CHECK(s.take(endpoint_name(0, 0)).size() == 2000);
    CHECK(s.engine().stats().ports.size() == 2);
    CHECK(s.engine().fdb_sizes(0).at("n0") == 2);
}

} // namespace pontoon
