#include "control/port_ranges.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace pontoon::port_ranges_test {

TEST_CASE("an overlap of ports is found exactly where there is one") {
    std::mt19937 random(1);
    for (int round = 0; round < 50; ++round) {
        PortRanges ranges;
        std::vector<PortRange> model;
        for (int step = 0; step < 200; ++step) {
            const auto first = static_cast<std::uint16_t>(random() % 300 + (round % 2 == 0 ? 1 : 65536 - 300));
            const auto size = std::min<std::size_t>(random() % 20, 65535U - first);
            const PortRange range{first, static_cast<std::uint16_t>(first + size)};
            const auto* other = ranges.overlapping(range);
            const bool expected = std::ranges::any_of(model, [&](const auto& one) { return one.overlaps(range); });
            REQUIRE((other != nullptr) == expected);
            if (other != nullptr) {
                CHECK(other->range.overlaps(range));
                CHECK(other->range == model[std::stoul(other->owner)]);
            } else {
                ranges.add(range, std::to_string(model.size()));
                model.push_back(range);
            }
        }
        CHECK(model.size() > 10);
    }
}

} // namespace pontoon::port_ranges_test
