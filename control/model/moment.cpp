#include "control/model/moment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "control/json_reader.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMostSeconds = 9'000'000'000; // nanoseconds fit into 64 bits

// Takes digits off the front; nothing if there are none, or too many.
std::optional<std::int64_t> take_digits(std::string_view& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0 || text.starts_with('-')) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

// ".5" as parts of `unit`.
std::int64_t take_fraction(std::string_view& text, std::int64_t unit) {
    std::int64_t value = 0;
    if (!text.starts_with('.')) {
        return value;
    }
    text.remove_prefix(1);
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
        unit /= 10;
        value += (text[0] - '0') * unit;
    }
    return value;
}

std::optional<Time> parse_seconds(std::string_view text) {
    const auto seconds = take_digits(text);
    if (!seconds || *seconds > kMostSeconds) {
        return std::nullopt;
    }
    const auto fraction = take_fraction(text, kSecond);
    return text.empty() ? std::optional(Time{*seconds * kSecond + fraction}) : std::nullopt;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
    using Unit = std::pair<std::string_view, std::int64_t>;
    constexpr std::array<Unit, 7> units{
        Unit{"ns", 1},           Unit{"us", 1000},   Unit{"ms", 1'000'000},  Unit{"h", 3600 * kSecond},
        Unit{"m", 60 * kSecond}, Unit{"s", kSecond}, Unit{"\xc2\xb5s", 1000}};
    std::int64_t total = 0;
    for (bool any = false; !text.empty() || !any; any = true) {
        const auto whole = take_digits(text);
        std::string_view fraction = text;
        (void)take_fraction(text, 1);
        const auto unit = std::ranges::find_if(units, [&](const Unit& one) { return text.starts_with(one.first); });
        if (!whole || unit == units.end() || *whole > kMostSeconds * kSecond / unit->second) {
            return std::nullopt;
        }
        total += *whole * unit->second + take_fraction(fraction, unit->second);
        if (total < 0 || total > kMostSeconds * kSecond) {
            return std::nullopt;
        }
        text.remove_prefix(unit->first.size());
    }
    return total;
}

std::optional<Time> parse_date(const std::string& text) {
    constexpr std::array<const char*, 4> forms{"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H", "%Y-%m-%d"};
    for (const char* const form : forms) {
        std::tm parts{};
        const char* const end = ::strptime(text.c_str(), form, &parts);
        if (end == nullptr) {
            continue;
        }
        std::string_view rest(end);
        const auto fraction = take_fraction(rest, kSecond);
        std::tm zone{};
        if (rest == "Z" || rest.empty()) {
            return Time{::timegm(&parts) * kSecond + fraction};
        }
        if (const char* const last = ::strptime(rest.data(), "%z", &zone); last != nullptr && *last == '\0') {
            return Time{(::timegm(&parts) - zone.tm_gmtoff) * kSecond + fraction};
        }
    }
    return std::nullopt;
}

} // namespace

Time parse_moment(const std::string& text, Time now) {
    if (const auto seconds = parse_seconds(text)) {
        return *seconds;
    }
    if (const auto before = parse_duration(text)) {
        return {now.nanoseconds - *before};
    }
    if (const auto date = parse_date(text)) {
        return *date;
    }
    throw Refused(Refused::Why::bad, fmt::format("failed to parse value as time or duration: \"{}\"", shown(text)));
}

} // namespace pontoon
