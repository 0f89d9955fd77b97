// What `pontoon replay` was asked to do.
#pragma once

#include <boost/program_options.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/bridge/fdb.hpp"

namespace pontoon {

struct ReplayOptions {
    struct Input {
        std::string port;
        std::filesystem::path file;
    };
    struct Reconfiguration {
        Nanoseconds after = 0; // the first packet
        std::filesystem::path topology;
    };

    std::filesystem::path topology;
    std::vector<Input> inputs;
    std::filesystem::path out;
    std::optional<std::filesystem::path> stats;
    unsigned workers = 1;
    std::uint64_t seed = 1;
    std::uint64_t repeat = 1;
    std::uint32_t flows = 1 << 20;
    std::vector<Reconfiguration> reconfigurations; // by time
    bool trace = false;
};

// Its options, for the manual too.
[[nodiscard]] boost::program_options::options_description replay_option_table();

// Nothing if only help was asked for, which is printed. Throws std::runtime_error with one line about what is wrong.
[[nodiscard]] std::optional<ReplayOptions> parse_replay_options(std::span<char*> args);

} // namespace pontoon
