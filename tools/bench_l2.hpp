// `pontoon bench l2`: the learning bridge between two ports.
#pragma once

#include "tools/bench_frames.hpp"
#include "tools/bench_options.hpp"

namespace pontoon {

// The frames that `options` ask for. Throws std::runtime_error.
[[nodiscard]] TwoWayFrames l2_frames(const BenchOptions& options);

// Measures and prints. The EAL does not run yet.
void bench_l2(const BenchOptions& options, const TwoWayFrames& frames);

} // namespace pontoon
