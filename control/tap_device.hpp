// What all TAP devices that we make have in common (Linux drivers/net/tun.c).
#pragma once

#include <cstdint>

namespace pontoon {

// A TAP device's MTU is at most what fits 65535 bytes with its Ethernet header (MAX_MTU).
inline constexpr std::uint32_t kMaxTapMtu = 65535 - 14;

// Packets that wait for us. The device drops what finds its queue full, so it has to hold what comes while our thread
// is not running: 4096 are 8 ms of the most that one container sends.
inline constexpr unsigned kTapQueueLength = 4096;

// Checksums and segmentation left to us as far as this kernel can: without the newer offloads, and then without any, it
// still works, only slower. Throws std::runtime_error.
void set_tap_offloads(int fd);

} // namespace pontoon
