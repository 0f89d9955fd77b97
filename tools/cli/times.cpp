#include "tools/cli/times.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace pontoon {

using namespace std::chrono;

namespace {

// Digits at the front of `text`, which are taken off it; nothing unless there are `least` to `most` of them.
std::optional<long> digits(std::string_view& text, std::size_t least, std::size_t most) {
    std::size_t count = 0;
    long value = 0;
    while (count < text.size() && count < most && text[count] >= '0' && text[count] <= '9') {
        value = value * 10 + (text[count++] - '0');
    }
    text.remove_prefix(count);
    return count < least ? std::nullopt : std::optional(value);
}

bool take(std::string_view& text, char c) {
    const bool there = !text.empty() && text.front() == c;
    text.remove_prefix(there ? 1 : 0);
    return there;
}

std::optional<nanoseconds> fraction(std::string_view& text) {
    if (!take(text, '.')) {
        return nanoseconds{0};
    }
    const auto before = text.size();
    const auto value = digits(text, 1, 9);
    if (!value) {
        return std::nullopt;
    }
    long scaled = *value;
    for (auto count = before - text.size(); count < 9; ++count) {
        scaled *= 10;
    }
    return nanoseconds{scaled};
}

std::optional<minutes> offset(std::string_view& text) {
    if (take(text, 'Z') || text.empty()) {
        return minutes{0};
    }
    const bool east = take(text, '+');
    if (!east && !take(text, '-')) {
        return std::nullopt;
    }
    const auto hour = digits(text, 2, 2);
    const auto minute = take(text, ':') ? digits(text, 2, 2) : std::nullopt;
    if (!hour || !minute) {
        return std::nullopt;
    }
    const auto all = hours{*hour} + minutes{*minute};
    return east ? all : -all;
}

std::optional<nanoseconds> clock_time(std::string_view& text) {
    const auto hour = digits(text, 2, 2);
    const auto minute = take(text, ':') ? digits(text, 2, 2) : std::nullopt;
    const auto second = minute && take(text, ':') ? digits(text, 2, 2) : std::optional<long>(0);
    const auto part = fraction(text);
    if (!hour || !minute || !second || !part || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    return hours{*hour} + minutes{*minute} + seconds{*second} + *part;
}

// "1h30m", "10s", "250ms"
std::optional<nanoseconds> duration_of(std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    double all = 0;
    while (!text.empty()) {
        double value = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        text.remove_prefix(std::size_t(read.ptr - text.data()));
        if (read.ec != std::errc() || value < 0 || text.empty()) {
            return std::nullopt;
        }
        const bool small = text.starts_with("ms");
        const double unit = small ? 1e6 : text[0] == 'h' ? 3600e9 : text[0] == 'm' ? 60e9 : text[0] == 's' ? 1e9 : 0;
        text.remove_prefix(small ? 2 : 1);
        all += value * unit;
        if (unit == 0 || all > 9e18) {
            return std::nullopt;
        }
    }
    return nanoseconds{static_cast<long>(all)};
}

std::string date_and_time(Moment moment, char between) {
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(moment) - day};
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                       unsigned(date.day()), between, time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

} // namespace

std::optional<Moment> parse_rfc3339(std::string_view text) {
    const auto y = digits(text, 4, 4);
    const auto m = take(text, '-') ? digits(text, 2, 2) : std::nullopt;
    const auto d = m && take(text, '-') ? digits(text, 2, 2) : std::nullopt;
    if (!y || !m || !d) {
        return std::nullopt;
    }
    const year_month_day date{year{int(*y)}, month{unsigned(*m)}, day{unsigned(*d)}};
    std::optional<nanoseconds> time = nanoseconds{0};
    std::optional<minutes> zone = minutes{0};
    if (take(text, 'T')) {
        time = clock_time(text);
        zone = offset(text);
    }
    if (!date.ok() || !time || !zone || !text.empty()) {
        return std::nullopt;
    }
    return Moment{sys_days{date}} + *time - *zone;
}

Moment parse_moment(std::string_view text, Moment now) {
    if (const auto exact = parse_rfc3339(text)) {
        return *exact;
    }
    if (const auto ago = duration_of(text)) {
        return now - *ago;
    }
    auto rest = text;
    if (const auto whole = digits(rest, 1, 10)) {
        const auto part = fraction(rest);
        if (part && rest.empty()) {
            return Moment{seconds{*whole}} + *part;
        }
    }
    throw std::runtime_error(fmt::format("failed to parse value as time or duration: \"{}\"", text));
}

std::string rfc3339(Moment moment) {
    return fmt::format("{}.{:09}Z", date_and_time(moment, 'T'), (moment - floor<seconds>(moment)).count());
}

std::string go_time(Moment moment) {
    auto text = date_and_time(moment, ' ');
    if (const auto part = (moment - floor<seconds>(moment)).count(); part != 0) {
        text += fmt::format(".{:09}", part);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + " +0000 UTC";
}

std::string human_duration(nanoseconds span) {
    const auto s = duration_cast<seconds>(span).count();
    const auto h = (s + 1800) / 3600;
    if (s < 1) {
        return "Less than a second";
    }
    if (s < 60) {
        return fmt::format("{} second{}", s, s == 1 ? "" : "s");
    }
    if (s < 3600) {
        return s < 120 ? "About a minute" : fmt::format("{} minutes", s / 60);
    }
    if (h == 1) {
        return "About an hour";
    }
    if (h < 48) {
        return fmt::format("{} hours", h);
    }
    if (h < 24 * 14) {
        return fmt::format("{} days", h / 24);
    }
    if (h < 24 * 60) {
        return fmt::format("{} weeks", h / 24 / 7);
    }
    return h < 24 * 730 ? fmt::format("{} months", h / 24 / 30) : fmt::format("{} years", h / 24 / 365);
}

} // namespace pontoon
