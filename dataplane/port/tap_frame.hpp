// A frame in a buffer as a TAP device reads and writes it: behind its virtio_net_hdr, which stands in the headroom.
#pragma once

#include <cstddef>
#include <cstdint>

#include "dataplane/port/virtio.hpp"

namespace pontoon::tap_frame {

inline constexpr std::size_t kHeader = sizeof(VirtioHeader);

// Where the header of the frame in `buffer` begins.
[[nodiscard]] std::uint8_t* with_header(rte_mbuf* buffer);

// Marks what came with this header.
void mark(rte_mbuf& packet, const std::uint8_t* header_bytes);

// A frame of `length` bytes that came into `large`, as a packet in one of the two, which is given away (null): what is
// short is copied. What the large one does not hold stands in the memory behind it, and is copied too.
[[nodiscard]] rte_mbuf* take(rte_mbuf*& large, rte_mbuf*& small, std::size_t length);

// Whether its header may stand in its headroom: nobody else looks there.
[[nodiscard]] bool takes_header(const rte_mbuf* packet);
// Puts it there; header and frame begin at what it returns.
const std::uint8_t* put_header(rte_mbuf& packet);

} // namespace pontoon::tap_frame
