// Time in the data path: read once per turn, or taken from a capture, and handed down.
#pragma once

#include <cstdint>

namespace pontoon {

// Since some start; a clock may stand still, and in a capture even step back.
using Nanoseconds = std::uint64_t;

} // namespace pontoon
