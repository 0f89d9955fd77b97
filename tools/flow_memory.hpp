// How much memory flows take.
#pragma once

#include <cstdint>
#include <optional>

#include "tools/bench_options.hpp"
#include "tools/nat_switch.hpp"

namespace pontoon {

// Resident bytes of this process, hugepages included, without what DPDK's heap holds in hugepages but has given to
// nobody. What the allocator kept for later is given back first, so that two calls tell what came between them. Throws
// std::runtime_error.
[[nodiscard]] std::uint64_t resident_bytes(bool hugepages);

// From its making, before the switch's, until asked. A switch for one flow costs as much as it costs; what ours with
// its table and its flows takes beyond that is the flows'. So it does not matter when a table gets its memory.
class FlowMemory {
public:
    FlowMemory(const BenchOptions& options, PlayPorts& ports, bool hugepages);

    // Bytes; none for so few flows that it would be noise.
    [[nodiscard]] std::optional<double> per_flow() const;

private:
    const unsigned flows_;
    const bool hugepages_;
    std::uint64_t before_ = 0;
};

} // namespace pontoon
