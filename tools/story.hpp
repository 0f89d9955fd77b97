// Prints the trace of packets for people.
#pragma once

#include <cstdio>

#include "dataplane/engine.hpp"

namespace pontoon {

// One block a packet: when, from which port, what it was, what was learned, and where it went or why not. Times are
// shown since `start`.
void print_stories(const Trace& trace, const Engine& engine, Nanoseconds start, std::FILE* to);

} // namespace pontoon
