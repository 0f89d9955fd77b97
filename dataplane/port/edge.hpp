// The edge of the switch: what a packet still owes (packet/offload.hpp) and its port cannot do is done here, last of
// all. Checksums are summed up, segments cut, chains put into one buffer.
//
// A packet that went to several ports is copied before it is changed. A port that can do all costs one branch a call,
// and is not asked how long its frames may be.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/port/port.hpp"

struct rte_mbuf;
struct rte_mempool;

namespace pontoon {

class Edge {
public:
    Edge() = default;
    explicit Edge(const Capabilities& port);

    // What a call did. Each packet is in `sent`, `refused`, `too_long` or `no_buffer`, and so is each of `made`.
    struct Outcome {
        unsigned sent = 0;
        std::uint64_t bytes = 0;
        unsigned made = 0;      // packets there are more than there were, by segmentation
        unsigned refused = 0;   // not taken by the port; the rest of a packet's segments counts as one
        unsigned too_long = 0;  // longer than the port takes
        unsigned no_buffer = 0; // for a segment or a copy; the rest of a packet's segments counts as one
    };

    // What packets are together.
    struct Glance {
        std::uint64_t bytes = 0;
        std::uint64_t flags = 0;   // of any
        std::uint32_t longest = 0; // bytes
        std::uint16_t buffers = 0; // more than 1 if any has more
    };
    [[nodiscard]] static Glance glance_at(std::span<rte_mbuf* const> packets);

    // Whether the port takes these as they are.
    [[nodiscard]] bool takes(const Glance& packets) const {
        return !limited_ || ((packets.flags & beyond_) == 0 && packets.longest <= can_.frame &&
                             (can_.chains || packets.buffers <= 1));
    }

    // Transmits by `port` what came of `packets`, which it takes over: what did not leave is freed. Buffers are taken
    // from `pool`, from that of each packet if it is null.
    Outcome transmit(std::span<rte_mbuf* const> packets, Port& port, rte_mempool* pool) const;

private:
    class Finisher;

    Capabilities can_;
    std::uint64_t beyond_ = 0; // flags of what the port cannot do
    bool limited_ = false;
};

} // namespace pontoon
