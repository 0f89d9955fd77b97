// Buffers for packets: an rte_mempool of mbufs. Those of 2 KiB are what nearly all packets live in; large ones hold
// what comes behind the first 2 KiB of a frame of up to 64 KiB.
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
    static constexpr std::uint16_t kLargeBytes = 65535 - 128; // what an mbuf can hold behind its headroom

    // Where the longest frames end: memory behind a large buffer's bytes, which belongs to nobody else.
    static constexpr std::size_t kLargeSpill = 256;

    // Buffers for `bytes` bytes each. Throws std::runtime_error if there is no memory for `buffers` of them. Large ones
    // are taken the latest used first, so that memory which was never needed is never touched.
    Pool(const std::string& name, unsigned buffers, std::uint16_t bytes = kBufferBytes);

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
    using Owned = std::unique_ptr<rte_mempool, Free>;

    [[nodiscard]] static Owned make_small(const std::string& name, unsigned buffers, std::uint16_t bytes);
    [[nodiscard]] static Owned make_large(const std::string& name, unsigned buffers, std::uint16_t bytes);

    Owned pool_;
    std::uint16_t bytes_;
};

// What ports receive into.
struct Buffers {
    Pool& small; // of kBufferBytes
    Pool& large; // of kLargeBytes
};

} // namespace pontoon
