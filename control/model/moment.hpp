// Moments as people tell them to Docker (`--since`, `--until`): seconds since 1970 with a fraction, a date with or
// without time and zone (RFC 3339), or a duration before now as Go writes it ("1h30m").
#pragma once

#include <string>

#include "control/model/time.hpp"

namespace pontoon {

// Throws Refused (400) `failed to parse value as time or duration: "x"`.
[[nodiscard]] Time parse_moment(const std::string& text, Time now);

} // namespace pontoon
