// What the verbs' command lines have in common.
#pragma once

#include <boost/program_options.hpp>

#include <span>
#include <string>

namespace pontoon {

// Reads the words behind a verb: `visible` options, and words without an option under the name `positional`, a vector
// of strings. Throws std::runtime_error with one line about what is wrong.
[[nodiscard]] boost::program_options::variables_map
parse_command_line(std::span<char*> args, const boost::program_options::options_description& visible,
                   const std::string& positional);

} // namespace pontoon
