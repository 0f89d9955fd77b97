// One good frame of each kind the parser knows.
#pragma once

#include <vector>

#include "tests/unit/frames.hpp"

namespace pontoon {

struct SampleFrame {
    const char* what;
    frames::Bytes frame;
};

[[nodiscard]] std::vector<SampleFrame> sample_frames();

} // namespace pontoon
