#include "tools/cli/listing.hpp"

#include <algorithm>
#include <map>

#include "tools/template/values.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMinWidth = 10;
constexpr std::size_t kPadding = 3;

// Characters, not bytes.
std::size_t width_of(std::string_view text) {
    return std::size_t(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (auto end = text.find(by); end != std::string_view::npos; end = text.find(by, begin)) {
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.emplace_back(text.substr(begin));
    return parts;
}

std::string replaced(std::string text) {
    for (const auto& [from, to] : {std::pair{"\\t", '\t'}, {"\\n", '\n'}}) {
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
            text.replace(at, 2, 1, to);
        }
    }
    return text;
}

json::object headings(const Listing& listing) {
    json::object object;
    for (const auto* columns : {&listing.columns, &listing.others}) {
        for (const auto& [field, heading] : *columns) {
            object[field] = heading;
        }
    }
    return object;
}

std::string plain(const Listing& listing) {
    std::string text;
    for (const auto& [field, heading] : listing.columns) {
        text += (text.empty() ? "{{." : "\t{{.") + field + "}}";
    }
    return text;
}

// {{.Label "com.x.y_z"}} is headed "com x y z", as Docker does.
Methods heading_methods(const Methods& methods) {
    Methods result;
    for (const auto& [name, method] : methods) {
        result[name] = [](const json::value&, std::span<const json::value> arguments) -> json::value {
            return arguments.empty() ? json::value("") : arguments.front();
        };
    }
    return result;
}

// As encoding/json writes what has a MarshalJSON of its own.
std::string without_markup(const std::string& text) {
    std::string result;
    for (const char c : text) {
        result += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : c == '&' ? "\\u0026" : std::string(1, c);
    }
    return result;
}

// {{json .}} has its keys in order.
json::object ordered(const json::object& row) {
    std::map<std::string_view, const json::value*> sorted;
    for (const auto& [key, value] : row) {
        sorted.emplace(key, &value);
    }
    json::object result;
    for (const auto& [key, value] : sorted) {
        result[key] = *value;
    }
    return result;
}

Template parsed(const std::string& text) {
    try {
        return Template(text);
    } catch (const BadTemplate& error) {
        throw BadTemplate(std::string("failed to parse template: ") + error.what());
    }
}

} // namespace

std::string aligned(const std::string& text) {
    auto lines = split(text, '\n');
    std::vector<std::vector<std::string>> cells;
    std::vector<std::size_t> widths;
    for (const auto& line : lines) {
        cells.push_back(split(line, '\t'));
        for (std::size_t i = 0; i + 1 < cells.back().size(); ++i) {
            widths.resize(std::max(widths.size(), i + 1), kMinWidth);
            widths[i] = std::max(widths[i], width_of(cells.back()[i]) + kPadding);
        }
    }
    std::string result;
    for (const auto& row : cells) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            result += row[i];
            result.append(i + 1 < row.size() ? widths[i] - width_of(row[i]) : 0, ' ');
        }
        result += &row == &cells.back() ? "" : "\n";
    }
    return result;
}

std::string listed(const Listing& listing, const std::vector<json::object>& rows, const std::string& format) {
    const bool table = format.empty() || format == "table" || format.starts_with("table ");
    const auto asked = format == "json" ? "{{json .}}"
                       : table          ? format.substr(std::min<std::size_t>(format.size(), 6))
                                        : format;
    const auto one = parsed(asked.empty() ? plain(listing) : replaced(asked));
    std::string text;
    if (table) {
        text = one.run(headings(listing), heading_methods(listing.methods)) + "\n";
    }
    for (const auto& row : rows) {
        const auto line = one.run(ordered(row), listing.methods) + "\n";
        text += asked == "{{json .}}" ? without_markup(line) : line;
    }
    return table ? aligned(text) : text;
}

std::string inspected(const std::vector<json::value>& objects, const std::string& format) {
    if (format.empty()) {
        return indented_json(json::array(objects.begin(), objects.end())) + "\n";
    }
    std::string text;
    try {
        const Template one(format == "json" ? "{{json .}}" : format);
        for (const auto& object : objects) {
            text += one.run(object) + "\n";
        }
    } catch (const BadTemplate& error) {
        throw BadTemplate(std::string("template parsing error: ") + error.what());
    }
    return text;
}

} // namespace pontoon
