// A port on a TAP device that is open: one read or write a packet, with the virtio_net_hdr that carries what the packet
// owes, so that frames of 64 KB and partial checksums travel whole (Linux drivers/net/tun.c).
//
// A frame comes into one small buffer, and what is longer than that goes on in a large one, which waits behind it. The
// virtio_net_hdr stands in the headroom right before the frame.
#pragma once

#include <sys/uio.h>

#include <array>
#include <atomic>
#include <cstddef>

#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"

namespace pontoon {

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
    bool provide();
    bool provide_rest();
    rte_mbuf* take(std::size_t length);
    // 0, or what is wrong (errno).
    int send(rte_mbuf& packet);
    int send_chain(rte_mbuf& packet);
    int note(int error);

    const int fd_;
    const Buffers buffers_;
    std::atomic<bool> failed_ = false;
    rte_mbuf* first_ = nullptr;            // what the next frame will come into
    rte_mbuf* rest_ = nullptr;             // and goes on in: a list of buffers
    std::array<iovec, kParts + 1> into_{}; // their bytes
    std::size_t parts_ = 0;                // how many of `into_` are in use
};

} // namespace pontoon
