// A port in memory, for replay, tests and fuzzing: what is fed comes in, what goes out waits to be taken. No clock, no
// thread, no file: whoever feeds it decides the order, so runs repeat bit for bit.
#pragma once

#include <deque>
#include <vector>

#include "dataplane/port/port.hpp"

namespace pontoon {

class PcapPort final : public Port {
public:
    PcapPort() = default;
    ~PcapPort() override;

    // Takes over `packet`, to be received next after those fed before.
    void feed(rte_mbuf* packet) { waiting_.push_back(packet); }

    // What was transmitted since the last call, in order; the caller owns it.
    [[nodiscard]] std::vector<rte_mbuf*> take();
    [[nodiscard]] bool has_sent() const { return !sent_.empty(); }

    unsigned receive(std::span<rte_mbuf*> packets) override;
    unsigned transmit(std::span<rte_mbuf*> packets) override;

private:
    std::deque<rte_mbuf*> waiting_;
    std::vector<rte_mbuf*> sent_;
};

} // namespace pontoon
