// Reading answers of the daemon without believing that a field is there or of its kind.
#pragma once

#include <boost/json.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace pontoon {

// The value behind keys of nested objects; null if there is none.
[[nodiscard]] const boost::json::value& field(const boost::json::value& from,
                                              std::initializer_list<std::string_view> path);
[[nodiscard]] std::string text_field(const boost::json::value& from, std::initializer_list<std::string_view> path);
[[nodiscard]] std::int64_t number_field(const boost::json::value& from, std::initializer_list<std::string_view> path);
[[nodiscard]] bool bool_field(const boost::json::value& from, std::initializer_list<std::string_view> path);
// Empty if it is none.
[[nodiscard]] const boost::json::array& array_of(const boost::json::value& value);
[[nodiscard]] const boost::json::object& object_of(const boost::json::value& value);

} // namespace pontoon
