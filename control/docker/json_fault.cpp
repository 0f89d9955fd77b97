#include "control/docker/json_fault.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <string>

namespace pontoon {

namespace {

namespace json = boost::json;

// How far the text is the beginning of some JSON.
std::size_t good_bytes(std::string_view text) {
    json::stream_parser parser;
    json::error_code error;
    for (std::size_t i = 0; i < text.size(); ++i) {
        parser.write_some(text.data() + i, 1, error);
        if (error) {
            return i;
        }
    }
    return text.size();
}

std::string quoted(char c) {
    if (c == '\'') {
        return "'\\''";
    }
    const bool plain = c >= ' ' && c < 0x7f;
    return plain ? fmt::format("'{}'", c) : fmt::format("'\\x{:02x}'", static_cast<unsigned char>(c));
}

// "literal null (expecting 'u')" if `before` ends within a literal.
std::string literal_at(std::string_view before) {
    constexpr std::array<std::string_view, 3> literals{"null", "true", "false"};
    for (const auto literal : literals) {
        for (std::size_t n = literal.size() - 1; n > 0; --n) {
            if (before.ends_with(literal.substr(0, n))) {
                return fmt::format("in literal {} (expecting '{}')", literal, literal[n]);
            }
        }
    }
    return {};
}

bool is_in_object(std::string_view before) {
    std::string open;
    bool in_text = false;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const char c = before[i];
        if (in_text) {
            i += c == '\\' ? 1 : 0;
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            open += c;
        } else if ((c == '}' || c == ']') && !open.empty()) {
            open.pop_back();
        }
    }
    return open.ends_with('{');
}

std::string place_of(std::string_view before) {
    if (auto literal = literal_at(before); !literal.empty()) {
        return literal;
    }
    const auto last = before.find_last_not_of(" \t\r\n");
    const char previous = last == std::string_view::npos ? '\0' : before[last];
    const bool object = is_in_object(before);
    if (object && (previous == '{' || previous == ',')) {
        return "looking for beginning of object key string";
    }
    if (previous == '\0' || previous == '[' || previous == ',' || previous == ':') {
        return "looking for beginning of value";
    }
    return object ? "after object key:value pair" : "after array element";
}

} // namespace

std::string json_fault(std::string_view text) {
    const auto good = good_bytes(text);
    if (good == text.size()) {
        return "unexpected end of JSON input";
    }
    return fmt::format("invalid character {} {}", quoted(text[good]), place_of(text.substr(0, good)));
}

} // namespace pontoon
