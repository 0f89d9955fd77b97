// A moment as Docker tells it: nanoseconds since 1970 in UTC.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace pontoon {

struct Time {
    std::int64_t nanoseconds = 0; // 0: never

    [[nodiscard]] static Time now();
    // RFC 3339 with nanoseconds in UTC, "2026-11-21T02:08:17.714650853Z"; "0001-01-01T00:00:00Z" for never, as Go says
    // it.
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const Time&, const Time&) = default;
};

} // namespace pontoon
