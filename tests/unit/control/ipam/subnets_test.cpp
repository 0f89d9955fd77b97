// Which subnet a network gets (docker-behaviours 2.1 and N-109 to N-118).
#include <catch2/catch.hpp>

#include <set>

#include "tests/unit/control/ipam/ipams.hpp"

namespace pontoon::subnets_test {

namespace {

using Why = Refused::Why;

const std::string kOverlaps = "invalid pool request: Pool overlaps with other one on this address space";
const std::string kNoMore = "all predefined address pools have been fully subnetted";

IpamText subnet(const char* text, const char* ip_range = "", const char* gateway = "") {
    return {text, ip_range, gateway, {}};
}
DefaultPool pool(const char* base, std::uint8_t size) {
    return {*Prefix4::parse(base), size};
}

} // namespace

TEST_CASE("Docker's pools give thirty-one networks, in their order") {
    Ipams ipams;
    std::vector<std::string> expected;
    for (int i = 17; i < 32; ++i) {
        expected.push_back("172." + std::to_string(i) + ".0.0/16 172." + std::to_string(i) + ".0.1");
    }
    for (int i = 0; i < 256; i += 16) {
        expected.push_back("192.168." + std::to_string(i) + ".0/20 192.168." + std::to_string(i) + ".1");
    }
    REQUIRE(expected.size() == 31);
    for (const auto& network : expected) {
        REQUIRE(ipams.add(network) == network);
    }
    CHECK(ipams.add("last") == kNoMore);
    CHECK(ipams.why == Why::bad);
    ipams.remove(expected[20]);
    ipams.remove(expected[3]);
    CHECK(ipams.add("again") == expected[3]); // the lowest, at once (I-003)
    CHECK(ipams.add("more") == expected[20]);
}

TEST_CASE("an automatic choice leaves the host's prefixes alone, an explicit one does not") {
    Ipams ipams;
    ipams.reserved = {*Prefix4::parse("172.17.5.0/24"), *Prefix4::parse("172.18.0.0/15"),
                      *Prefix4::parse("172.21.0.53/32")};
    CHECK(ipams.add("a") == "172.20.0.0/16 172.20.0.1");
    CHECK(ipams.add("b") == "172.22.0.0/16 172.22.0.1");
    CHECK(ipams.add("c", {subnet("172.17.0.0/16")}) == "172.17.0.0/16 172.17.0.1");
    ipams.reserved.push_back(*Prefix4::parse("0.0.0.0/0"));
    CHECK(ipams.add("d") == kNoMore);
    Ipams last({pool("255.255.255.0/24", 24)}); // at the end of all addresses
    last.reserved = {*Prefix4::parse("255.255.255.255/32")};
    CHECK(last.add("a") == kNoMore);
}

TEST_CASE("the pools of the daemon's options take the place of Docker's") {
    Ipams ipams({pool("175.30.0.0/16", 16), pool("175.33.0.0/16", 24)});
    CHECK(ipams.add("bridge") == "175.30.0.0/16 175.30.0.1");
    CHECK(ipams.add("a") == "175.33.0.0/24 175.33.0.1");
    CHECK(ipams.add("b") == "175.33.1.0/24 175.33.1.1");
    Ipams none{std::vector<DefaultPool>()};
    CHECK(none.add("a") == kNoMore);
}

TEST_CASE("a subnet of zeros is any one of its size") {
    Ipams ipams;
    CHECK(ipams.add("a", {subnet("0.0.0.0/24")}) == "172.17.0.0/24 172.17.0.1");
    CHECK(ipams.add("b", {subnet("0.0.0.0/24")}) == "172.17.1.0/24 172.17.1.1");
    CHECK(ipams.add("c") == "172.18.0.0/16 172.18.0.1");
    CHECK(ipams.add("d", {subnet("0.0.0.0/15")}) == "172.20.0.0/15 172.20.0.1"); // not in a pool of /16
    CHECK(ipams.add("e", {subnet("0.0.0.0/8")}) == kNoMore);
    CHECK(ipams.add("f", {subnet("0.0.0.0/0")}) == kNoMore);
    CHECK(ipams.add("g", {subnet("0.0.0.0/24", "0.0.0.0/25")}) == "invalid address subpool");
    CHECK(ipams.add("h", {subnet("0.0.0.0/24", "", "0.0.0.5")}) ==
          "failed to allocate gateway (0.0.0.5): requested address is out of range");
}

TEST_CASE("subnets that overlap are refused, in either direction") {
    Ipams ipams;
    CHECK(ipams.add("a", {subnet("10.0.0.0/16")}) == "10.0.0.0/16 10.0.0.1");
    for (const auto* other : {"10.0.0.0/16", "10.0.255.0/24", "10.0.0.0/8", "10.0.0.0/32"}) {
        CHECK(ipams.add("b", {subnet(other)}) == kOverlaps);
        CHECK(ipams.why == Why::forbidden);
    }
    CHECK(ipams.add("b", {subnet("10.1.0.0/16")}) == "10.1.0.0/16 10.1.0.1");
    ipams.remove("a");
    CHECK(ipams.add("a", {subnet("10.0.0.0/24")}) == "10.0.0.0/24 10.0.0.1");
}

TEST_CASE("with an ip-range it is the bridge driver that refuses") {
    Ipams ipams;
    CHECK(ipams.add("a", {subnet("10.0.0.0/16", "10.0.5.0/24")}) == "10.0.0.0/16 10.0.5.0");
    const std::string conflict =
        "cannot create network b (br-b): conflicts with network a (br-a): networks have overlapping IPv4";
    CHECK(ipams.add("b", {subnet("10.0.0.0/16", "10.0.6.0/24")}) == conflict);
    CHECK(ipams.why == Why::forbidden);
    CHECK(ipams.add("b", {subnet("10.0.0.0/8", "10.9.0.0/16")}) == conflict);
    CHECK(ipams.add("b", {subnet("10.0.0.0/16", "10.0.5.0/24")}) == kOverlaps); // the same pair
    CHECK(ipams.add("b", {subnet("10.0.0.0/16")}) == kOverlaps);
}

TEST_CASE("a network has one subnet") {
    Ipams ipams;
    CHECK(ipams.add("a", {subnet("10.0.0.0/24"), subnet("10.0.1.0/24")}) ==
          "bridge driver doesn't support multiple subnets");
    CHECK(ipams.why == Why::forbidden);
    CHECK(ipams.add("a", {subnet("10.0.0.0/16"), subnet("10.0.1.0/24")}) == kOverlaps);
    CHECK(ipams.add("a", {subnet("10.0.0.0/16"), subnet("fd00::/64")}) == "10.0.0.0/16 10.0.0.1"); // N-108
}

TEST_CASE("what was chosen before a restart is kept, whatever the pools are now") {
    Ipams before;
    before.add("a");
    before.add("b", {{"10.0.0.0/16", "10.0.5.0/24", "10.0.0.9", {{"x", "10.0.5.0"}}}});
    Ipams after({pool("172.17.0.0/16", 24), pool("192.168.0.0/16", 24)});
    for (auto& [id, network] : before.networks) {
        after.ipam.restore_network(network, "br-" + id);
        after.networks[id] = network;
    }
    after.ipam.restore_network(NetworkRecord{}, ""); // one without a subnet
    CHECK(after.add("c") == "192.168.0.0/24 192.168.0.1");
    CHECK(after.take("a") == "172.17.0.2");
    CHECK(after.take("b") == "10.0.5.1");
    CHECK(after.take("b", "10.0.0.9") == "Address already in use");
    CHECK_THROWS_WITH(after.ipam.restore_network(before.networks["a"], ""), kOverlaps);
}

TEST_CASE("what is refused has taken nothing") {
    Ipams ipams;
    CHECK(ipams.add("a", {{"10.0.0.0/24", "", "10.0.0.255", {}}}) ==
          "failed to allocate gateway (10.0.0.255): Address already in use");
    CHECK(ipams.add("a", {{"10.0.0.0/24", "", "", {{"x", "10.0.0.1"}}}}) ==
          "failed to allocate secondary ip address (x:10.0.0.1): Address already in use");
    CHECK(ipams.add("a", {{"10.0.0.0/24", "", "", {}}}) == "10.0.0.0/24 10.0.0.1");
    ipams.remove("a");
    ipams.remove("a");
    ipams.ipam.give_back("a", *Ipv4::parse("10.0.0.1")); // of a network that has gone
}

TEST_CASE("networks that come and go get the lowest subnets, none twice") { // I-034
    Ipams ipams({pool("10.0.0.0/8", 24)});
    std::set<std::string> subnets;
    for (int i = 0; i < 10'000; ++i) {
        subnets.insert(ipams.add(std::to_string(i)));
    }
    CHECK(subnets.size() == 10'000);
    CHECK(ipams.add("next") == "10.39.16.0/24 10.39.16.1");
    for (int i = 1; i < 10'000; i += 2) {
        ipams.remove(std::to_string(i));
    }
    CHECK(ipams.add("odd") == "10.0.1.0/24 10.0.1.1");
    CHECK(ipams.add("wide", {subnet("0.0.0.0/23")}) == "10.39.18.0/23 10.39.18.1"); // no gap is as wide
}

} // namespace pontoon::subnets_test
