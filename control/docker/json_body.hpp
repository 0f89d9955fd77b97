// Bodies of docker API requests, read as Docker reads them (docker-behaviours N-048): keys that are not known are
// ignored, null is absent, a value of the wrong type is refused.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/http.hpp"
#include "control/model/records.hpp"

namespace pontoon {

// The object in the body; an empty one for an empty body. Throws Refused (400) for another Content-Type than
// application/json, for what is no JSON object, and for what follows it.
[[nodiscard]] boost::json::object json_body(const HttpRequest& request);

// The value of a key, if it is there and not null; Docker's keys are found in any case of letters. Throw Refused (400)
// if it is of another type.
[[nodiscard]] const boost::json::value* member(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view key); // "" without
[[nodiscard]] bool bool_of(const boost::json::object& object, std::string_view key);        // false without
[[nodiscard]] std::optional<bool> maybe_bool_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] std::int64_t integer_of(const boost::json::object& object, std::string_view key); // 0 without
[[nodiscard]] std::vector<std::string> texts_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] TextMap text_map_of(const boost::json::object& object, std::string_view key);
[[nodiscard]] const boost::json::object* object_of(const boost::json::object& object, std::string_view key); // or null
[[nodiscard]] const boost::json::array* array_of(const boost::json::object& object, std::string_view key);   // or null

} // namespace pontoon
