// How Go shows and compares values, for values of JSON.
#pragma once

#include <boost/json.hpp>

#include <string>

namespace pontoon {

// As %v: "map[a:1 b:[x y]]", keys in order; null is "<nil>".
[[nodiscard]] std::string go_text(const boost::json::value& value);
// As encoding/json with SetEscapeHTML(false) writes it. Objects keep their order.
[[nodiscard]] std::string json_text(const boost::json::value& value);
// Four spaces a level, as `docker inspect` prints; `level` is that of the first line, which is not indented.
[[nodiscard]] std::string indented_json(const boost::json::value& value, unsigned level = 0);

// What {{if}} takes for true: not false, 0, null and empty.
[[nodiscard]] bool is_true(const boost::json::value& value);
// -1, 0, 1. Throws BadTemplate for values of different kinds or without order.
[[nodiscard]] int compare(const boost::json::value& left, const boost::json::value& right);

} // namespace pontoon
