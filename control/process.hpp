// Processes of others, told apart by number and start: the kernel gives numbers again.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "control/unique_fd.hpp"

namespace pontoon {

// When it began, in clock ticks since boot (proc(5), stat field 22); 0 if there is no such process, or it has ended and
// nobody has waited for it.
[[nodiscard]] std::uint64_t process_start(pid_t pid);

// A descriptor that becomes readable when the process that began at `start` ends (pidfd_open(2)); none if it has ended.
// Throws std::runtime_error.
[[nodiscard]] UniqueFd open_process(pid_t pid, std::uint64_t start);

// Sends a signal to it; nothing if it has ended. Throws std::runtime_error.
void signal_process(pid_t pid, std::uint64_t start, int number);

} // namespace pontoon
