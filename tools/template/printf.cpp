#include "tools/template/printf.hpp"

#include <fmt/format.h>

#include "tools/template/lexer.hpp"
#include "tools/template/values.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxWidth = 10'000;

struct Directive {
    bool left = false;
    bool zeros = false;
    std::size_t width = 0;
    int precision = -1;
};

std::size_t digits(std::string_view format, std::size_t& at) {
    std::size_t value = 0;
    for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) {
        value = value * 10 + std::size_t(format[at] - '0');
        if (value > kMaxWidth) {
            throw BadTemplate("printf: the width is too large");
        }
    }
    return value;
}

Directive directive(std::string_view format, std::size_t& at) {
    Directive result;
    for (; at < format.size() && (format[at] == '-' || format[at] == '0' || format[at] == '+'); ++at) {
        result.left = result.left || format[at] == '-';
        result.zeros = result.zeros || format[at] == '0';
    }
    result.width = digits(format, at);
    if (at < format.size() && format[at] == '.') {
        ++at;
        result.precision = static_cast<int>(digits(format, at));
    }
    return result;
}

std::string hex_of(const json::value& value) {
    if (value.is_int64()) {
        return fmt::format("{:x}", value.get_int64());
    }
    std::string text;
    for (const char c : go_text(value)) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return text;
}

std::string converted(char verb, const Directive& how, const json::value& value) {
    const auto wrong = [&] { return fmt::format("%!{}({})", verb, go_text(value)); };
    const auto cut = [&](std::string text) {
        return how.precision < 0 ? text : text.substr(0, std::size_t(how.precision));
    };
    switch (verb) {
    case 'v': return go_text(value);
    case 's': return value.is_number() || value.is_bool() ? wrong() : cut(go_text(value));
    case 'q': return json::serialize(json::string(go_text(value)));
    case 'd': return value.is_int64() || value.is_uint64() ? go_text(value) : wrong();
    case 't': return value.is_bool() ? go_text(value) : wrong();
    case 'x': return hex_of(value);
    case 'f':
        return value.is_double() ? fmt::format("{:.{}f}", value.get_double(), how.precision < 0 ? 6 : how.precision)
                                 : wrong();
    default: return wrong();
    }
}

std::string padded(const Directive& how, const std::string& text) {
    if (text.size() >= how.width) {
        return text;
    }
    const std::string fill(how.width - text.size(), how.zeros && !how.left ? '0' : ' ');
    return how.left ? text + fill : fill + text;
}

} // namespace

std::string printf_text(std::string_view format, std::span<const json::value> arguments) {
    std::string text;
    std::size_t used = 0;
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%') {
            text += format[at];
            continue;
        }
        const auto how = directive(format, ++at);
        if (at >= format.size()) {
            text += "%!(NOVERB)";
        } else if (format[at] == '%') {
            text += '%';
        } else if (used >= arguments.size()) {
            text += fmt::format("%!{}(MISSING)", format[at]);
        } else {
            text += padded(how, converted(format[at], how, arguments[used++]));
        }
    }
    for (; used < arguments.size(); ++used) {
        text += fmt::format("%!(EXTRA {})", go_text(arguments[used]));
    }
    return text;
}

} // namespace pontoon
