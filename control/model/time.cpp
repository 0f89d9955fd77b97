#include "control/model/time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace pontoon {

Time Time::now() {
    return {std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count()};
}

std::string Time::to_string() const {
    constexpr std::int64_t kSecond = 1'000'000'000;
    if (nanoseconds == 0) {
        return "0001-01-01T00:00:00Z";
    }
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(static_cast<std::time_t>(nanoseconds / kSecond)),
                       nanoseconds % kSecond);
}

} // namespace pontoon
