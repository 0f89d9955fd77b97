#include "tools/bench_options.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace pontoon::bench_options_test {

namespace {

std::optional<BenchOptions> parsed(std::vector<std::string> words) {
    words.insert(words.begin(), "bench");
    std::vector<char*> args;
    for (auto& word : words) {
        args.push_back(word.data());
    }
    return parse_bench_options(args);
}

std::string error_of(const std::vector<std::string>& words) {
    try {
        parsed(words);
        return "none";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("each benchmark has its own defaults") {
    const auto l2 = parsed({"l2"}).value();
    CHECK(l2.kind == BenchKind::l2);
    CHECK(l2.macs == 1);
    CHECK(l2.sizes == std::vector{64U});
    CHECK(l2.seconds == 2);
    CHECK_FALSE(l2.json);
    const auto masquerade = parsed({"masquerade"}).value();
    CHECK(masquerade.kind == BenchKind::masquerade);
    CHECK(masquerade.direction == Direction::out);
    CHECK(masquerade.flows == 1);
    CHECK(masquerade.protocol == Transport::udp);
    CHECK(masquerade.seed == 1);
    CHECK_FALSE(masquerade.is_published());
    const auto publish = parsed({"publish"}).value();
    CHECK(publish.direction == Direction::in);
    CHECK(publish.publishes == 500);
    CHECK(publish.is_published());
    const auto setup = parsed({"setup"}).value();
    CHECK(setup.flows == 100'000);
    CHECK(setup.direction == Direction::out);
    CHECK_FALSE(setup.is_published());
    CHECK(parsed({"setup", "--direction", "in"})->is_published());
}

TEST_CASE("a NAT benchmark takes all of its options") {
    const auto options =
        parsed({"publish", "--flows", "1000000", "--protocol", "tcp",  "--direction", "out", "--publishes",
                "10000",   "--seed",  "7",       "--size",     "imix", "--seconds",   "0.5", "--vdev",
                "a",       "--vdev",  "b",       "--write",    "d",    "--hugepages", "off", "--json"})
            .value();
    CHECK(options.flows == 1'000'000);
    CHECK(options.protocol == Transport::tcp);
    CHECK(options.direction == Direction::out);
    CHECK(options.publishes == 10000);
    CHECK(options.seed == 7);
    CHECK(options.sizes == std::vector<unsigned>{64, 64, 64, 64, 64, 64, 64, 594, 594, 594, 594, 1518});
    CHECK(options.seconds == 0.5);
    CHECK(options.vdevs == std::vector<std::string>{"a", "b"});
    CHECK(options.write == "d");
    CHECK(options.hugepages == Hugepages::off);
    CHECK(options.json);
    CHECK(parsed({"masquerade", "--size", "1518"})->sizes == std::vector{1518U});
}

TEST_CASE("bench says in one line what is wrong with its options") {
    CHECK(error_of({}) == "which benchmark? there are: l2, masquerade, publish, setup");
    CHECK(error_of({"l3"}) == "\"l3\" is no benchmark; there are: l2, masquerade, publish, setup");
    CHECK(error_of({"l2", "setup"}) == "\"l2 setup\" is no benchmark; there are: l2, masquerade, publish, setup");
    CHECK(error_of({"masquerade", "--flows", "0"}) == "--flows 0: must be from 1 to 10000000");
    CHECK(error_of({"masquerade", "--flows", "10000001"}) == "--flows 10000001: must be from 1 to 10000000");
    CHECK(error_of({"masquerade", "--protocol", "sctp"}) == "--protocol sctp: must be udp or tcp");
    CHECK(error_of({"masquerade", "--direction", "up"}) == "--direction up: must be out or in");
    CHECK(error_of({"publish", "--publishes", "10001"}) == "--publishes 10001: must be from 1 to 10000");
    CHECK(error_of({"publish", "--vdev", "a"}) == "--vdev: give two, one for each port");
    CHECK(error_of({"l2", "--macs", "0"}) == "--macs 0: must be from 1 to 1000000");
    CHECK(error_of({"l2", "--seconds", "0"}) == "--seconds 0: must be more than 0 and at most 3600");
    for (const auto* size : {"63", "1519", "64x", "", "-64", "imi"}) {
        CHECK(error_of({"publish", "--size", size}) ==
              std::string("--size ") + size + ": must be from 64 to 1518, or imix");
    }
    CHECK(error_of({"l2", "--size", "imix"}) == "--size imix: must be from 64 to 1518");
}

TEST_CASE("bench refuses options that are for another benchmark") {
    CHECK(error_of({"l2", "--flows", "1"}) == "--flows is not for l2");
    CHECK(error_of({"l2", "--direction", "in"}) == "--direction is not for l2");
    CHECK(error_of({"l2", "--protocol", "tcp"}) == "--protocol is not for l2");
    CHECK(error_of({"masquerade", "--macs", "1"}) == "--macs is not for masquerade");
    CHECK(error_of({"masquerade", "--packets", "a"}) == "--packets is not for masquerade");
    CHECK(error_of({"masquerade", "--publishes", "5"}) == "--publishes is not for masquerade");
    CHECK(error_of({"setup", "--size", "64"}) == "--size is not for setup");
    CHECK(error_of({"setup", "--vdev", "a", "--vdev", "b"}) == "--vdev is not for setup");
    CHECK(error_of({"setup", "--write", "d"}) == "--write is not for setup");
}

} // namespace pontoon::bench_options_test
