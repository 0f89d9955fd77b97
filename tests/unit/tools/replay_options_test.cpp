#include "tools/replay_options.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace pontoon::replay_options_test {

namespace {

std::optional<ReplayOptions> parsed(std::vector<std::string> words) {
    words.insert(words.begin(), "replay");
    std::vector<char*> args;
    for (auto& word : words) {
        args.push_back(word.data());
    }
    return parse_replay_options(args);
}

std::string error_of(const std::vector<std::string>& words) {
    try {
        parsed(words);
        return "none";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

std::string error_with(const std::string& option, const std::string& value) {
    return error_of({"t.json", "--in", "a=1.pcap", "--out", "o", option, value});
}

} // namespace

TEST_CASE("replay takes a topology, inputs and a place for outputs") {
    const auto options = parsed({"t.json", "--in", "a=1.pcap", "--out", "o"});
    REQUIRE(options.has_value());
    CHECK(options->topology == "t.json");
    REQUIRE(options->inputs.size() == 1);
    CHECK(options->inputs[0].port == "a");
    CHECK(options->inputs[0].file == "1.pcap");
    CHECK(options->out == "o");
    CHECK_FALSE(options->stats.has_value());
    CHECK(options->workers == 1);
    CHECK(options->repeat == 1);
    CHECK(options->flows == 1'048'576);
    CHECK(options->reconfigurations.empty());
    CHECK_FALSE(options->trace);
}

TEST_CASE("replay takes all of its options") {
    const auto options =
        parsed({"--flows",  "7",          "--seed", "9",        "t.json",        "--workers=4", "--in",
                "a=1.pcap", "b=x=y.pcap", "--in",   "a=2.pcap", "--out",         "o",           "--stats",
                "s.json",   "--repeat",   "3",      "--trace",  "--reconfigure", "2.5=u.json",  "--reconfigure",
                "0=v.json"});
    REQUIRE(options.has_value());
    CHECK(options->inputs.size() == 3);
    CHECK(std::ranges::any_of(options->inputs,
                              [](const auto& input) { return input.port == "b" && input.file == "x=y.pcap"; }));
    CHECK(options->stats == "s.json");
    CHECK(options->seed == 9);
    CHECK(options->workers == 4);
    CHECK(options->repeat == 3);
    CHECK(options->flows == 7);
    CHECK(options->trace);
    REQUIRE(options->reconfigurations.size() == 2);
    CHECK(options->reconfigurations[0].after == 0);
    CHECK(options->reconfigurations[0].topology == "v.json");
    CHECK(options->reconfigurations[1].after == 2'500'000'000);
}

TEST_CASE("replay says in one line what is wrong with its options") {
    const std::string needs = "needs a TOPOLOGY.json, at least one --in NAME=FILE, and --out DIR";
    CHECK(error_of({}) == needs);
    CHECK(error_of({"t.json", "--in", "a=1.pcap"}) == needs);
    CHECK(error_of({"t.json", "--out", "o"}) == needs);
    CHECK(error_of({"--in", "a=1.pcap", "--out", "o"}) == needs);
    CHECK(error_of({"t.json", "u.json", "--in", "a=1.pcap", "--out", "o"}) ==
          "u.json: there is a topology already, t.json");
    CHECK(error_with("--in", "a") == "--in a: must be NAME=FILE");
    CHECK(error_with("--in", "=a") == "--in =a: must be NAME=FILE");
    CHECK(error_with("--in", "a=") == "--in a=: must be NAME=FILE");
    CHECK(error_with("--workers", "0") == "--workers 0: must be from 1 to 64");
    CHECK(error_with("--workers", "65") == "--workers 65: must be from 1 to 64");
    CHECK(error_with("--workers", "x") != "none");
    CHECK(error_with("--flows", "0") == "--flows 0: must be from 1 to 16777216");
    CHECK(error_with("--flows", "-1") == "--flows -1: must be from 1 to 16777216");
    CHECK(error_with("--flows", "16777217") == "--flows 16777217: must be from 1 to 16777216");
    CHECK(error_with("--flows", "4294967297") == "--flows 4294967297: must be from 1 to 16777216");
    CHECK(error_with("--flows", "x") != "none");
    CHECK(parsed({"t.json", "--in", "a=1.pcap", "--out", "o", "--flows", "16777216"})->flows == 16'777'216);
    CHECK(error_with("--repeat", "0") == "--repeat 0: must be at least 1");
    CHECK(error_with("--reconfigure", "1") == "--reconfigure 1: must be SECONDS=TOPOLOGY");
    for (const auto* seconds : {"x", "-1", "1s", "nan", "inf", "1e9"}) {
        CHECK(error_with("--reconfigure", std::string(seconds) + "=u.json") ==
              std::string("--reconfigure ") + seconds + ": not a number of seconds");
    }
    CHECK(error_with("--nosuch", "1") != "none");
}

} // namespace pontoon::replay_options_test
