#include "tools/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <ranges>
#include <set>
#include <stdexcept>

#include "control/topology.hpp"
#include "dataplane/port/capture_file.hpp"
#include "dataplane/port/eal.hpp"
#include "tools/replay_options.hpp"
#include "tools/replay_report.hpp"
#include "tools/replay_session.hpp"

namespace pontoon {

namespace {

// Everything that can be wrong with the input is found here, before anything is made.
std::vector<Config> check_inputs(const ReplayOptions& options) {
    std::vector<std::filesystem::path> files{options.topology};
    std::ranges::copy(options.reconfigurations | std::views::transform(&ReplayOptions::Reconfiguration::topology),
                      std::back_inserter(files));
    std::vector<Config> configs;
    std::set<std::string> names;
    for (const auto& file : files) {
        auto config = load_topology(file);
        if (!config) {
            throw std::runtime_error(config.error());
        }
        for (const auto& endpoint : config->endpoints) {
            names.insert(endpoint.name);
        }
        if (config->uplink) {
            names.insert(kUplinkName);
        }
        configs.push_back(std::move(*config));
    }
    for (const auto& input : options.inputs) {
        if (!names.contains(input.port)) {
            throw std::runtime_error(fmt::format("--in {}={}: the topology has no endpoint {}", input.port,
                                                 input.file.string(), input.port));
        }
        (void)CaptureReader(input.file);
        std::error_code error;
        for (const auto& name : names) {
            const auto output = options.out / (name + ".pcap");
            if (std::filesystem::equivalent(input.file, output, error)) {
                throw std::runtime_error(
                    fmt::format("--out {}: would overwrite the input {}", options.out.string(), input.file.string()));
            }
        }
    }
    return configs;
}

void write_stats(const ReplayOptions& options, const ReplayReport& report) {
    if (!options.stats) {
        fmt::print("{}", to_json(report));
        return;
    }
    auto partial = *options.stats;
    partial += ".partial";
    std::ofstream file(partial);
    file << to_json(report);
    file.close();
    if (!file) {
        std::filesystem::remove(partial);
        throw std::runtime_error(options.stats->string() + ": cannot be written");
    }
    std::filesystem::rename(partial, *options.stats);
}

int run(const ReplayOptions& options, const std::vector<Config>& configs) {
    std::filesystem::create_directories(options.out);
    const Eal eal({.hugepages = Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
    ReplaySession session(options, configs);
    const auto damage = session.play();
    const auto report = session.report();
    session.commit();
    write_stats(options, report);
    fmt::print(stderr, "{}", to_text(report));
    if (session.snapped() != 0) {
        fmt::print(
            stderr,
            "pontoon replay: {} packets were cut by a snap length: zeros stand for what is lost, checksums pass\n",
            session.snapped());
    }
    for (const auto& line : damage) {
        fmt::print(stderr, "pontoon replay: {}\n", line);
    }
    if (!report.stats.is_conserved()) {
        fmt::print(stderr, "pontoon replay: the packets do not add up; this is a bug in pontoon\n");
        return 1;
    }
    return damage.empty() ? 0 : 1;
}

} // namespace

int replay_main(std::span<char*> args) {
    std::optional<ReplayOptions> options;
    std::vector<Config> configs;
    try {
        options = parse_replay_options(args);
        if (!options) {
            return 0;
        }
        configs = check_inputs(*options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "pontoon replay: {}\n", error.what());
        return 2;
    }
    std::signal(SIGINT, [](int) { ReplaySession::interrupt(); });
    std::signal(SIGTERM, [](int) { ReplaySession::interrupt(); });
    return run(*options, configs);
}

} // namespace pontoon
