// `pontoon bench setup`: how many new flows a second.
#pragma once

#include "tools/bench_options.hpp"

namespace pontoon {

// Measures and prints. The EAL does not run yet. Throws std::runtime_error.
void bench_setup(const BenchOptions& options);

} // namespace pontoon
