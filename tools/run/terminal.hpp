// The terminal of the one who types, and the pseudo-terminal that the container's command gets.
#pragma once

#include <termios.h>

#include <optional>

#include "control/unique_fd.hpp"

namespace pontoon {

struct Pty {
    UniqueFd master;
    UniqueFd slave;
};
// Throws std::runtime_error.
[[nodiscard]] Pty open_pty();

// Standard input in raw mode while it lives; nothing if it is no terminal.
class RawTerminal {
public:
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

private:
    std::optional<termios> before_;
};

// Gives the pseudo-terminal the size that ours has.
void copy_size(int master);

} // namespace pontoon
