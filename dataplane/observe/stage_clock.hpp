// What the stages of a turn cost, when somebody asks.
#pragma once

#include <x86intrin.h>

#include <cstdint>
#include <utility>

namespace pontoon {

// TSC cycles spent in each stage, and the packets they were spent on.
struct StageCycles {
    std::uint64_t receive = 0;
    std::uint64_t parse = 0;
    std::uint64_t forward = 0;
    std::uint64_t transmit = 0;
    std::uint64_t packets = 0;
};

// Reads the cycle counter only when somebody asks.
class StageClock {
public:
    explicit StageClock(StageCycles* stages) : stages_(stages), last_(stages != nullptr ? __rdtsc() : 0) {}

    // Adds the time since the last lap to a stage.
    void lap(std::uint64_t StageCycles::* stage) {
        if (stages_ != nullptr) {
            const std::uint64_t now = __rdtsc();
            stages_->*stage += now - std::exchange(last_, now);
        }
    }
    void count(std::uint64_t packets) {
        if (stages_ != nullptr) {
            stages_->packets += packets;
        }
    }

private:
    StageCycles* stages_;
    std::uint64_t last_;
};

} // namespace pontoon
