// Moves what a command reads and writes, forwards signals to it, and waits for its end.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string_view>

#include "control/unique_fd.hpp"

namespace pontoon {

struct Pump {
    pid_t child = -1;
    UniqueFd signals;   // a signalfd; what comes is sent to the child
    UniqueFd child_in;  // where our standard input goes; -1: nowhere
    UniqueFd child_out; // the pseudo-terminal's master, or a pipe
    UniqueFd child_error;
    bool tty = false;
    // What the command wrote: bytes, and whether it was its standard error.
    std::function<void(bool is_error, std::string_view bytes)> output;

    // Returns the exit status as shells count it: 128 and the signal's number if one ended it.
    int run();

private:
    bool has_signal();
    void read_output(UniqueFd& from, bool is_error);
    void read_input();
    void drain();
    bool ended_ = false;
    unsigned interrupts_ = 0;
    int status_ = 0;
};

// Blocks the signals that a supervisor forwards, and SIGCHLD; the descriptor that tells of them.
[[nodiscard]] UniqueFd catch_signals();
// Forwards signals to `child` and waits for it: its exit status.
int relay(pid_t child);
// All of it or until the other end has gone.
void write_all(int fd, std::string_view bytes);

} // namespace pontoon
