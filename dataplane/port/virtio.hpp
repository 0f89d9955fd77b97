// What a TAP device says of a packet beside its bytes, virtio_net_hdr, and the same as flags of an mbuf (Virtio 1.2
// section 5.1.6; linux/virtio_net.h). Offsets and sizes are bytes, in host byte order.
#pragma once

#include <cstdint>

struct rte_mbuf;

namespace pontoon {

struct VirtioHeader {
    static constexpr std::uint8_t kNeedsChecksum = 1;
    static constexpr std::uint8_t kDataValid = 2;
    static constexpr std::uint8_t kTcp4 = 1;
    static constexpr std::uint8_t kTcp6 = 4;
    static constexpr std::uint8_t kUdp = 5;
    static constexpr std::uint8_t kEcn = 0x80;

    std::uint8_t flags = 0;
    std::uint8_t segments = 0;         // gso_type: how to cut it, 0 for not at all, beside kEcn
    std::uint16_t headers = 0;         // bytes of all headers, which every segment gets; a hint
    std::uint16_t segment_size = 0;    // bytes of payload in a segment
    std::uint16_t checksum_start = 0;  // where the transport header begins
    std::uint16_t checksum_offset = 0; // and where the checksum stands in it

    [[nodiscard]] bool is_plain() const { return flags == 0 && segments == 0; }
};
static_assert(sizeof(VirtioHeader) == 10);

// Marks a packet that came in with `header` as owing its checksum, to be segmented, or verified. Whoever is behind the
// device may have written the header: what does not agree with the frame's own headers leaves no mark, and the parser
// finds out by itself what the packet owes. `packet` is whole and has no marks.
void mark_received(rte_mbuf& packet, const VirtioHeader& header);

// The header to transmit a packet with. That its sums are verified cannot be said: tun does not listen.
[[nodiscard]] VirtioHeader header_for(const rte_mbuf& packet);

} // namespace pontoon
