// `pontoon bench masquerade` and `publish`: what a packet of an established flow costs.
#pragma once

#include "tools/bench_options.hpp"

namespace pontoon {

// Measures and prints, or writes the frames that would be measured. The EAL does not run yet. Throws
// std::runtime_error.
void bench_nat(const BenchOptions& options);

} // namespace pontoon
