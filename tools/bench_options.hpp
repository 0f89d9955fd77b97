// What `pontoon bench` was asked to do.
#pragma once

#include <boost/program_options.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/config.hpp"
#include "dataplane/port/eal.hpp"

namespace pontoon {

enum class BenchKind : std::uint8_t { l2, masquerade, publish, setup };

// From the containers or to them.
enum class Direction : std::uint8_t { out, in };

struct BenchOptions {
    BenchKind kind = BenchKind::l2;
    std::optional<std::filesystem::path> packets;
    unsigned macs = 1;
    unsigned flows = 1;
    Transport protocol = Transport::udp; // or tcp
    Direction direction = Direction::out;
    unsigned publishes = 0;
    std::uint64_t seed = 1;
    std::vector<unsigned> sizes{64}; // on the wire; several for imix
    double seconds = 2;
    std::optional<unsigned> cpu;
    std::vector<std::string> vdevs; // two, instead of ports in memory
    std::optional<std::filesystem::path> write;
    Hugepages hugepages = Hugepages::automatic;
    bool json = false;

    // Whether flows begin outside, at published ports.
    [[nodiscard]] bool is_published() const { return publishes != 0; }
};

[[nodiscard]] std::string_view name_of(BenchKind kind);
[[nodiscard]] std::string_view name_of(Direction direction);
[[nodiscard]] std::string_view name_of(Transport protocol);

// Its options, for the manual too.
[[nodiscard]] boost::program_options::options_description bench_option_table();

// Nothing if only help was asked for, which is printed. Throws std::runtime_error with one line about what is wrong.
[[nodiscard]] std::optional<BenchOptions> parse_bench_options(std::span<char*> args);

} // namespace pontoon
