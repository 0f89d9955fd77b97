// The `filters` of a docker API query: {"name": {"value": true}} as the docker CLI sends it, or {"name": ["value"]} as
// the API says (cli-transcript, Facts).
#pragma once

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace pontoon {

using Filters = std::map<std::string, std::set<std::string>>;

// Throws InputError for what is no JSON of that shape. Empty text: no filters.
[[nodiscard]] Filters parse_filters(std::string_view text);
// Throws Refused "invalid filter 'x'" (400) for a name that is not among `known`.
void check_filters(const Filters& filters, std::initializer_list<std::string_view> known);

// Whether `labels` match all the `label` filters: "name" or "name=value".
[[nodiscard]] bool match_labels(const std::set<std::string>& wanted, const std::map<std::string, std::string>& labels);

} // namespace pontoon
