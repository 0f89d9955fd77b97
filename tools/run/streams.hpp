// Both ends of what a command reads and writes: a pseudo-terminal or pipes.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "control/unique_fd.hpp"
#include "tools/run/first_process.hpp"

namespace pontoon {

struct Streams {
    ProcessPlan theirs;         // in, out, error and tty are set
    std::vector<UniqueFd> held; // what `theirs` names; to be closed once the command has them
    UniqueFd in, out, error;    // ours
    UniqueFd kept;              // an end that only has to stay open
};

// With `input`, something of ours is its standard input; otherwise it has none. Throws std::runtime_error.
[[nodiscard]] Streams open_streams(bool tty, bool input);

// The texts of an array.
[[nodiscard]] std::vector<std::string> texts_of(const boost::json::value& value);

} // namespace pontoon
