// A port that never runs dry, for benchmarks: it receives the same frames for ever, each a fresh copy in a buffer of
// its own as from a NIC, and frees what it is given. DPDK's net_pcap with infinite_rx=1 does the same.
#pragma once

#include <vector>

#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"
#include "tools/bench_frames.hpp"

namespace pontoon {

class LoopPort final : public Port {
public:
    // `frames` fit one buffer each; without any the port receives nothing.
    LoopPort(const std::vector<Frame>& frames, Pool& pool);

    unsigned receive(std::span<rte_mbuf*> packets) override;
    unsigned transmit(std::span<rte_mbuf*> packets) override;

private:
    Pool& pool_;
    std::vector<std::uint8_t> bytes_; // of all frames, each from a cache line on
    std::vector<std::uint32_t> offsets_;
    std::vector<std::uint16_t> lengths_;
    std::size_t next_ = 0;
};

} // namespace pontoon
