// How benchmarks print what they measured.
#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "dataplane/engine.hpp"
#include "tools/bench_measure.hpp"
#include "tools/bench_options.hpp"

namespace pontoon {

struct Measurement {
    Cost engine;
    std::optional<Cost> limit; // of source and sink, where they are in memory
    StageCosts stages{};
    std::uint64_t dropped = 0;
};

// Adds mpps, ns, cycles, stage_cycles, dropped and limit_*.
void add_measurement(boost::json::object& object, const Measurement& measurement);
void print_measurement(const Measurement& measurement);

// Bytes on the wire or "imix".
[[nodiscard]] boost::json::value size_value(const BenchOptions& options);
[[nodiscard]] std::string size_text(const BenchOptions& options);
[[nodiscard]] std::string_view hugepages_text(bool hugepages);

[[nodiscard]] boost::json::value json_of(std::optional<double> number);
void print_bytes_per_flow(std::optional<double> bytes);

// What was asked for: kind, direction, protocol, flows, publishes.
[[nodiscard]] boost::json::object nat_object(const BenchOptions& options);
[[nodiscard]] std::string nat_text(const BenchOptions& options);

// "no_route 12, tx_full 3": what was dropped between two looks at the statistics.
[[nodiscard]] std::string drops_between(const Stats& before, const Stats& after);
// Says on standard error that the figures are not sound; `what` is a sentence without its stop.
void warn(const std::string& what);

} // namespace pontoon
