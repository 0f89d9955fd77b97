// `pontoon bench`: what a packet costs.
#pragma once

#include <span>

namespace pontoon {

// Exit status: 0 measured, 2 bad input.
int bench_main(std::span<char*> args);

} // namespace pontoon
