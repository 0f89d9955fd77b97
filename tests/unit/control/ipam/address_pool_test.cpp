// Addresses of a subnet: the lowest free one, against a set, and with as many as a network can have.
#include <catch2/catch.hpp>

#include <random>
#include <set>

#include "control/ipam/address_pool.hpp"

namespace pontoon::address_pool_test {

namespace {

AddressPool pool_of(const char* subnet) {
    return AddressPool(*Prefix4::parse(subnet));
}
std::string lowest(const AddressPool& pool) {
    const auto free = pool.lowest_free();
    return free ? free->to_string() : "none";
}
Ipv4 at(const char* address) {
    return *Ipv4::parse(address);
}

} // namespace

TEST_CASE("the lowest free address is given out, and again when it came back") {
    auto pool = pool_of("172.17.0.0/29");
    pool.take(at("172.17.0.1"));
    for (const auto* next : {"172.17.0.2", "172.17.0.3", "172.17.0.4", "172.17.0.5", "172.17.0.6"}) {
        REQUIRE(lowest(pool) == next);
        pool.take(at(next));
    }
    CHECK(lowest(pool) == "none"); // .7 is the broadcast address
    pool.give_back(at("172.17.0.4"));
    pool.give_back(at("172.17.0.3"));
    CHECK(lowest(pool) == "172.17.0.3");
    CHECK(pool.is_taken(at("172.17.0.2")));
    CHECK_FALSE(pool.is_taken(at("172.17.0.4")));
}

TEST_CASE("a gateway that is not the first address leaves the first to a container") {
    auto pool = pool_of("192.168.0.0/24");
    pool.take(at("192.168.0.254"));
    CHECK(lowest(pool) == "192.168.0.1"); // I-023
}

TEST_CASE("small subnets have no network and broadcast address") {
    auto two = pool_of("10.0.0.0/31");
    CHECK(lowest(two) == "10.0.0.0");
    two.take(at("10.0.0.0"));
    CHECK(lowest(two) == "10.0.0.1");
    two.take(at("10.0.0.1"));
    CHECK(lowest(two) == "none");
    CHECK(lowest(pool_of("10.0.0.9/32")) == "10.0.0.9");
}

TEST_CASE("a pool agrees with a set of addresses") {
    std::mt19937 random(7);
    auto pool = pool_of("10.1.2.0/26");
    std::set<std::uint32_t> taken;
    const std::uint32_t base = at("10.1.2.0").host();
    for (int i = 0; i < 20'000; ++i) {
        const std::uint32_t address = base + 1 + static_cast<std::uint32_t>(random() % 62);
        if (taken.contains(address)) {
            pool.give_back(Ipv4{be32{address}});
            taken.erase(address);
        } else {
            pool.take(Ipv4{be32{address}});
            taken.insert(address);
        }
        std::uint32_t free = base + 1;
        while (taken.contains(free)) {
            ++free;
        }
        REQUIRE(lowest(pool) == (free > base + 62 ? "none" : Ipv4{be32{free}}.to_string()));
        const std::uint32_t any = base + static_cast<std::uint32_t>(random() % 64);
        const bool reserved = any == base || any == base + 63;
        REQUIRE(pool.is_taken(Ipv4{be32{any}}) == (reserved || taken.contains(any)));
        REQUIRE(pool.taken() == taken.size() + 2);
    }
}

TEST_CASE("sixty-five thousand endpoints have one address each") {
    auto pool = pool_of("172.17.0.0/16");
    unsigned count = 0;
    while (const auto free = pool.lowest_free()) {
        pool.take(*free);
        ++count;
    }
    CHECK(count == 65534);
    CHECK(pool.taken() == 65536);
    CHECK(pool.free_in_range() == 0);
}

} // namespace pontoon::address_pool_test
