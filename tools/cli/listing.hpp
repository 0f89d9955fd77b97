// Lists of the verbs: tables as Docker's, --format and --quiet.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <utility>
#include <vector>

#include "tools/template/template.hpp"

namespace pontoon {

// A column: the field, and its heading.
using Columns = std::vector<std::pair<std::string, std::string>>;

struct Listing {
    Columns columns;   // of the plain table, in order
    Columns others;    // that a template may name too
    Methods methods{}; // of a row; in the heading they give their argument
};

// Rows are objects with the columns' fields. `format` is what --format got: nothing or `table` for the plain table,
// `table TEMPLATE`, `json`, or a template that is written for each row. Throws BadTemplate.
[[nodiscard]] std::string listed(const Listing& listing, const std::vector<boost::json::object>& rows,
                                 const std::string& format);

// Cells that end in a tab are put in columns at least 10 wide and 3 apart, as Go's tabwriter does.
[[nodiscard]] std::string aligned(const std::string& text);

// Objects for people and for --format of inspect: an array, indented, or the template for each. `\t` stays as it is.
[[nodiscard]] std::string inspected(const std::vector<boost::json::value>& objects, const std::string& format);

} // namespace pontoon
