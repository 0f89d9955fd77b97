#include "tools/cli/json_fields.hpp"

namespace pontoon {

namespace json = boost::json;

const json::value& field(const json::value& from, std::initializer_list<std::string_view> path) {
    static const json::value none;
    const auto* at = &from;
    for (const auto key : path) {
        const auto* object = at->if_object();
        at = object == nullptr ? nullptr : object->if_contains(key);
        if (at == nullptr) {
            return none;
        }
    }
    return *at;
}

std::string text_field(const json::value& from, std::initializer_list<std::string_view> path) {
    const auto* text = field(from, path).if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

std::int64_t number_field(const json::value& from, std::initializer_list<std::string_view> path) {
    const auto& value = field(from, path);
    return value.is_int64() ? value.get_int64() : 0;
}

bool bool_field(const json::value& from, std::initializer_list<std::string_view> path) {
    const auto& value = field(from, path);
    return value.is_bool() && value.get_bool();
}

const json::array& array_of(const json::value& value) {
    static const json::array none;
    return value.is_array() ? value.get_array() : none;
}

const json::object& object_of(const json::value& value) {
    static const json::object none;
    return value.is_object() ? value.get_object() : none;
}

} // namespace pontoon
