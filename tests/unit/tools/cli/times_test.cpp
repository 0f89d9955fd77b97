#include "tools/cli/times.hpp"

#include <catch2/catch.hpp>

namespace pontoon::times_test {

using namespace std::chrono;

TEST_CASE("moments are read in all of docker's forms") {
    const Moment now{seconds{1'700'000'000}};
    CHECK(parse_rfc3339("2023-11-14T22:13:20Z") == now);
    CHECK(parse_rfc3339("2023-11-14T23:13:20.5+01:00") == now + milliseconds{500});
    CHECK(parse_rfc3339("2023-11-14") == now - 22h - 13min - 20s);
    for (const auto* bad : {"", "2023", "2023-13-01T00:00:00Z", "2023-02-30", "2023-11-14T25:00:00Z", "2023-11-14Tx",
                            "2023-11-14T22:13:20Zz"}) {
        INFO(bad);
        CHECK_FALSE(parse_rfc3339(bad).has_value());
    }
    CHECK(parse_moment("10m", now) == now - 10min);
    CHECK(parse_moment("1h30m", now) == now - 90min);
    CHECK(parse_moment("1700000000.25", now) == now + milliseconds{250});
    CHECK_THROWS_WITH(parse_moment("zz", now), "failed to parse value as time or duration: \"zz\"");
    CHECK_THROWS(parse_moment("99999999999999999999h", now));
}

TEST_CASE("moments are written as Go writes them") {
    const Moment moment{seconds{1'700'000'000} + nanoseconds{120'000'000}};
    CHECK(rfc3339(moment) == "2023-11-14T22:13:20.120000000Z");
    CHECK(go_time(moment) == "2023-11-14 22:13:20.12 +0000 UTC");
    CHECK(parse_rfc3339(rfc3339(moment)) == moment);
}

TEST_CASE("spans as people say them") {
    CHECK(human_duration(500ms) == "Less than a second");
    CHECK(human_duration(1s) == "1 second");
    CHECK(human_duration(59s) == "59 seconds");
    CHECK(human_duration(60s) == "About a minute");
    CHECK(human_duration(3min) == "3 minutes");
    CHECK(human_duration(60min) == "About an hour");
    CHECK(human_duration(47h) == "47 hours");
    CHECK(human_duration(48h) == "2 days");
    CHECK(human_duration(24h * 15) == "2 weeks");
    CHECK(human_duration(24h * 61) == "2 months");
    CHECK(human_duration(24h * 800) == "2 years");
}

} // namespace pontoon::times_test
