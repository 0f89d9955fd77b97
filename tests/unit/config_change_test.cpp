#include "dataplane/config_change.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/random_config.hpp"

namespace pontoon::config_change_test {

namespace {

// What is in it, as one value; `difference` finds nothing else.
bool is(const ConfigByName& one, const Config& other) {
    return difference(one, other).empty();
}

} // namespace

TEST_CASE("the difference of two configurations makes one of the other, and back") {
    RandomConfig random(3);
    ConfigByName config;
    for (unsigned step = 0; step < 3000; ++step) {
        const Config before = random.config();
        random.change();
        const auto change = difference(config, random.config());
        REQUIRE(change.empty() == is(config, random.config()));
        const auto back = config.apply(change);
        REQUIRE(is(config, random.config()));
        const auto again = config.apply(back);
        REQUIRE(is(config, before));
        config.apply(again);
        REQUIRE(is(config, random.config()));
    }
}

TEST_CASE("what is found by name") {
    RandomConfig random(4);
    ConfigByName config;
    for (unsigned step = 0; step < 1000; ++step) {
        random.change();
        config.apply(difference(config, random.config()));
        const Config& whole = random.config();
        std::size_t members = 0;
        for (const auto& network : whole.networks) {
            REQUIRE(*config.network(network.name) == network);
            REQUIRE((network.host_port.empty() || config.network_of_host(network.host_port)->name == network.name));
        }
        for (const auto& endpoint : whole.endpoints) {
            REQUIRE(*config.endpoint(endpoint.name) == endpoint);
            REQUIRE(config.endpoints_of(endpoint.network).contains(endpoint.name));
            const auto behind = config.endpoints_behind(endpoint.port_name());
            REQUIRE(std::ranges::count(behind, endpoint.name) == 1);
        }
        for (const auto& name : RandomConfig::network_names()) {
            members += config.endpoints_of(name).size();
        }
        REQUIRE(members == whole.endpoints.size());
        std::size_t publishes = 0;
        for (const auto& endpoint : whole.endpoints) {
            publishes += config.publishes_of(endpoint.name).size();
        }
        REQUIRE(publishes == whole.publishes.size());
        REQUIRE(config.published().publishes.size() == whole.publishes.size());
        REQUIRE(config.published().networks.size() == whole.networks.size());
    }
    CHECK(config.network("nobody") == nullptr);
    CHECK(config.endpoint("nobody") == nullptr);
    CHECK(config.publishes_of("nobody").empty());
    CHECK(config.endpoints_behind("nobody").empty());
}

TEST_CASE("a part that is told twice is taken back to what it was first") {
    ConfigByName config;
    ConfigChange change;
    change.networks = {{"n", Network{.name = "n", .subnet = {}, .gateway = {}, .gateway_mac = {}, .mtu = 1}},
                       {"n", Network{.name = "n", .subnet = {}, .gateway = {}, .gateway_mac = {}, .mtu = 2}}};
    const auto back = config.apply(change);
    CHECK(config.network("n")->mtu == 2);
    config.apply(back);
    CHECK(config.network("n") == nullptr);
}

} // namespace pontoon::config_change_test
