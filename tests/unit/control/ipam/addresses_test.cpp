// Which address an endpoint gets (docker-behaviours 2.2, N-112, N-113, N-156 to N-158).
#include <catch2/catch.hpp>

#include "tests/unit/control/ipam/ipams.hpp"

namespace pontoon::addresses_test {

namespace {

using Why = Refused::Why;

const std::string kInUse = "Address already in use";

std::string full(const char* id) {
    return std::string("no available IPv4 addresses on this network's address pools: net-") + id + " (" + id + ")";
}

} // namespace

TEST_CASE("the lowest free address is given out, and at once again when it came back") {
    Ipams ipams;
    ipams.add("a", {{"192.168.0.0/24", "", "192.168.0.254", {}}});
    CHECK(ipams.take("a") == "192.168.0.1"); // I-023
    CHECK(ipams.take("a") == "192.168.0.2");
    CHECK(ipams.take("a", "192.168.0.3") == "192.168.0.3");
    CHECK(ipams.take("a") == "192.168.0.4");
    ipams.give_back("a", "192.168.0.2");
    ipams.give_back("a", "192.168.0.1");
    ipams.give_back("a", "192.168.0.77"); // which nobody has
    CHECK(ipams.take("a") == "192.168.0.1");
    CHECK(ipams.take("a") == "192.168.0.2");
    CHECK(ipams.take("a") == "192.168.0.5");
}

TEST_CASE("an address that is wanted has to be in the subnet and free") {
    Ipams ipams;
    ipams.add("a", {{"10.0.0.0/24", "", "", {{"x", "10.0.0.7"}}}});
    CHECK(ipams.take("a", "10.0.1.1") ==
          "invalid endpoint settings:\nno configured subnet contains IP address 10.0.1.1");
    CHECK(ipams.why == Why::bad);
    for (const auto* taken : {"10.0.0.0", "10.0.0.1", "10.0.0.7", "10.0.0.255"}) {
        CHECK(ipams.take("a", taken) == kInUse);
        CHECK(ipams.why == Why::forbidden);
    }
    CHECK(ipams.take("a", "10.0.0.2") == "10.0.0.2");
    CHECK(ipams.take("a", "10.0.0.2") == kInUse);
}

TEST_CASE("a /29 with a gateway has five containers") { // I-031
    Ipams ipams;
    ipams.add("a", {{"10.0.0.0/29", "", "", {}}});
    CHECK(ipams.usage("a") == "3 5");
    for (const auto* next : {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"}) {
        CHECK(ipams.take("a") == next);
    }
    CHECK(ipams.take("a") == full("a"));
    CHECK(ipams.why == Why::impossible);
    CHECK(ipams.usage("a") == "8 0");
    ipams.give_back("a", "10.0.0.4");
    CHECK(ipams.take("a") == "10.0.0.4");
    CHECK(ipams.usage("unknown") == "0 0");
}

TEST_CASE("the first and last address of an ip-range are like any other") { // I-022
    Ipams ipams;
    CHECK(ipams.add("a", {{"10.0.0.0/16", "10.0.5.0/24", "", {}}}) == "10.0.0.0/16 10.0.5.0");
    CHECK(ipams.usage("a") == "3 255");
    std::string last;
    for (int i = 1; i < 256; ++i) {
        last = ipams.take("a");
        REQUIRE(last == "10.0.5." + std::to_string(i));
    }
    CHECK(ipams.take("a") == full("a"));
    CHECK(ipams.take("a", "10.0.6.0") == "10.0.6.0"); // outside of the range (I-026)
    CHECK(ipams.usage("a") == "259 0");
    ipams.give_back("a", "10.0.5.255");
    CHECK(ipams.take("a") == "10.0.5.255");
    // At the ends of the subnet they are not.
    CHECK(ipams.add("b", {{"10.1.0.0/16", "10.1.0.0/24", "", {}}}) == "10.1.0.0/16 10.1.0.1");
    CHECK(ipams.add("c", {{"10.2.0.0/16", "10.2.255.254/31", "", {}}}) == "10.2.0.0/16 10.2.255.254");
    CHECK(ipams.take("c") == full("c"));
    CHECK(ipams.add("d", {{"10.3.0.0/16", "10.3.0.0/32", "", {}}}) ==
          "failed to allocate gateway (): no available addresses on this pool");
    CHECK(ipams.why == Why::impossible);
}

TEST_CASE("a gateway outside of the ip-range leaves the range to containers") {
    Ipams ipams;
    ipams.add("a", {{"172.28.0.0/16", "172.28.5.0/24", "172.28.5.254", {}}});
    CHECK(ipams.take("a") == "172.28.5.0");
    ipams.add("b", {{"172.29.0.0/16", "172.29.5.0/24", "172.29.0.1", {}}});
    CHECK(ipams.take("b") == "172.29.5.0");
    CHECK(ipams.usage("b") == "4 255");
}

TEST_CASE("subnets of one and two addresses use them all") { // I-021, I-024
    Ipams ipams;
    CHECK(ipams.add("a", {{"10.0.0.0/31", "", "", {}}}) == "10.0.0.0/31 10.0.0.0");
    CHECK(ipams.take("a") == "10.0.0.1");
    CHECK(ipams.take("a") == full("a"));
    CHECK(ipams.add("b", {{"10.0.0.2/31", "", "", {}}}, false) == "10.0.0.2/31 none");
    CHECK(ipams.take("b") == "10.0.0.2");
    CHECK(ipams.take("b") == "10.0.0.3");
    CHECK(ipams.add("c", {{"10.0.0.4/32", "", "", {}}}) == "10.0.0.4/32 10.0.0.4");
    CHECK(ipams.take("c") == full("c"));
    CHECK(ipams.add("d", {{"10.0.0.5/32", "", "", {}}}, false) == "10.0.0.5/32 none");
    CHECK(ipams.take("d") == "10.0.0.5");
    CHECK(ipams.add("e", {{"10.0.0.8/30", "", "10.0.0.10", {}}}, false) == "10.0.0.8/30 10.0.0.10"); // it was told
    CHECK(ipams.take("e") == "10.0.0.9");
    CHECK(ipams.take("e") == full("e"));
}

TEST_CASE("auxiliary addresses are nobody else's") { // I-025
    Ipams ipams;
    ipams.add("a", {{"10.0.0.0/24", "10.0.0.128/25", "10.0.0.1", {{"one", "10.0.0.128"}, {"two", "10.0.0.2"}}}});
    CHECK(ipams.take("a") == "10.0.0.129");
    CHECK(ipams.take("a", "10.0.0.2") == kInUse);
    CHECK(ipams.add("b", {{"10.1.0.0/24", "", "", {{"one", "10.1.0.9"}, {"two", "10.1.0.9"}}}}) ==
          "failed to allocate secondary ip address (two:10.1.0.9): Address already in use");
    CHECK(ipams.add("b", {{"10.1.0.0/24", "", "10.1.0.9", {{"gw", "10.1.0.9"}}}}) ==
          "failed to allocate secondary ip address (gw:10.1.0.9): Address already in use");
    CHECK(ipams.why == Why::impossible);
    CHECK(ipams.add("c", {{"0.0.0.0/24", "", "", {{"x", "0.0.0.9"}}}}) ==
          "auxiliary address: (x:0.0.0.9) must belong to the master pool: 172.17.0.0/24");
    CHECK(ipams.why == Why::forbidden);
}

} // namespace pontoon::addresses_test
