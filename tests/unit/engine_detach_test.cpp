// Ports that leave, and how often.
#include "tests/support/steps.hpp"
#include "tests/unit/stepped_switch.hpp"

namespace pontoon::engine_detach_test {

using namespace frames;

TEST_CASE("a port is used until the next configuration, and then destroyed") {
    SteppedSwitch s(networks_of(1, 3), 1);
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
    SteppedSwitch s(networks_of(1, 1), 1);
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
    for (unsigned i = 0; i < 512; ++i) {
        REQUIRE(numbers[i] == 2 * i + 1);
    }
    CHECK(*std::ranges::max_element(numbers) <= 1027);
    CHECK(std::ranges::count(numbers, 1) > 1);
}

TEST_CASE("a number is not used again as long as a plan has it") {
    Engine engine({.workers = 1, .seed = 1, .flows = 64});
    const auto attach = [&](const std::string& name) {
        return engine.attach(name, std::make_unique<QueuePort>(std::make_shared<Queue>()));
    };
    constexpr unsigned many = 1100;
    for (unsigned i = 1; i <= many; ++i) {
        REQUIRE(attach(std::to_string(i)) == i);
    }
    engine.publish({});
    for (unsigned i = 1; i <= many; ++i) {
        engine.detach(std::to_string(i));
    }
    CHECK(attach("new") == many + 1);
    engine.publish({});
    CHECK(attach("newer") == 1);
}

TEST_CASE("ports may come and go 200,000 times") {
    constexpr unsigned times = steps(200'000U);
    SteppedSwitch s(networks_of(1, 2), 2);
    const Config without = networks_of(1, 2);
    const Config with = networks_of(1, 3);
    const std::string guest = endpoint_name(0, 2);
    PortId highest = 0;
    std::uint64_t served = 0;
    for (unsigned i = 0; i < times; ++i) {
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
    CHECK(served == times / 100);
    CHECK(s.take(endpoint_name(0, 0)).size() == times / 100);
    CHECK(s.engine().stats().ports.size() == 2);
    CHECK(s.engine().fdb_sizes(0).at("n0") == 2);
}

} // namespace pontoon::engine_detach_test
