// Remembers for which remote ends no NAT port was free a moment ago, so that a flood of new flows to one of them does
// not search all ports again for each packet.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/flow/half.hpp"

namespace pontoon {

class Exhausted {
public:
    void note(std::uint64_t remote, FlowTick now) {
        slots_[remote % kSlots] = {remote, now};
        used_ = true;
    }
    [[nodiscard]] bool is_used() const { return used_; }
    // Within the same tick of the clock.
    [[nodiscard]] bool is(std::uint64_t remote, FlowTick now) const {
        const Slot& slot = slots_[remote % kSlots];
        return slot.remote == remote && slot.tick == now;
    }
    // A port has become free.
    void clear() {
        if (used_) {
            slots_ = {};
            used_ = false;
        }
    }

private:
    static constexpr std::size_t kSlots = 512;
    struct Slot {
        std::uint64_t remote = 0;
        FlowTick tick = 0;
    };
    std::array<Slot, kSlots> slots_{};
    bool used_ = false;
};

} // namespace pontoon
