// A port on a TAP device that is open: one read or write a packet, with the virtio_net_hdr that carries what the packet
// owes, so that frames of 64 KB and partial checksums travel whole (Linux drivers/net/tun.c).
//
// Every frame is read into a large buffer, with the virtio_net_hdr in the headroom right before it, because a read into
// one piece of memory costs 645 ns and one into two 740 (18 bytes of UDP; a write 1535 and 1640). One that is short is
// copied to a small buffer and the large one, hot in the cache, takes the next. Under load a burst is read and written
// by one system call (io_batch.hpp); a packet that comes alone is not kept waiting for others.
#pragma once

#include <atomic>
#include <cstddef>

#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"

namespace pontoon {

class IoBatch;

class TapPort final : public Port {
public:
    // Takes over `fd`, a TAP device with IFF_NO_PI and IFF_VNET_HDR, and closes it also when it throws
    // std::runtime_error: then it is none.
    TapPort(int fd, const Buffers& buffers);
    ~TapPort() override;

    // A device that is down or gone brings nothing.
    unsigned receive(std::span<rte_mbuf*> packets) override;
    // A device that is down or gone takes nothing. What the kernel refuses for its headers does not stop the others.
    unsigned transmit(std::span<rte_mbuf*> packets) override;
    [[nodiscard]] int wait_fd() const override { return fd_; }
    [[nodiscard]] bool failed() const override { return failed_.load(std::memory_order_relaxed); }

private:
    static constexpr std::size_t kParts = 64; // of a frame in several buffers, at most

    void prepare();
    unsigned receive_each(std::span<rte_mbuf*> packets);
    IoBatch* batch(std::size_t packets, std::size_t worth) const;
    // Tries to read as many as there is room for in `packets`, at most IoBatch::kMost.
    unsigned receive_by(IoBatch& batch, std::span<rte_mbuf*> packets);
    // The next frame, or null. `large` is given away with a long one.
    rte_mbuf* read_by(rte_mbuf*& large);
    rte_mbuf* read_into_small();
    unsigned transmit_each(std::span<rte_mbuf*> packets);
    unsigned transmit_by(IoBatch& batch, std::span<rte_mbuf*> packets);
    // 0, or what is wrong (errno).
    int send(rte_mbuf& packet);
    int send_chain(rte_mbuf& packet);
    int note(int error);

    const int fd_;
    const Buffers buffers_;
    bool in_batches_ = false; // whether IoBatch works with it
    std::atomic<bool> failed_ = false;
    rte_mbuf* small_ = nullptr; // for the next frame, or the end of it
    std::size_t expected_ = 0;  // how many packets seem to wait
};

} // namespace pontoon
