// The memory of a pool as an AF_XDP socket uses it (UMEM), so that packets move without a copy.
//
// Each socket registers the pool's memory for itself. One UMEM shared by all of them would hang on the interface of the
// socket that made it: when that goes, no other can join any more (net/xdp/xsk.c, xsk_bind). A place in the UMEM is an
// mbuf, with unaligned chunks: the kernel leaves 256 bytes free at its beginning, as many as an mbuf and its headroom
// have, and so a frame comes to where an mbuf's data begins.
#pragma once

#include <xdp/xsk.h>

#include <cstdint>
#include <memory>

#include "dataplane/port/pool.hpp"

namespace pontoon {

class Umem {
public:
    static constexpr std::uint32_t kFill = 1024; // entries of the rings; a power of 2
    static constexpr std::uint32_t kCompletion = 1024;

    // Registers the memory of `pool`. Throws std::runtime_error.
    explicit Umem(const Pool& pool);

    [[nodiscard]] xsk_umem* get() const { return umem_.get(); }
    // Whether a buffer is of the pool.
    [[nodiscard]] bool has(const rte_mbuf* buffer) const;

    // A received frame's buffer, with its data where the frame begins.
    [[nodiscard]] rte_mbuf* buffer_at(std::uint64_t address) const;
    // Where the kernel may put a frame, and where one stands that it shall send.
    [[nodiscard]] std::uint64_t address_of(const rte_mbuf* buffer) const;
    [[nodiscard]] std::uint64_t address_of_frame(const rte_mbuf* packet) const;

    // The rings that belong to it, as libxdp fills them in.
    xsk_ring_prod fill{};
    xsk_ring_cons completion{};

private:
    struct Delete {
        void operator()(xsk_umem* umem) const { xsk_umem__delete(umem); }
    };
    const rte_mempool* pool_;
    std::uint8_t* base_ = nullptr;
    std::unique_ptr<xsk_umem, Delete> umem_;
};

} // namespace pontoon
