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

// The values of a filter; none if it is not there.
[[nodiscard]] const std::set<std::string>& values_of(const Filters& filters, const std::string& name);
// Whether there is no such filter, or one of its values is `text`, or is matched by `text` as a regular expression.
[[nodiscard]] bool match_exactly(const Filters& filters, const std::string& name, const std::string& text);
[[nodiscard]] bool match_pattern(const Filters& filters, const std::string& name, const std::string& text);
// The filter's one value as a boolean, or `otherwise`. Throws Refused (400).
[[nodiscard]] bool bool_filter(const Filters& filters, const std::string& name, bool otherwise);

// Whether `labels` match all the `label` filters: "name" or "name=value".
[[nodiscard]] bool match_labels(const std::set<std::string>& wanted, const std::map<std::string, std::string>& labels);

} // namespace pontoon
