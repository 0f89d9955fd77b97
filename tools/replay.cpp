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

void refuse_if_same(const std::filesystem::path& input, const std::filesystem::path& output,
                    const std::string& option) {
    std::error_code error;
    if (std::filesystem::equivalent(input, output, error)) {
        throw std::runtime_error(fmt::format("{}: would overwrite the input {}", option, input.string()));
    }
}

void refuse_overwriting(const std::filesystem::path& input, const ReplayOptions& options) {
    if (options.stats) {
        refuse_if_same(input, *options.stats, "--stats " + options.stats->string());
    }
}

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
        for (const auto& network : config->networks) {
            if (!network.host_port.empty()) {
                names.insert(network.host_port);
            }
            if (network.names) {
                names.insert(kNamesPort);
            }
        }
        if (config->uplink) {
            names.insert(kUplinkName);
        }
        configs.push_back(std::move(*config));
    }
    for (const auto& file : files) {
        refuse_overwriting(file, options);
    }
    for (const auto& input : options.inputs) {
        if (!names.contains(input.port)) {
            throw std::runtime_error(fmt::format("--in {}={}: the topology has no endpoint {}", input.port,
                                                 input.file.string(), input.port));
        }
        (void)CaptureReader(input.file);
        refuse_overwriting(input.file, options);
        for (const auto& name : names) {
            refuse_if_same(input.file, options.out / (name + ".pcap"), "--out " + options.out.string());
        }
    }
    return configs;
}

// The statistics, on standard output or beside `file` until `commit`; without that nothing is left.
class StatsFile {
public:
    explicit StatsFile(const std::optional<std::filesystem::path>& file) {
        if (file) {
            file_ = *file;
            partial_ = file_.parent_path() / ("." + file_.filename().string() + ".partial");
            stream_.open(partial_);
            check();
        }
    }
    StatsFile(const StatsFile&) = delete;
    StatsFile& operator=(const StatsFile&) = delete;
    ~StatsFile() {
        std::error_code ignored;
        if (!partial_.empty()) {
            std::filesystem::remove(partial_, ignored);
        }
    }

    void write(const std::string& json) {
        if (file_.empty()) {
            fmt::print("{}", json);
            return;
        }
        stream_ << json;
        stream_.close();
        check();
    }
    void commit() {
        if (!partial_.empty()) {
            std::filesystem::rename(partial_, file_);
            partial_.clear();
        }
    }

private:
    void check() const {
        if (!stream_) {
            throw std::runtime_error(file_.string() + ": cannot be written");
        }
    }

    std::filesystem::path file_;
    std::filesystem::path partial_;
    std::ofstream stream_;
};

int run(const ReplayOptions& options, const std::vector<Config>& configs) {
    std::filesystem::create_directories(options.out);
    StatsFile stats(options.stats);
    const Eal eal({.hugepages = Hugepages::off, .memory_mib = 256, .vdevs = {}, .pci = {}, .cpu = {}});
    ReplaySession session(options, configs);
    const auto damage = session.play();
    const auto report = session.report();
    session.finish();
    stats.write(to_json(report));
    session.commit();
    stats.commit();
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
