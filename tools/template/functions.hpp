// The functions of a template: Go's own, and those of docker's (json, join, lower, pad, split, title, truncate, upper).
#pragma once

#include <boost/json.hpp>

#include <span>
#include <string>
#include <string_view>

namespace pontoon {

[[nodiscard]] bool is_template_function(std::string_view name);

// Throws BadTemplate. `and` and `or` are the evaluator's, since they stop early.
[[nodiscard]] boost::json::value call_function(std::string_view name, std::span<const boost::json::value> arguments);

} // namespace pontoon
