#include "tools/template/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/template/lexer.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

std::string number_text(const json::value& value) {
    if (value.is_int64()) {
        return std::to_string(value.get_int64());
    }
    if (value.is_uint64()) {
        return std::to_string(value.get_uint64());
    }
    return fmt::format("{}", value.get_double());
}

std::string map_text(const json::object& object) {
    const std::map<std::string_view, const json::value*> sorted = [&] {
        std::map<std::string_view, const json::value*> all;
        for (const auto& [key, one] : object) {
            all.emplace(key, &one);
        }
        return all;
    }();
    std::string text;
    for (const auto& [key, one] : sorted) {
        text += fmt::format("{}{}:{}", text.empty() ? "" : " ", key, go_text(*one));
    }
    return "map[" + text + "]";
}

// `open` and `close` around parts, each on a line of its own unless there is none.
template <class Parts, class Write>
std::string indented_parts(const Parts& parts, char open, char close, unsigned level, Write write) {
    if (parts.empty()) {
        return {open, close};
    }
    std::string text(1, open);
    for (const auto& part : parts) {
        text += fmt::format("{}\n{:{}}", text.size() == 1 ? "" : ",", "", 4 * (level + 1));
        text += write(part);
    }
    return text + fmt::format("\n{:{}}{}", "", 4 * level, close);
}

} // namespace

std::string go_text(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null: return "<nil>";
    case json::kind::bool_: return value.get_bool() ? "true" : "false";
    case json::kind::string: return std::string(value.get_string());
    case json::kind::array: {
        std::string text;
        for (const auto& one : value.get_array()) {
            text += (&one == value.get_array().data() ? "" : " ") + go_text(one);
        }
        return "[" + text + "]";
    }
    case json::kind::object: return map_text(value.get_object());
    default: return number_text(value);
    }
}

std::string json_text(const json::value& value) {
    return value.is_double() ? number_text(value) : json::serialize(value);
}

std::string indented_json(const json::value& value, unsigned level) {
    if (const auto* array = value.if_array()) {
        return indented_parts(*array, '[', ']', level, [&](const auto& one) { return indented_json(one, level + 1); });
    }
    if (const auto* object = value.if_object()) {
        return indented_parts(*object, '{', '}', level, [&](const auto& pair) {
            return json::serialize(json::string(pair.key())) + ": " + indented_json(pair.value(), level + 1);
        });
    }
    return json_text(value);
}

bool is_true(const json::value& value) {
    switch (value.kind()) {
    case json::kind::null: return false;
    case json::kind::bool_: return value.get_bool();
    case json::kind::string: return !value.get_string().empty();
    case json::kind::array: return !value.get_array().empty();
    case json::kind::object: return !value.get_object().empty();
    default: return value.to_number<double>() != 0;
    }
}

int compare(const json::value& left, const json::value& right) {
    const auto sign = [](auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; };
    if (left.is_number() && right.is_number()) {
        if (left.is_int64() && right.is_int64()) {
            return sign(left.get_int64() <=> right.get_int64());
        }
        const double a = left.to_number<double>();
        const double b = right.to_number<double>();
        return a < b ? -1 : a > b ? 1 : 0;
    }
    if (left.kind() != right.kind()) {
        throw BadTemplate("incompatible types for comparison");
    }
    if (left.is_string()) {
        return sign(left.get_string().compare(right.get_string()));
    }
    if (left.is_bool()) {
        return int(left.get_bool()) - int(right.get_bool());
    }
    if (left.is_null()) {
        return 0;
    }
    throw BadTemplate("invalid type for comparison");
}

} // namespace pontoon
