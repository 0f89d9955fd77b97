// A flow as one daemon hands it to the next: what cannot be worked out again from the configuration.
#pragma once

#include <cstdint>
#include <type_traits>

#include "dataplane/flow/half.hpp"

namespace pontoon {

// All integers in the order of the host. Zones and ports are those of the engine that saved it, until somebody gives it
// those of another.
struct SavedFlow {
    FlowKey key; // of the direction that began it
    FlowKey answers;
    Flow::Track track{};
    FlowTick left = 0;      // TCP, SCTP: until it is over
    FlowTick idle[2] = {};  // others: since the last packet of each direction
    PortId owner = kNoPort; // the container's port
    Flow::Kind kind = Flow::Kind::free;
    std::uint8_t answered = 0; // UDP: 1 if both directions were seen
};
static_assert(sizeof(SavedFlow) == 104 && std::is_trivially_copyable_v<SavedFlow>);

// Whether its parts fit each other, whoever wrote it: after that the configuration decides whether it may go on.
[[nodiscard]] bool is_sound(const SavedFlow& flow);

} // namespace pontoon
