// One segment of a TCP connection, with whatever may keep it from being merged.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tests/unit/frames.hpp"

namespace pontoon {

struct Piece {
    unsigned flow = 0; // its low two bits: of which version, with or without a tag
    std::uint32_t sequence = 1;
    std::size_t data = 100;
    std::uint8_t flags = 0x10;
    unsigned id = 1;
    bool dont_fragment = true;
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;
    std::uint8_t acknowledgment = 0; // its last byte
    std::uint8_t window = 0;         // its last byte
    frames::Bytes options{};
    frames::Bytes ip_options{};
    std::size_t padding = 0;
    bool owes = false;
    bool wrong = false;

    [[nodiscard]] bool v6() const { return (flow & 1) != 0; }
    [[nodiscard]] bool tagged() const { return (flow & 2) != 0; }
    [[nodiscard]] frames::Bytes frame() const;
};

inline frames::Bytes Piece::frame() const {
    using namespace frames;
    using frames::tcp; // not our namespace of that name
    const frames::Bytes ends = v6() ? kEnds6 : kEnds4;
    frames::Bytes content(data);
    for (std::size_t i = 0; i < data; ++i) {
        content[i] = static_cast<std::uint8_t>((sequence + i) * 151 >> 3);
    }
    frames::Bytes segment = tcp(ends, content, Sums::none, options);
    segment = patched(segment, 0, bytes16(1000 + flow));
    segment = patched(segment, 4, join({bytes16(sequence >> 16), bytes16(sequence & 0xffff)}));
    segment[11] = acknowledgment;
    segment[13] = flags;
    segment[15] = window;
    const frames::Bytes pseudo = join({ends, {0, 6}, bytes16(static_cast<unsigned>(segment.size()))});
    const unsigned sum = owes ? naive_sum(pseudo) : ~unsigned{naive_sum(join({pseudo, segment}))};
    segment = patched(segment, 16, bytes16(wrong ? sum ^ 0x0100U : sum));
    frames::Bytes ip =
        v6() ? ip6(6, segment)
             : ip4({.fragment = dont_fragment ? 0x4000U : 0U, .options = ip_options, .without_sum = true}, segment);
    if (v6()) {
        ip[0] = static_cast<std::uint8_t>(0x60 | tos >> 4);
        ip[7] = ttl;
    } else {
        ip[1] = tos;
        ip[8] = ttl;
        ip = patched(ip, 4, bytes16(id));
        ip = patched(ip, 10, bytes16(~unsigned{naive_sum(cut(ip, 20 + ip_options.size()))}));
    }
    const unsigned type = v6() ? 0x86dd : 0x0800;
    return join({ethernet(tagged() ? 0x8100 : type, tagged() ? join({tag(5, type), ip}) : ip), frames::Bytes(padding)});
}

} // namespace pontoon
