// What a new flow is to do, before it has a tuple of its own.
#pragma once

#include <span>

#include "dataplane/flow/half.hpp"

namespace pontoon {

struct Way {
    Flow::Kind kind = Flow::Kind::plain;
    FlowKey translated;              // the packet behind the router; its zone is where answers come in
    std::uint64_t hash = 0;          // of the key of the answers, once it is chosen
    std::span<const Ipv4> sources{}; // addresses to take a source and a NAT port from; empty: the source stays
};

// Whether a container began the flow to the world, not somebody at a published port.
[[nodiscard]] constexpr bool is_outward(Flow::Kind kind) {
    return kind == Flow::Kind::masquerade || kind == Flow::Kind::plain;
}

} // namespace pontoon
