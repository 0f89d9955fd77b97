// Lists and maps of texts as JSON.
#pragma once

#include <boost/json.hpp>

#include "control/model/records.hpp"

namespace pontoon {

[[nodiscard]] inline boost::json::value json_of(const Texts& values) {
    return boost::json::value_from(values);
}
// Docker says null for a list that nobody gave.
[[nodiscard]] inline boost::json::value json_or_null(const Texts& values) {
    return values.empty() ? boost::json::value() : json_of(values);
}
[[nodiscard]] inline boost::json::value json_of(const TextMap& values) {
    return boost::json::value_from(values);
}

} // namespace pontoon
