// Pools that subnets are chosen from, and how they are told (docker-behaviours I-001, I-005).
#include <catch2/catch.hpp>

#include "control/ipam/default_pools.hpp"
#include "control/json_reader.hpp"

namespace pontoon::default_pools_test {

namespace {

std::string error_of(const char* text) {
    try {
        (void)default_pool_of(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "none";
}

} // namespace

TEST_CASE("a default address pool is a base and a size") {
    CHECK(default_pool_of("base=175.30.0.0/16,size=24") == DefaultPool{*Prefix4::parse("175.30.0.0/16"), 24});
    CHECK(default_pool_of("size=16,base=175.30.7.1/16") == DefaultPool{*Prefix4::parse("175.30.0.0/16"), 16});
    CHECK(error_of("") == "a default address pool is base=SUBNET,size=BITS");
    CHECK(error_of("base=10.0.0.0/8") == "a default address pool is base=SUBNET,size=BITS");
    CHECK(error_of("10.0.0.0/8") == "invalid field '10.0.0.0/8' must be a key=value pair");
    CHECK(error_of("base=x,size=24") == "invalid base pool \"x\": it is no IPv4 subnet");
    CHECK(error_of("base=fd00::/8,size=64") == "invalid base pool \"fd00::/8\": it is no IPv4 subnet");
    CHECK(error_of("base=10.0.0.0/8,size=33") == "invalid size value: \"33\" (must be 1 to 32)");
    CHECK(error_of("base=10.0.0.0/8,size=+9") == "invalid size value: \"+9\" (must be 1 to 32)");
    CHECK(error_of("base=10.0.0.0/8,size=7") == "the size 7 is bigger than its base pool 10.0.0.0/8");
    CHECK(error_of("base=10.0.0.0/8,size=16,size=17") == "unexpected key 'size' in 'size=17'");
    CHECK(error_of("base=10.0.0.0/8,bits=16") == "unexpected key 'bits' in 'bits=16'");
}

TEST_CASE("pools are in the order of their addresses, and none lies in another") {
    const auto pool = [](const char* base, std::uint8_t size) { return DefaultPool{*Prefix4::parse(base), size}; };
    CHECK(in_order({pool("175.33.0.0/16", 24), pool("10.1.0.0/16", 24), pool("175.30.0.0/16", 16),
                    pool("10.0.0.0/8", 16), pool("10.0.0.0/9", 16)}) ==
          std::vector{pool("10.0.0.0/8", 16), pool("175.30.0.0/16", 16), pool("175.33.0.0/16", 24)});
    CHECK(in_order(docker_default_pools()) == docker_default_pools());
}

} // namespace pontoon::default_pools_test
