// Packet buffers for tests: a pool that must be whole again at the end.
#pragma once

#include <catch2/catch.hpp>

#include <rte_mbuf.h>

#include <memory>
#include <span>
#include <string>

#include "dataplane/port/pool.hpp"
#include "tests/unit/frames.hpp"

namespace pontoon {

class TestPool : public Pool {
public:
    explicit TestPool(unsigned buffers = 4096) : Pool(next_name(), buffers), buffers_(buffers) {}
    TestPool(const TestPool&) = delete;
    TestPool& operator=(const TestPool&) = delete;
    ~TestPool() { CHECK(available() == buffers_); } // nothing leaked

private:
    static std::string next_name() {
        static unsigned made = 0;
        return "test" + std::to_string(made++);
    }
    unsigned buffers_;
};

struct FreeBuffer {
    void operator()(rte_mbuf* mbuf) const { rte_pktmbuf_free(mbuf); }
};
using Buffer = std::unique_ptr<rte_mbuf, FreeBuffer>;

inline frames::Bytes bytes_of(const rte_mbuf* mbuf) {
    frames::Bytes bytes(mbuf->pkt_len);
    const void* at = rte_pktmbuf_read(mbuf, 0, mbuf->pkt_len, bytes.data());
    const auto* first = static_cast<const std::uint8_t*>(at);
    return {first, first + mbuf->pkt_len};
}

// A chain of buffers, `parts` long; what is left of the frame stands in one more.
inline Buffer chained(Pool& pool, std::span<const std::uint8_t> frame, std::span<const std::size_t> parts) {
    rte_mbuf* head = nullptr;
    for (std::size_t i = 0; i <= parts.size(); ++i) {
        const std::size_t length = i == parts.size() ? frame.size() : std::min(parts[i], frame.size());
        rte_mbuf* part = pool.copy(frame.first(length));
        REQUIRE(part != nullptr);
        frame = frame.subspan(length);
        if (head == nullptr) {
            head = part;
        } else {
            REQUIRE(rte_pktmbuf_chain(head, part) == 0);
        }
    }
    return Buffer(head);
}

} // namespace pontoon
