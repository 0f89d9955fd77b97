// IPAM.Config as clients send it: every message of docker-behaviours N-100 to N-108.
#include <catch2/catch.hpp>

#include "control/ipam/ipam_request.hpp"
#include "control/refused.hpp"

namespace pontoon::ipam_request_test {

namespace {

// The lines behind the first one, or what else is said.
std::string error_of(const std::vector<IpamText>& entries) {
    try {
        (void)read_ipam(entries);
    } catch (const Refused& refused) {
        const std::string all = refused.what();
        const std::string first = "invalid network config:\n";
        CHECK(refused.why() == Refused::Why::bad);
        return all.starts_with(first) ? all.substr(first.size()) : all;
    }
    return "none";
}

struct Row {
    IpamText entry;
    std::string error;
};

} // namespace

TEST_CASE("what is wrong with a subnet, an ip-range, a gateway and addresses is said in Docker's words") {
    const std::string parent = "parent subnet 192.168.0.0/24 ";
    const Row rows[] = {
        {{"192.168.0.0/24", "192.168.0.0/25", "192.168.0.254", {{"a", "192.168.0.200"}}}, "none"},
        {{"192.168.0.1/24", "", "", {}}, "invalid subnet 192.168.0.1/24: it should be 192.168.0.0/24"},
        {{"192.168.0.0", "", "", {}}, "invalid subnet 192.168.0.0: invalid CIDR block notation"},
        {{"", "", "192.168.0.1", {}}, "invalid subnet : invalid CIDR block notation"},
        {{"192.168.0.0/24", "", "10.0.0.1", {}},
         "invalid gateway 10.0.0.1: " + parent + "doesn't contain this address"},
        {{"192.168.0.0/24", "", "fd00::1", {}}, "invalid gateway fd00::1: parent subnet is an IPv4 block"},
        {{"192.168.0.0/24", "", "x", {}}, "invalid gateway x: invalid address"},
        {{"192.168.0.0/24", "192.168.0.0/16", "", {}},
         "invalid ip-range 192.168.0.0/16: CIDR block is bigger than its parent subnet 192.168.0.0/24"},
        {{"192.168.0.0/24", "192.168.0.1/25", "", {}}, "invalid ip-range 192.168.0.1/25: it should be 192.168.0.0/25"},
        {{"192.168.0.0/24", "192.168.1.0/25", "", {}},
         "invalid ip-range 192.168.1.0/25: " + parent + "doesn't contain ip-range"},
        {{"192.168.0.0/24", "fd00::/64", "", {}}, "invalid ip-range fd00::/64: parent subnet is an IPv4 block"},
        {{"192.168.0.0/24", "x", "", {}}, "invalid ip-range x: invalid CIDR block notation"},
        {{"192.168.0.0/24", "", "", {{"a", "10.0.0.1"}}},
         "invalid auxiliary address a: " + parent + "doesn't contain this address"},
        {{"192.168.0.0/24", "", "", {{"a", ""}}}, "invalid auxiliary address a: invalid address"},
    };
    for (const auto& row : rows) {
        CHECK(error_of({row.entry}) == row.error);
    }
}

TEST_CASE("all that is wrong is said at once, a line each") {
    CHECK(error_of({{"192.168.0.1/24", "10.0.0.1/16", "10.0.0.1", {{"a", "10.0.0.2"}, {"b", "fd00::1"}}},
                    {"10.0.0.3/8", "", "", {}}}) ==
          "invalid subnet 192.168.0.1/24: it should be 192.168.0.0/24\n"
          "invalid ip-range 10.0.0.1/16: CIDR block is bigger than its parent subnet 192.168.0.0/24\n"
          "invalid ip-range 10.0.0.1/16: it should be 10.0.0.0/16\n"
          "invalid ip-range 10.0.0.1/16: parent subnet 192.168.0.0/24 doesn't contain ip-range\n"
          "invalid gateway 10.0.0.1: parent subnet 192.168.0.0/24 doesn't contain this address\n"
          "invalid auxiliary address a: parent subnet 192.168.0.0/24 doesn't contain this address\n"
          "invalid auxiliary address b: parent subnet is an IPv4 block\n"
          "invalid subnet 10.0.0.3/8: it should be 10.0.0.0/8");
}

TEST_CASE("entries of IPv6 and empty ones are left out") {
    const auto pools = read_ipam({{"fd00::1/64", "x", "y", {}},
                                  {"", "", "", {}},
                                  {"10.0.0.0/24", "10.0.0.128/25", "10.0.0.5", {{"a", "10.0.0.6"}}}});
    REQUIRE(pools.size() == 1);
    CHECK(pools[0] == IpamPool{*Prefix4::parse("10.0.0.0/24"),
                               *Prefix4::parse("10.0.0.128/25"),
                               *Ipv4::parse("10.0.0.5"),
                               {{"a", *Ipv4::parse("10.0.0.6")}}});
    CHECK(read_ipam({}).empty());
}

} // namespace pontoon::ipam_request_test
