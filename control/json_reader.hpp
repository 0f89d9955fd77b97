// Reads JSON objects strictly: every key must be known, every value of its type, and every error says where.
#pragma once

#include <boost/json.hpp>

#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace pontoon {

// Bad input: "PLACE: reason".
class InputError : public std::runtime_error {
public:
    InputError(const std::string& place, const std::string& reason)
        : std::runtime_error(place.empty() ? reason : place + ": " + reason) {}
};

// Text for an error line: control characters replaced, at most 64 characters.
[[nodiscard]] std::string shown(std::string_view text);

// `value`, which must be a string. Throws InputError.
[[nodiscard]] std::string text_in(const boost::json::value& value, const std::string& place);

// One object at a place such as "networks[0]". All functions throw InputError.
class ObjectReader {
public:
    ObjectReader(const boost::json::value& value, std::string place, std::span<const std::string_view> keys);
    ObjectReader(const boost::json::value& value, std::string place, std::initializer_list<std::string_view> keys)
        : ObjectReader(value, std::move(place), std::span(keys.begin(), keys.size())) {}

    [[nodiscard]] bool has(std::string_view key) const { return object_.contains(key); }
    [[nodiscard]] std::string place(std::string_view key) const;
    [[noreturn]] void fail(std::string_view key, const std::string& reason) const;

    [[nodiscard]] const boost::json::value& at(std::string_view key) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view key, bool otherwise) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise, std::int64_t least,
                                       std::int64_t most) const;
    // Calls `read(element, place)` for each element of an array, which may be missing.
    void each(std::string_view key,
              const std::function<void(const boost::json::value&, const std::string&)>& read) const;
    // Calls `read(text, place)` for a string, or for each of an array of strings, which must not be empty.
    void each_text(std::string_view key, const std::function<void(const std::string&, const std::string&)>& read) const;
    [[nodiscard]] const boost::json::object& object(std::string_view key) const;

    // A text that `T::parse` understands.
    template <typename T>
    [[nodiscard]] T parsed(std::string_view key) const {
        const std::expected<T, std::string> value = T::parse(text(key));
        if (!value) {
            fail(key, value.error());
        }
        return *value;
    }
    template <typename T>
    [[nodiscard]] T parsed(std::string_view key, const T& otherwise) const {
        return has(key) ? parsed<T>(key) : otherwise;
    }

private:
    const boost::json::object& object_;
    std::string place_;
};

} // namespace pontoon
