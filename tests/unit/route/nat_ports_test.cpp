#include "dataplane/route/nat_ports.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "dataplane/route/exhausted.hpp"

namespace pontoon::nat_ports_test {

TEST_CASE("NAT ports are numbered through all ranges, and each has one owner") {
    const std::vector<std::vector<PortRange>> some{
        {{61000, 65535}}, {{1, 1}}, {{1, 65535}}, {{65535, 65535}, {1, 7}, {100, 163}}, {{40000, 40002}, {10, 10}}};
    for (const auto& ranges : some) {
        for (unsigned workers = 1; workers <= 64; ++workers) {
            const NatPorts ports(ranges, workers);
            REQUIRE(ports.first_of(0) == 0);
            REQUIRE(ports.first_of(workers) == ports.size());
            unsigned worker = 0;
            for (unsigned number = 0; number < ports.size(); number += ports.size() > 5000 ? 7 : 1) {
                while (number >= ports.first_of(worker + 1)) {
                    ++worker;
                }
                const auto port = ports.port(number);
                REQUIRE(ports.number_of(port) == number);
                REQUIRE(ports.owner_of(port) == worker);
            }
        }
    }
}

TEST_CASE("other ports are nobody's") {
    const NatPorts ports({{40000, 40003}, {40006, 40011}}, 3);
    std::set<unsigned> numbers;
    for (unsigned port = 0; port <= 65535; ++port) {
        const auto number = ports.number_of(static_cast<std::uint16_t>(port));
        const bool in_range = (port >= 40000 && port <= 40003) || (port >= 40006 && port <= 40011);
        REQUIRE(number.has_value() == in_range);
        REQUIRE(ports.owner_of(static_cast<std::uint16_t>(port)).has_value() == in_range);
        if (number) {
            numbers.insert(*number);
        }
    }
    CHECK(numbers.size() == 10);
    CHECK(*numbers.rbegin() == 9);
    const NatPorts none;
    CHECK(none.size() == 0);
    CHECK(none.first_of(5) == 0);
    CHECK_FALSE(none.owner_of(61000));
}

TEST_CASE("more workers than NAT ports: some have none, none has another's") {
    const NatPorts ports({{50000, 50002}}, 8);
    unsigned owned = 0;
    for (unsigned worker = 0; worker < 8; ++worker) {
        const unsigned count = ports.first_of(worker + 1) - ports.first_of(worker);
        CHECK(count <= 1);
        owned += count;
    }
    CHECK(owned == 3);
}

TEST_CASE("what is exhausted is so for one tick, or until a port is free") {
    Exhausted exhausted;
    CHECK_FALSE(exhausted.is(77, 5));
    exhausted.note(77, 5);
    CHECK(exhausted.is(77, 5));
    CHECK_FALSE(exhausted.is(77, 6));
    CHECK_FALSE(exhausted.is(77 + 512, 5)); // shares the slot
    exhausted.note(77 + 512, 5);
    CHECK_FALSE(exhausted.is(77, 5)); // forgotten, which costs a search and nothing else
    exhausted.clear();
    CHECK_FALSE(exhausted.is(77 + 512, 5));
}

} // namespace pontoon::nat_ports_test
