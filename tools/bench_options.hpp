// What `pontoon bench` was asked to do.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/port/eal.hpp"

namespace pontoon {

struct BenchOptions {
    std::string kind; // "l2"
    std::optional<std::filesystem::path> packets;
    unsigned macs = 1;
    unsigned size = 64;
    double seconds = 2;
    std::optional<unsigned> cpu;
    std::vector<std::string> vdevs; // two, instead of ports in memory
    std::optional<std::filesystem::path> write;
    Hugepages hugepages = Hugepages::automatic;
    bool json = false;
};

// Nothing if only help was asked for, which is printed. Throws std::runtime_error with one line about what is wrong.
[[nodiscard]] std::optional<BenchOptions> parse_bench_options(std::span<char*> args);

} // namespace pontoon
