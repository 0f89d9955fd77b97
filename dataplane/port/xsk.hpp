// A port on one queue of a network interface by an AF_XDP socket, in copy or, where the driver has it, zero-copy mode
// (Linux Documentation/networking/af_xdp.rst).
//
// Buffers of the pool move without a copy: a stock of them waits in the fill ring for what comes in. Received packets
// say nothing of what they owe; the parser finds out. Where the MTU is above what a buffer holds, frames come and go in
// several (XDP_USE_SG, Linux 6.6).
#pragma once

#include <xdp/xsk.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "dataplane/port/lent.hpp"
#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"
#include "dataplane/port/spec.hpp"
#include "dataplane/port/take_all.hpp"
#include "dataplane/port/umem.hpp"

namespace pontoon {

class XskPort final : public Port {
public:
    // Throws std::runtime_error naming the interface and the reason.
    XskPort(const XskSpec& spec, Pool& pool);
    ~XskPort() override;

    unsigned receive(std::span<rte_mbuf*> packets) override;
    // A packet of several owners, of another pool or in more buffers than it needs is copied. Refuses what is too long.
    unsigned transmit(std::span<rte_mbuf*> packets) override;
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] int wait_fd() const override { return fd_; }
    [[nodiscard]] bool failed() const override { return failed_.load(std::memory_order_relaxed); }

    // Whether the program runs in the driver; not known of somebody else's.
    [[nodiscard]] bool is_native() const { return program_ && program_->is_native(); }

private:
    static constexpr std::uint32_t kRing = 1024; // entries of the receive and transmit rings
    static constexpr std::uint32_t kStock = 512; // buffers in the fill ring
    static constexpr std::uint32_t kRefill = 32; // how many are put there at once

    // What the kernel sends as one packet: one piece copied to the head, MAX_SKB_FRAGS behind it (xsk_build_skb).
    static constexpr unsigned kMostPieces = 18;

    void open(const XskSpec& spec);
    void choose_pieces(const std::string& interface);
    int bind(const std::string& interface); // 0 or a negative errno
    void enter(int xsks_map);
    void refill();
    void reap();
    rte_mbuf* take(const xdp_desc& frame);
    [[nodiscard]] bool is_own(const rte_mbuf* packet) const;
    [[nodiscard]] unsigned pieces_of(const rte_mbuf* packet) const;
    rte_mbuf* own(rte_mbuf* packet);
    void give(rte_mbuf* packet);
    void send();
    void look_after();
    void note(int error);

    struct Close {
        void operator()(xsk_socket* socket) const { xsk_socket__delete(socket); }
    };
    Pool& pool_;
    const std::uint32_t queue_;
    Lent filling_{kStock};
    Lent sending_{Umem::kCompletion};
    std::unique_ptr<Umem> umem_;
    xsk_ring_cons rx_{};
    xsk_ring_prod tx_{};
    std::unique_ptr<xsk_socket, Close> socket_; // goes before what it uses
    std::optional<TakeAll> program_;
    int fd_ = -1;
    unsigned most_pieces_ = 1;       // of a frame
    rte_mbuf* begun_ = nullptr;      // a packet whose last piece has not come
    rte_mbuf* last_ = nullptr;       // its latest piece
    std::uint64_t looked_after_ = 0; // time stamp counter
    std::uint64_t patience_;         // between two looks, in the same
    std::atomic<bool> failed_ = false;
};

} // namespace pontoon
