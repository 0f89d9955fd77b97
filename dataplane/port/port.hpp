// One attachment of the switch: where packets come in and go out, as rte_mbufs.
#pragma once

#include <span>

struct rte_mbuf;

namespace pontoon {

// Owned by one worker, which alone calls `receive` and `transmit`.
class Port {
public:
    Port() = default;
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    virtual ~Port() = default;

    // Fills `packets` from the front and returns how many came. The caller owns them.
    virtual unsigned receive(std::span<rte_mbuf*> packets) = 0;

    // Takes packets from the front and returns how many it took. The caller still owns the rest. A packet that went to
    // several ports has several references: its bytes must not be changed.
    virtual unsigned transmit(std::span<rte_mbuf*> packets) = 0;
};

} // namespace pontoon
