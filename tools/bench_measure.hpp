// How benchmarks measure: time, cycles, stages, and what the ports alone would cost.
#pragma once

#include <x86intrin.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "dataplane/engine.hpp"
#include "dataplane/port/port.hpp"

namespace pontoon {

// A packet's.
struct Cost {
    double mpps = 0;
    double ns = 0;
    double cycles = 0;
};

inline constexpr std::array<std::string_view, 4> kStages{"receive", "parse", "forward", "transmit"};
using StageCosts = std::array<double, kStages.size()>; // cycles a packet

// The engine's clock: it stands still unless something is measured, so nothing times out while frames are made.
struct BenchClock {
    Nanoseconds now = 1'000'000'000;
};

// Calls `work` for `seconds`; it returns how many packets it has moved.
template <typename Work>
Cost measure(BenchClock& clock, double seconds, Work work) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    const Nanoseconds started = clock.now;
    const std::uint64_t first_cycle = __rdtsc();
    const auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::uint64_t packets = 0;
    auto now = begin;
    while (now < end) {
        for (int i = 0; i < 16; ++i) {
            packets += work(clock.now);
        }
        now = Clock::now();
        clock.now = started + static_cast<Nanoseconds>(std::chrono::nanoseconds(now - begin).count());
    }
    const double cycles = static_cast<double>(__rdtsc() - first_cycle);
    const double elapsed = std::chrono::duration<double, std::nano>(now - begin).count();
    const auto moved = static_cast<double>(packets);
    return {moved / elapsed * 1e3, elapsed / moved, cycles / moved};
}

// Lets the engine run without looking at the result.
void warm_up(Engine& engine, BenchClock& clock, double seconds);

// By the engine's own counters of what it received, read once: to read them costs more than a packet.
[[nodiscard]] Cost measure_engine(Engine& engine, BenchClock& clock, double seconds);

[[nodiscard]] StageCosts measure_stages(Engine& engine, BenchClock& clock, double seconds);

// Two ports that send to each other with nothing between them: what no engine can beat.
[[nodiscard]] Cost measure_limit(Port& left, Port& right, double seconds);

} // namespace pontoon
