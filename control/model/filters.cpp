#include "control/model/filters.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <boost/json.hpp>

#include "control/bridge_options.hpp"
#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

// An extended regular expression of POSIX, without what takes memory or time out of proportion: counts and references.
class Pattern {
public:
    explicit Pattern(const std::string& text) : text_(text) {
        constexpr std::size_t kLongest = 256;
        constexpr const char* kSpecial = "\\^$.|?*+()[]{}";
        if (text.find_first_of(kSpecial) == std::string::npos || text.find('\0') != std::string::npos) {
            return;
        }
        bool simple = text.size() <= kLongest && text.find('{') == std::string::npos;
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            simple = simple && !(text[i] == '\\' && text[i + 1] >= '1' && text[i + 1] <= '9');
        }
        compiled_ = simple && ::regcomp(&pattern_, text.c_str(), REG_EXTENDED | REG_NOSUB) == 0;
    }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;
    ~Pattern() {
        if (compiled_) {
            ::regfree(&pattern_);
        }
    }

    // What is no regular expression is looked for as it is.
    [[nodiscard]] bool matches(const std::string& text) const {
        return text.find(text_) != std::string::npos ||
               (compiled_ && ::regexec(&pattern_, text.c_str(), 0, nullptr, 0) == 0);
    }

private:
    const std::string& text_;
    regex_t pattern_{};
    bool compiled_ = false;
};

std::set<std::string> read_values(const json::value& value) {
    std::set<std::string> values;
    if (const auto* list = value.if_array()) {
        for (const auto& one : *list) {
            values.insert(text_in(one, "filters"));
        }
    } else if (const auto* map = value.if_object()) {
        for (const auto& [text, wanted] : *map) {
            if (!wanted.is_bool()) {
                throw InputError("filters", "must be a map of maps to booleans, or of lists");
            }
            if (wanted.get_bool()) {
                values.insert(text);
            }
        }
    } else {
        throw InputError("filters", "must be a map of maps to booleans, or of lists");
    }
    return values;
}

} // namespace

Filters parse_filters(std::string_view text) {
    if (text.empty()) {
        return {};
    }
    json::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) {
        throw InputError("filters", error ? "not JSON: " + error.message() : "must be a map");
    }
    Filters filters;
    for (const auto& [name, values] : value.get_object()) {
        filters[name] = read_values(values);
    }
    return filters;
}

void check_filters(const Filters& filters, std::initializer_list<std::string_view> known) {
    for (const auto& [name, values] : filters) {
        if (std::ranges::find(known, name) == known.end()) {
            throw Refused(Refused::Why::bad, fmt::format("invalid filter '{}'", shown(name)));
        }
    }
}

const std::set<std::string>& values_of(const Filters& filters, const std::string& name) {
    static const std::set<std::string> none;
    const auto found = filters.find(name);
    return found == filters.end() ? none : found->second;
}

bool match_exactly(const Filters& filters, const std::string& name, const std::string& text) {
    const auto& values = values_of(filters, name);
    return values.empty() || values.contains(text);
}

bool match_pattern(const Filters& filters, const std::string& name, const std::string& text) {
    const auto& values = values_of(filters, name);
    return values.empty() ||
           std::ranges::any_of(values, [&](const std::string& value) { return Pattern(value).matches(text); });
}

bool bool_filter(const Filters& filters, const std::string& name, bool otherwise) {
    const auto& values = values_of(filters, name);
    if (values.empty()) {
        return otherwise;
    }
    const auto value = parse_bool(*values.begin());
    if (!value || values.size() > 1) {
        std::string all;
        for (const auto& one : values) {
            all += (all.empty() ? "" : " ") + shown(one);
        }
        throw Refused(Refused::Why::bad, fmt::format("invalid filter '{}=[{}]'", name, all));
    }
    return *value;
}

bool match_labels(const std::set<std::string>& wanted, const std::map<std::string, std::string>& labels) {
    return std::ranges::all_of(wanted, [&](const std::string& one) {
        const auto equals = one.find('=');
        const auto label = labels.find(one.substr(0, equals));
        return label != labels.end() && (equals == std::string::npos || label->second == one.substr(equals + 1));
    });
}

} // namespace pontoon
