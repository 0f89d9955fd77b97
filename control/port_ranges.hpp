// Ranges of ports that do not overlap, each with an owner. A range costs one entry whatever its size; looking and
// adding take logarithmic time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "dataplane/config.hpp"

namespace pontoon {

class PortRanges {
public:
    struct Taken {
        PortRange range;
        std::string owner;
    };

    // One that overlaps `range`, or null.
    [[nodiscard]] const Taken* overlapping(const PortRange& range) const {
        const auto found = by_last_.lower_bound(range.first);
        return found != by_last_.end() && found->second.range.overlaps(range) ? &found->second : nullptr;
    }

    // Only if nothing overlaps it.
    void add(const PortRange& range, std::string owner = {}) {
        by_last_.emplace(range.last, Taken{range, std::move(owner)});
    }

    // One that was added.
    void remove(const PortRange& range) { by_last_.erase(range.last); }
    [[nodiscard]] bool empty() const { return by_last_.empty(); }

private:
    std::map<std::uint16_t, Taken> by_last_;
};

} // namespace pontoon
