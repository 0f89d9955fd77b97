// Go's fmt.Sprintf for values of JSON: %v %s %d %q %x %t %f %%, with width and flags.
#pragma once

#include <boost/json.hpp>

#include <span>
#include <string>
#include <string_view>

namespace pontoon {

// Throws BadTemplate for a width above 10,000.
[[nodiscard]] std::string printf_text(std::string_view format, std::span<const boost::json::value> arguments);

} // namespace pontoon
