#include "control/json_reader.hpp"

#include <algorithm>

namespace pontoon {

namespace {

const boost::json::object& object_in(const boost::json::value& value, const std::string& place) {
    if (!value.is_object()) {
        throw InputError(place, "must be an object");
    }
    return value.get_object();
}

} // namespace

std::string shown(std::string_view text) {
    std::string safe(text.substr(0, 64));
    std::ranges::replace_if(safe, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return safe;
}

std::string text_in(const boost::json::value& value, const std::string& place) {
    if (!value.is_string()) {
        throw InputError(place, "must be a string");
    }
    return std::string(value.get_string());
}

ObjectReader::ObjectReader(const boost::json::value& value, std::string place, std::span<const std::string_view> keys)
    : object_(object_in(value, place)), place_(std::move(place)) {
    for (const auto& member : object_) {
        const std::string_view key = member.key();
        if (std::ranges::find(keys, key) == keys.end()) {
            fail(shown(key), "unknown key");
        }
    }
}

std::string ObjectReader::place(std::string_view key) const {
    return place_.empty() ? std::string(key) : place_ + "." + std::string(key);
}

void ObjectReader::fail(std::string_view key, const std::string& reason) const {
    throw InputError(place(key), reason);
}

const boost::json::value& ObjectReader::at(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    if (value == nullptr) {
        fail(key, "is missing");
    }
    return *value;
}

std::string ObjectReader::text(std::string_view key) const {
    return text_in(at(key), place(key));
}

bool ObjectReader::boolean(std::string_view key, bool otherwise) const {
    if (!has(key)) {
        return otherwise;
    }
    if (!at(key).is_bool()) {
        fail(key, "must be true or false");
    }
    return at(key).get_bool();
}

std::int64_t ObjectReader::integer(std::string_view key, std::int64_t otherwise, std::int64_t least,
                                   std::int64_t most) const {
    if (!has(key)) {
        return otherwise;
    }
    const auto& value = at(key);
    if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most) {
        fail(key, "must be an integer from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value.get_int64();
}

void ObjectReader::each(std::string_view key,
                        const std::function<void(const boost::json::value&, const std::string&)>& read) const {
    if (!has(key)) {
        return;
    }
    if (!at(key).is_array()) {
        fail(key, "must be an array");
    }
    std::size_t index = 0;
    for (const auto& element : at(key).get_array()) {
        read(element, place(key) + "[" + std::to_string(index++) + "]");
    }
}

void ObjectReader::each_text(std::string_view key,
                             const std::function<void(const std::string&, const std::string&)>& read) const {
    const auto& value = at(key);
    if (value.is_string()) {
        read(text(key), place(key));
        return;
    }
    if (!value.is_array()) {
        fail(key, "must be a string or an array of strings");
    }
    if (value.get_array().empty()) {
        fail(key, "must not be empty");
    }
    each(key, [&](const auto& element, const auto& where) { read(text_in(element, where), where); });
}

const boost::json::object& ObjectReader::object(std::string_view key) const {
    return object_in(at(key), place(key));
}

} // namespace pontoon
