// Whether the checksums of a frame are right, by adding up all of it the plain way.
#pragma once

#include <string>

#include "tests/unit/frames.hpp"

namespace pontoon::frames {

// What is wrong with a frame of UDP or TCP over IPv4 without options, or "".
[[nodiscard]] inline std::string wrong_sums(const Bytes& frame) {
    const Bytes ip(frame.begin() + 14, frame.begin() + 34);
    if (naive_sum(ip) != 0xffff) {
        return "IPv4 header";
    }
    const auto length = static_cast<std::size_t>(ip[2] << 8 | ip[3]);
    if (length > frame.size() - 14) {
        return "IPv4 total length";
    }
    const Bytes segment(frame.begin() + 34, frame.begin() + 14 + static_cast<std::ptrdiff_t>(length));
    const Bytes pseudo =
        join({Bytes(ip.begin() + 12, ip.end()), {0, ip[9]}, bytes16(static_cast<unsigned>(segment.size()))});
    if (naive_sum(join({pseudo, segment})) != 0xffff) {
        return "transport";
    }
    const bool udp = ip[9] == 17;
    if (udp && (segment[6] == 0 && segment[7] == 0)) {
        return "no UDP checksum";
    }
    return udp && static_cast<std::size_t>(segment[4] << 8 | segment[5]) != segment.size() ? "UDP length" : "";
}

} // namespace pontoon::frames
