#include "tools/replay_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <iostream>
#include <stdexcept>

#include "dataplane/engine.hpp"
#include "tools/command_line.hpp"

namespace pontoon {

namespace {

namespace po = boost::program_options;

std::pair<std::string, std::string> split(const std::string& option, const std::string& text, const char* form) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        throw std::runtime_error(fmt::format("--{} {}: must be {}", option, text, form));
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

Nanoseconds parse_seconds(const std::string& text) {
    double seconds = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || !(seconds >= 0 && seconds < 1e9)) {
        throw std::runtime_error(fmt::format("--reconfigure {}: not a number of seconds", text));
    }
    return static_cast<Nanoseconds>(std::llround(seconds * 1e9));
}

// Inputs may follow each other behind one --in, as in `--in a=1.pcap b=2.pcap`: what has no option of its own and the
// form NAME=FILE is one too.
void take_positionals(const std::vector<std::string>& words, ReplayOptions& options, std::vector<std::string>& inputs) {
    for (const auto& word : words) {
        if (options.topology.empty()) {
            options.topology = word;
        } else if (word.contains('=')) {
            inputs.push_back(word);
        } else {
            throw std::runtime_error(
                fmt::format("{}: there is a topology already, {}", word, options.topology.string()));
        }
    }
}

void take_numbers(const po::variables_map& values, ReplayOptions& options) {
    options.workers = values["workers"].as<unsigned>();
    if (options.workers < 1 || options.workers > Engine::kMaxWorkers) {
        throw std::runtime_error(
            fmt::format("--workers {}: must be from 1 to {}", options.workers, Engine::kMaxWorkers));
    }
    options.seed = values["seed"].as<std::uint64_t>();
    const auto flows = values["flows"].as<std::int64_t>();
    if (flows < 1 || flows > kMaxFlows) {
        throw std::runtime_error(fmt::format("--flows {}: must be from 1 to {}", flows, kMaxFlows));
    }
    options.flows = static_cast<std::uint32_t>(flows);
    const auto repeat = values["repeat"].as<std::int64_t>();
    if (repeat < 1) {
        throw std::runtime_error(fmt::format("--repeat {}: must be at least 1", repeat));
    }
    options.repeat = static_cast<std::uint64_t>(repeat);
}

ReplayOptions checked(const po::variables_map& values) {
    ReplayOptions options;
    std::vector<std::string> inputs;
    if (values.contains("in")) {
        inputs = values["in"].as<std::vector<std::string>>();
    }
    if (values.contains("topology")) {
        take_positionals(values["topology"].as<std::vector<std::string>>(), options, inputs);
    }
    for (const auto& text : inputs) {
        auto [port, file] = split("in", text, "NAME=FILE");
        options.inputs.push_back({std::move(port), std::move(file)});
    }
    if (options.topology.empty() || options.inputs.empty() || !values.contains("out")) {
        throw std::runtime_error("needs a TOPOLOGY.json, at least one --in NAME=FILE, and --out DIR");
    }
    options.out = values["out"].as<std::string>();
    if (values.contains("stats")) {
        options.stats = values["stats"].as<std::string>();
    }
    take_numbers(values, options);
    if (values.contains("reconfigure")) {
        for (const auto& text : values["reconfigure"].as<std::vector<std::string>>()) {
            auto [seconds, topology] = split("reconfigure", text, "SECONDS=TOPOLOGY");
            options.reconfigurations.push_back({parse_seconds(seconds), std::move(topology)});
        }
        std::ranges::stable_sort(options.reconfigurations, {}, &ReplayOptions::Reconfiguration::after);
    }
    options.trace = values.contains("trace");
    return options;
}

} // namespace

po::options_description replay_option_table() {
    po::options_description options("options");
    auto add = options.add_options();
    add("in", po::value<std::vector<std::string>>()->composing()->value_name("NAME=FILE"),
        "what the endpoint NAME (or uplink, or host:NETWORK) sends: a pcap or pcapng file; repeat it for each file");
    add("out", po::value<std::string>()->value_name("DIR"), "where NAME.pcap goes for each port that sent something");
    add("stats", po::value<std::string>()->value_name("FILE"), "where the statistics go (default: standard output)");
    add("workers", po::value<unsigned>()->default_value(1)->value_name("N"), "workers that share the ports");
    add("seed", po::value<std::uint64_t>()->default_value(1)->value_name("N"), "seed of the tables' hashes");
    add("flows", po::value<std::int64_t>()->default_value(1 << 20)->value_name("N"), "room for so many tracked flows");
    add("repeat", po::value<std::int64_t>()->default_value(1)->value_name("N"), "go through the captures N times");
    add("reconfigure", po::value<std::vector<std::string>>()->composing()->value_name("SECONDS=TOPOLOGY"),
        "change to another topology so long after the first packet");
    add("trace", "tell on standard error what became of each packet");
    add("help", "print this");
    return options;
}

std::optional<ReplayOptions> parse_replay_options(std::span<char*> args) {
    const auto visible = replay_option_table();
    const auto values = parse_command_line(args, visible, "topology");
    if (values.contains("help")) {
        std::cout << "usage: pontoon replay TOPOLOGY.json --in NAME=FILE ... --out DIR [options]\n\n"
                  << "Runs captures through the switch that the topology describes, under the captures' clock.\n\n"
                  << visible;
        return std::nullopt;
    }
    return checked(values);
}

} // namespace pontoon
