// Moments and spans as the docker CLI reads and writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pontoon {

using Moment = std::chrono::sys_time<std::chrono::nanoseconds>;

// "2026-01-02T03:04:05.678901234Z", also with +02:00 and fewer digits.
[[nodiscard]] std::optional<Moment> parse_rfc3339(std::string_view text);
// RFC 3339 with or without a time, seconds since 1970, or how long ago: "42m", "1h30m". Throws std::runtime_error.
[[nodiscard]] Moment parse_moment(std::string_view text, Moment now);

// "2026-01-02T03:04:05.678901234Z"
[[nodiscard]] std::string rfc3339(Moment moment);
// "2026-01-02 03:04:05.678901234 +0000 UTC", without the fraction if it is nought; Go's time.Time.String().
[[nodiscard]] std::string go_time(Moment moment);
// "2 minutes", "About an hour"
[[nodiscard]] std::string human_duration(std::chrono::nanoseconds span);

} // namespace pontoon
