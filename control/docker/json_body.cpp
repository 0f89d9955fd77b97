#include "control/docker/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "control/docker/json_fault.hpp"
#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr std::string_view kJson = "application/json";

[[noreturn]] void fail(const std::string& message) {
    throw Refused(Refused::Why::bad, message);
}

[[noreturn]] void fail_type(std::string_view key, const char* wanted) {
    fail(fmt::format("invalid JSON: json: cannot unmarshal field {}: must be {}", key, wanted));
}

bool same(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

void check_type(const HttpRequest& request) {
    const auto& type = request.content_type;
    if (type.empty()) {
        if (!request.body.empty()) {
            fail("malformed Content-Type header (): mime: no media type");
        }
        return;
    }
    auto media = std::string_view(type).substr(0, type.find(';'));
    while (media.ends_with(' ')) {
        media.remove_suffix(1);
    }
    if (!same(media, kJson)) {
        fail(fmt::format("unsupported Content-Type header ({}): must be 'application/json'", shown(type)));
    }
}

} // namespace

json::object json_body(const HttpRequest& request) {
    check_type(request);
    if (request.body.empty()) { // as Docker takes it
        return {};
    }
    json::stream_parser parser;
    json::error_code error;
    const auto read = parser.write_some(request.body, error);
    if (!error && !parser.done()) {
        parser.finish(error);
    }
    if (error) {
        fail("invalid JSON: " + json_fault(request.body));
    }
    if (request.body.find_first_not_of(" \t\r\n", read) != std::string::npos) {
        fail("unexpected content after JSON");
    }
    auto value = parser.release();
    if (value.is_null()) {
        return {};
    }
    if (!value.is_object()) {
        fail("invalid JSON: json: cannot unmarshal the body: must be an object");
    }
    return std::move(value.get_object());
}

const json::value* member(const json::object& object, std::string_view key) {
    const json::value* found = object.if_contains(key);
    if (found == nullptr) {
        const auto other = std::ranges::find_if(object, [&](const auto& entry) { return same(entry.key(), key); });
        found = other == object.end() ? nullptr : &other->value();
    }
    return found == nullptr || found->is_null() ? nullptr : found;
}

std::string text_of(const json::object& object, std::string_view key) {
    const auto* value = member(object, key);
    if (value != nullptr && !value->is_string()) {
        fail_type(key, "a string");
    }
    return value == nullptr ? std::string() : std::string(value->get_string());
}

std::optional<bool> maybe_bool_of(const json::object& object, std::string_view key) {
    const auto* value = member(object, key);
    if (value != nullptr && !value->is_bool()) {
        fail_type(key, "a bool");
    }
    return value == nullptr ? std::nullopt : std::optional(value->get_bool());
}

bool bool_of(const json::object& object, std::string_view key) {
    return maybe_bool_of(object, key).value_or(false);
}

std::int64_t integer_of(const json::object& object, std::string_view key) {
    const auto* value = member(object, key);
    if (value != nullptr && !value->is_int64()) {
        fail_type(key, "an int");
    }
    return value == nullptr ? 0 : value->get_int64();
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto* array = array_of(object, key)) {
        for (const auto& element : *array) {
            if (!element.is_string()) {
                fail_type(key, "an array of strings");
            }
            texts.emplace_back(element.get_string());
        }
    }
    return texts;
}

TextMap text_map_of(const json::object& object, std::string_view key) {
    TextMap map;
    if (const auto* entries = object_of(object, key)) {
        for (const auto& [name, value] : *entries) {
            if (!value.is_string()) {
                fail_type(key, "a map of strings");
            }
            map.insert_or_assign(std::string(name), std::string(value.get_string()));
        }
    }
    return map;
}

const json::object* object_of(const json::object& object, std::string_view key) {
    const auto* value = member(object, key);
    if (value != nullptr && !value->is_object()) {
        fail_type(key, "an object");
    }
    return value == nullptr ? nullptr : &value->get_object();
}

const json::array* array_of(const json::object& object, std::string_view key) {
    const auto* value = member(object, key);
    if (value != nullptr && !value->is_array()) {
        fail_type(key, "an array");
    }
    return value == nullptr ? nullptr : &value->get_array();
}

} // namespace pontoon
