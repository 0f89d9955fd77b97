// Segmentation in software, of TCP and UDP over IPv4 and IPv6, for ports that do not segment: what Linux calls TSO and
// USO. (rte_gso of 22.11 knows no IPv6, and cuts UDP into fragments instead of datagrams.)
//
// Each segment has the headers of the whole with what differs put right: lengths, the IPv4 identification (counted up),
// the sequence number; FIN and PSH stay in the last one, CWR in the first (RFC 3168 section 6.1.2). It owes its own
// checksum (packet/offload.hpp).
#pragma once

#include <rte_mbuf.h>

#include <cstddef>
#include <cstdint>

namespace pontoon {

class Segmenter {
public:
    // Of a packet that is to be cut into segments, which the parser found good. It is only read, and stays.
    explicit Segmenter(const rte_mbuf& packet);

    // Whether there are segments that were not made yet.
    [[nodiscard]] bool more() const { return left_ != 0; }
    // Bytes of the longest segment's frame.
    [[nodiscard]] std::size_t longest() const { return headers_ + size_; }

    // The next segment, in order, in buffers of `pool`: one if that holds it, else a chain. Null if there is no buffer
    // left, or only such as do not hold the headers; then no more can be made.
    [[nodiscard]] rte_mbuf* next(rte_mempool* pool);

private:
    [[nodiscard]] bool append_data(rte_mbuf* segment, std::size_t bytes);
    void write_headers(rte_mbuf* segment, std::size_t bytes) const;

    const rte_mbuf& packet_;
    const rte_mbuf* part_; // of the packet, where its data goes on
    std::size_t offset_;   // in it
    const std::size_t l3_;
    const std::size_t l4_;
    const std::size_t headers_; // bytes of all headers
    const std::size_t size_;    // bytes of data in a segment
    std::size_t data_ = 0;      // in all of the packet
    std::size_t left_ = 0;      // not in a segment yet
    unsigned made_ = 0;
};

} // namespace pontoon
