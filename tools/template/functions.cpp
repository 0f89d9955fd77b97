#include "tools/template/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "tools/template/lexer.hpp"
#include "tools/template/printf.hpp"
#include "tools/template/values.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

using Values = std::span<const json::value>;

constexpr std::size_t kMaxPad = 10'000;

std::string text_of(const json::value& value) {
    if (!value.is_string()) {
        throw BadTemplate("wrong type for value; expected string");
    }
    return std::string(value.get_string());
}

json::value len(Values all) {
    const auto& value = all[0];
    if (value.is_string()) {
        return std::int64_t(value.get_string().size());
    }
    if (value.is_array()) {
        return std::int64_t(value.get_array().size());
    }
    if (value.is_object()) {
        return std::int64_t(value.get_object().size());
    }
    throw BadTemplate(value.is_null() ? "len of nil pointer" : "len of type that has no length");
}

json::value index(Values all) {
    const json::value* at = &all[0];
    static const json::value none;
    for (const auto& key : all.subspan(1)) {
        if (const auto* object = at->if_object()) {
            const auto* found = object->if_contains(text_of(key));
            at = found == nullptr ? &none : found;
            continue;
        }
        const auto* array = at->if_array();
        if (array == nullptr) {
            throw BadTemplate(at->is_null() ? "index of untyped nil" : "can't index item of this type");
        }
        if (!key.is_int64()) {
            throw BadTemplate("cannot index slice/array with this type");
        }
        if (key.get_int64() < 0 || key.get_int64() >= std::int64_t(array->size())) {
            throw BadTemplate(fmt::format("index out of range: {}", key.get_int64()));
        }
        at = &(*array)[std::size_t(key.get_int64())];
    }
    return *at;
}

std::string print(Values all) {
    std::string text; // spaces between operands when neither is a string, as fmt.Sprint
    for (std::size_t i = 0; i < all.size(); ++i) {
        text += i > 0 && !all[i].is_string() && !all[i - 1].is_string() ? " " : "";
        text += go_text(all[i]);
    }
    return text;
}

std::string println(Values all) {
    std::string text;
    for (const auto& one : all) {
        text += (&one == all.data() ? "" : " ") + go_text(one);
    }
    return text + "\n";
}

json::value equal(Values all) {
    return std::ranges::any_of(all.subspan(1), [&](const auto& one) {
        return one.is_null() || all[0].is_null() ? one.is_null() && all[0].is_null() : compare(all[0], one) == 0;
    });
}

json::value split(Values all) {
    const auto text = text_of(all[0]);
    const auto by = text_of(all[1]);
    json::array parts;
    std::size_t begin = 0;
    for (auto end = by.empty() ? std::string::npos : text.find(by); end != std::string::npos;
         end = text.find(by, begin)) {
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + by.size();
    }
    parts.emplace_back(text.substr(begin));
    return parts;
}

json::value join(Values all) {
    if (!all[0].is_array()) {
        throw BadTemplate("wrong type for value; expected []string");
    }
    std::string text;
    for (const auto& one : all[0].get_array()) {
        text += (&one == all[0].get_array().data() ? "" : text_of(all[1])) + go_text(one);
    }
    return json::string(text);
}

template <int (*Change)(int)>
json::value changed(Values all) {
    auto text = text_of(all[0]);
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(Change(c)); });
    return json::string(text);
}

json::value title(Values all) {
    auto text = text_of(all[0]);
    bool begins = true;
    for (auto& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        c = begins ? static_cast<char>(std::toupper(byte)) : c;
        begins = std::isspace(byte) != 0;
    }
    return json::string(text);
}

json::value pad(Values all) {
    const auto spaces = [](const json::value& count) {
        const bool fits = count.is_int64() && count.get_int64() >= 0 && count.get_int64() <= std::int64_t(kMaxPad);
        return fits ? std::string(std::size_t(count.get_int64()), ' ') : throw BadTemplate("wrong width");
    };
    const auto text = text_of(all[0]);
    return json::string(text.empty() ? text : spaces(all[1]) + text + spaces(all[2]));
}

json::value truncate(Values all) {
    const auto text = text_of(all[0]);
    if (!all[1].is_int64() || all[1].get_int64() < 0) {
        throw BadTemplate("wrong length");
    }
    return json::string(text.substr(0, std::size_t(all[1].get_int64())));
}

struct Function {
    std::size_t least;
    std::size_t most;
    json::value (*call)(Values);
};

constexpr std::size_t kAny = 1000;

const std::map<std::string, Function, std::less<>>& functions() {
    static const std::map<std::string, Function, std::less<>> all{
        {"and", {1, kAny, nullptr}},
        {"eq", {2, kAny, equal}},
        {"ge", {2, 2, [](Values a) -> json::value { return compare(a[0], a[1]) >= 0; }}},
        {"gt", {2, 2, [](Values a) -> json::value { return compare(a[0], a[1]) > 0; }}},
        {"index", {1, kAny, index}},
        {"join", {2, 2, join}},
        {"json", {1, 1, [](Values a) -> json::value { return json::string(json_text(a[0])); }}},
        {"le", {2, 2, [](Values a) -> json::value { return compare(a[0], a[1]) <= 0; }}},
        {"len", {1, 1, len}},
        {"lower", {1, 1, changed<std::tolower>}},
        {"lt", {2, 2, [](Values a) -> json::value { return compare(a[0], a[1]) < 0; }}},
        {"ne", {2, 2, [](Values a) -> json::value { return !equal(a).get_bool(); }}},
        {"not", {1, 1, [](Values a) -> json::value { return !is_true(a[0]); }}},
        {"or", {1, kAny, nullptr}},
        {"pad", {3, 3, pad}},
        {"print", {0, kAny, [](Values a) -> json::value { return json::string(print(a)); }}},
        {"printf",
         {1, kAny, [](Values a) -> json::value { return json::string(printf_text(text_of(a[0]), a.subspan(1))); }}},
        {"println", {0, kAny, [](Values a) -> json::value { return json::string(println(a)); }}},
        {"split", {2, 2, split}},
        {"title", {1, 1, title}},
        {"truncate", {2, 2, truncate}},
        {"upper", {1, 1, changed<std::toupper>}},
    };
    return all;
}

} // namespace

bool is_template_function(std::string_view name) {
    return functions().contains(name);
}

json::value call_function(std::string_view name, Values arguments) {
    const auto found = functions().find(name);
    if (found == functions().end() || found->second.call == nullptr) {
        throw BadTemplate(fmt::format("function \"{}\" not defined", name));
    }
    const auto& function = found->second;
    if (arguments.size() < function.least || arguments.size() > function.most) {
        throw BadTemplate(fmt::format("wrong number of args for {}: want {}{} got {}", name,
                                      function.most == kAny ? "at least " : "", function.least, arguments.size()));
    }
    return function.call(arguments);
}

} // namespace pontoon
