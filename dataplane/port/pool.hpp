// Buffers for packets: an rte_mempool of mbufs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

struct rte_mbuf;
struct rte_mempool;

namespace pontoon {

class Pool {
public:
    static constexpr std::uint16_t kBufferBytes = 2048;

    // Throws std::runtime_error if there is no memory for `buffers` of them.
    Pool(const std::string& name, unsigned buffers);

    [[nodiscard]] rte_mempool* get() const { return pool_.get(); }
    // Buffers not in use; equal to the number made when nothing leaked.
    [[nodiscard]] unsigned available() const;

    // A packet with a copy of `frame`, in a chain of buffers if it is long; null when the pool is empty.
    [[nodiscard]] rte_mbuf* copy(std::span<const std::uint8_t> frame);

    // The same for a frame that was `length` bytes long before a snap length cut it: zeros stand for what is lost, and
    // the checksums, which cannot be told any more, pass as verified.
    [[nodiscard]] rte_mbuf* restore(std::span<const std::uint8_t> frame, std::size_t length);

private:
    struct Free {
        void operator()(rte_mempool* pool) const;
    };
    std::unique_ptr<rte_mempool, Free> pool_;
};

} // namespace pontoon
