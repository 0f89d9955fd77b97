// Prints the trace of packets for people.
#pragma once

#include <cstdio>

#include "dataplane/engine.hpp"

namespace pontoon {

// One block a packet: when, from which port, what it was, what left if that is another, what was learned, which flow it
// is of, and where it went or why not. Times are shown since `start`. A last line says if the trace was full.
void print_stories(const Trace& trace, const Engine& engine, Nanoseconds start, std::FILE* to);

} // namespace pontoon
