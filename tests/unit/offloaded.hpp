// Packets that leave something to hardware, and frames taken apart again by the plainest code there is, so that what
// the edge makes of the ones can be held against the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "tests/unit/buffers.hpp"
#include "tests/unit/frames.hpp"

namespace pontoon {

struct Offloaded {
    bool v6 = false;
    std::uint8_t protocol = 6; // TCP, UDP or SCTP
    unsigned tags = 0;
    std::size_t ip_options = 0; // bytes, a multiple of 8; of IPv6 a hop-by-hop header of that size
    std::size_t tcp_options = 0;
    std::uint8_t tcp_flags = 0x10;
    std::size_t data = 100;
    std::size_t padding = 0;
    std::size_t segment = 0; // bytes of data in each; 0: not to be cut
    bool owes = true;        // its checksum
    bool dont_fragment = false;

    [[nodiscard]] frames::Bytes frame() const;
    [[nodiscard]] std::size_t l3() const { return 14 + 4 * tags; }
    [[nodiscard]] std::size_t l4() const { return l3() + (v6 ? 40 : 20) + ip_options; }
    [[nodiscard]] std::size_t transport() const { return protocol == 6 ? 20 + tcp_options : protocol == 17 ? 8 : 12; }
    // The same in buffers, cut at random if `random` is there, marked as a port does it.
    [[nodiscard]] Buffer make(Pool& pool, std::mt19937* random = nullptr) const;
    [[nodiscard]] std::string text() const;
};

// Writes what is left to hardware into an mbuf, as a port that hears of it does.
void claim(rte_mbuf& mbuf, std::uint64_t flags, std::size_t l2, std::size_t l3, std::size_t segment = 0);

// Some packet, small or large, of any kind that may leave something to hardware.
[[nodiscard]] Offloaded any_offloaded(std::mt19937& random);

// A frame of Offloaded's kinds, taken apart.
struct Apart {
    frames::Bytes constant; // all headers, with zeros for what may differ between segments
    frames::Bytes data;
    unsigned id = 0;
    std::uint32_t sequence = 0;
    unsigned tcp_flags = 0;
    std::string wrong;    // what is wrong with its sums or lengths, "" if nothing
    bool partial = false; // the checksum is only the pseudo-header's sum,
    bool summed = false;  // or right; of few bytes it may by chance be both
};
[[nodiscard]] Apart apart(const frames::Bytes& frame);

} // namespace pontoon
