#include <catch2/catch.hpp>

#include "tests/support/steps.hpp"
#include "tests/unit/nat_oracle.hpp"

namespace pontoon::test::nat_match_test {

namespace {

std::string play(Fault fault, unsigned workers, std::uint64_t seed, std::uint64_t steps) {
    NatOracle oracle(workers, seed, fault);
    return NatMatch({seed, workers, steps}, oracle).play();
}

} // namespace

TEST_CASE("a NAT that follows the rules wins every match with the reference") {
    for (std::uint64_t seed = 1; seed <= steps(6U); ++seed) {
        for (const unsigned workers : {1U, 4U}) {
            INFO("seed " << seed);
            CHECK(play(Fault::none, workers, seed, 3000) == "");
        }
    }
}

TEST_CASE("a match finds each fault") {
    for (auto fault = static_cast<int>(Fault::keeps_ttl); fault <= static_cast<int>(Fault::ignores_icc); ++fault) {
        bool found = false;
        for (std::uint64_t seed = 1; seed <= 8 && !found; ++seed) {
            found = !play(static_cast<Fault>(fault), 1, seed, 4000).empty();
        }
        INFO("fault " << fault);
        CHECK(found);
    }
}

TEST_CASE("a match sees every kind of outcome") {
    std::map<std::string, std::uint64_t> seen;
    for (std::uint64_t seed = 1; seed <= steps(12U); ++seed) {
        NatOracle oracle(1, seed, Fault::none);
        NatMatch match({seed, 1, 3000}, oracle);
        REQUIRE(match.play() == "");
        for (const auto& [what, count] : match.outcomes()) {
            seen[what] += count;
        }
    }
    for (const auto* what :
         {"answer of", "an ICMP error about nothing known", "an ICMP error for", "answered by the gateway",
          "bridged as it is", "from an internal network to the host", "from outside to no address of the host, no",
          "from outside, no", "icc=false and no link", "new", "next of", "no NAT port left", "nothing listens there",
          "out of an internal network", "to the host as it is",
          "from an internal network to another address of the host", "refused: its answers would be another",
          "to another network"}) {
        INFO(what);
        CHECK((kSanitized || seen[what] > 0)); // a few need more seeds
    }
}

} // namespace pontoon::test::nat_match_test
