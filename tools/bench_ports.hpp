// Ports for benchmarks: what they receive lies in memory, each frame copied to a buffer of its own as from a NIC.
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"
#include "tools/frame_list.hpp"
#include "tools/transport_frames.hpp"

namespace pontoon {

// Never runs dry: receives the same frames for ever and frees what it is given. DPDK's net_pcap with infinite_rx=1
// does the same.
class LoopPort final : public Port {
public:
    // `frames` and `pool` outlive the port; without any frames it receives nothing.
    LoopPort(const FrameList& frames, Pool& pool) : frames_(frames), pool_(pool) {}

    unsigned receive(std::span<rte_mbuf*> packets) override;
    unsigned transmit(std::span<rte_mbuf*> packets) override;

private:
    const FrameList& frames_;
    Pool& pool_;
    std::size_t next_ = 0;
};

// Receives given frames once, and notes of whom and for whom are those it is given.
class PlayPort final : public Port {
public:
    explicit PlayPort(Pool& pool) : pool_(pool) {}

    // From now on receives these, which outlive their playing.
    void play(const FrameList& frames) {
        frames_ = &frames;
        next_ = 0;
    }
    [[nodiscard]] bool is_done() const { return frames_ == nullptr || next_ == frames_->size(); }

    // From now on notes the ends of up to `most` frames, for which it takes memory now.
    void listen(std::size_t most);
    // Those noted since, in order.
    [[nodiscard]] const std::vector<Ends>& heard() const { return heard_; }
    // Frames given since the port was made.
    [[nodiscard]] std::uint64_t given() const { return given_; }

    unsigned receive(std::span<rte_mbuf*> packets) override;
    unsigned transmit(std::span<rte_mbuf*> packets) override;

private:
    Pool& pool_;
    const FrameList* frames_ = nullptr;
    std::size_t next_ = 0;
    std::vector<Ends> heard_;
    std::size_t most_ = 0;
    std::uint64_t given_ = 0;
};

// Stands for another port, which may be exchanged between turns: an engine keeps the port it was given.
class PlugPort final : public Port {
public:
    // `port` is there as long as this port is used, or until the next `plug`.
    explicit PlugPort(Port& port) : port_(&port) {}
    void plug(Port& port) { port_ = &port; }

    unsigned receive(std::span<rte_mbuf*> packets) override { return port_->receive(packets); }
    unsigned transmit(std::span<rte_mbuf*> packets) override { return port_->transmit(packets); }

private:
    Port* port_;
};

} // namespace pontoon
