#include "dataplane/flow/table.hpp"
#include "tests/support/steps.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>
#include <vector>

namespace pontoon::table_test {

namespace {

using Numbers = std::tuple<std::uint32_t, std::uint16_t, bool>;

FlowKey key_of(const Numbers& numbers) {
    const auto& [address, port, reply] = numbers;
    return {Ipv4{be32{address}}, Ipv4{be32{7}}, be16{port}, be16{53}, 17, 0, static_cast<Zone>(reply ? 0 : 1)};
}

FlowKey key(std::uint32_t number) {
    return key_of({number, static_cast<std::uint16_t>(number), false});
}
FlowKey reply(std::uint32_t number) {
    return key_of({number, static_cast<std::uint16_t>(number), true});
}

HalfId find(const FlowTable& table, const FlowKey& key) {
    return table.find(key, table.hash_of(key));
}

} // namespace

TEST_CASE("a flow table is a map from keys to halves") {
    std::mt19937 random(1);
    FlowTable table(1, 3000);
    std::map<std::uint32_t, FlowId> model;
    for (int step = 0; step < steps(200'000); ++step) {
        const auto number = static_cast<std::uint32_t>(random() % 5000);
        const auto known = model.find(number);
        const HalfId forth = find(table, key(number));
        REQUIRE(forth == (known == model.end() ? kNoFlow : 2 * known->second));
        REQUIRE(find(table, reply(number)) == (known == model.end() ? kNoFlow : 2 * known->second + 1));
        if (known != model.end()) {
            REQUIRE(table.half(forth).key == key(number));
            REQUIRE(table.half(known->second, 1).key == reply(number));
            if (random() % 2 == 0) {
                table.erase(known->second);
                model.erase(known);
            }
        } else if (const FlowId flow = table.insert(key(number), reply(number)); flow != kNoFlow) {
            REQUIRE(std::ranges::none_of(model, [&](const auto& other) { return other.second == flow; }));
            table.flow(flow).kind = Flow::Kind::plain;
            model[number] = flow;
        }
        REQUIRE(table.size() == model.size());
    }
    CHECK(table.end() <= 3000);
    CHECK(model.size() > 2000);
}

TEST_CASE("a full flow table refuses, keeps all it has, and takes freed places again") {
    constexpr std::uint32_t room = 500;
    FlowTable table(3, room);
    for (std::uint32_t i = 0; i < room; ++i) {
        REQUIRE(table.insert(key(i), reply(i)) == i);
    }
    CHECK(table.insert(key(room), reply(room)) == kNoFlow);
    CHECK(find(table, key(room)) == kNoFlow);
    CHECK(find(table, reply(room)) == kNoFlow);
    CHECK(table.size() == room);
    for (std::uint32_t i = 0; i < room; ++i) {
        REQUIRE(find(table, key(i)) == 2 * i);
    }
    table.erase(17);
    table.erase(400);
    CHECK(table.insert(key(1000), reply(1000)) == 400);
    CHECK(table.insert(key(1001), reply(1001)) == 17);
    CHECK(table.insert(key(1002), reply(1002)) == kNoFlow);
    CHECK(table.end() == room);
}

TEST_CASE("keys that meet in one bucket spill into others and are found until that is full too") {
    // The least table has 16 buckets of ten, so a bucket's second one depends on the hash: 16 x 10 in all.
    FlowTable table(5, 16);
    std::vector<std::uint32_t> met;
    for (std::uint32_t i = 0; met.size() < 16; ++i) {
        const bool both = (table.hash_of(key(i)) & 15) == 3 && (table.hash_of(reply(i)) & 15) == 3;
        if (both) {
            met.push_back(i);
        }
    }
    std::vector<FlowId> flows;
    for (const auto number : met) {
        flows.push_back(table.insert(key(number), reply(number)));
    }
    const auto check = [&](std::size_t from) {
        for (std::size_t i = 0; i < met.size(); ++i) {
            const bool there = flows[i] != kNoFlow && i >= from;
            REQUIRE(find(table, key(met[i])) == (there ? 2 * flows[i] : kNoFlow));
            REQUIRE(find(table, reply(met[i])) == (there ? 2 * flows[i] + 1 : kNoFlow));
        }
    };
    CHECK(std::ranges::count_if(flows, [](FlowId flow) { return flow != kNoFlow; }) >
          5); // more than a bucket's ten halves
    check(0);
    for (std::size_t i = 0; i < met.size(); ++i) { // the first ones leave room where the others look first
        if (flows[i] != kNoFlow) {
            table.erase(flows[i]);
        }
        check(i + 1);
    }
    CHECK(table.size() == 0);
    for (const auto number : met) {
        CHECK(table.candidate(table.hash_of(key(number))) == kNoFlow);
    }
}

TEST_CASE("a candidate is the half with the key where nothing else has its tag") {
    FlowTable table(9, 4096);
    unsigned right = 0;
    for (std::uint32_t i = 0; i < 2000; ++i) {
        REQUIRE(table.insert(key(i), reply(i)) != kNoFlow);
    }
    for (std::uint32_t i = 0; i < 2000; ++i) {
        const auto candidate = table.candidate(table.hash_of(key(i)));
        REQUIRE((candidate == kNoFlow || candidate < 2 * table.end()));
        right += candidate == find(table, key(i)) ? 1 : 0;
    }
    CHECK(right > 1950);
}

TEST_CASE("the number of an erased flow no longer leads to its key") {
    FlowTable table(1, 16);
    const FlowId flow = table.insert(key(1), reply(1));
    const HalfId candidate = table.candidate(table.hash_of(key(1)));
    REQUIRE(candidate == 2 * flow);
    table.half(candidate).epoch = 3;
    table.erase(flow);
    CHECK_FALSE(table.half(candidate).key == key(1));
    CHECK_FALSE(table.half(flow, 1).key == reply(1));
    CHECK(table.half(candidate).epoch == 0);
}

} // namespace pontoon::table_test
