// Which bytes of a fragmented packet have been seen, as a few intervals: what tells a piece that fits from one that
// lies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pontoon {

class SeenBytes {
public:
    static constexpr std::size_t kMost = 16; // intervals

    // Bytes `begin` to `end` of the packet, not empty; `more` says that they are not its last ones.
    struct Piece {
        std::uint32_t begin;
        std::uint32_t end;
        bool more;
    };

    // As Linux judges (inet_frag_queue_insert): `duplicate` brings only bytes that were seen; `overlap` some of them
    // and others, or contradicts where the packet ends. `scattered` leaves more holes than there is room to note.
    enum class Judgement : std::uint8_t { fits, duplicate, overlap, scattered };

    [[nodiscard]] Judgement judge(const Piece& piece) const;

    // Notes a piece that fits.
    void add(const Piece& piece);

    // Every byte of the packet was seen.
    [[nodiscard]] bool complete() const;

private:
    struct Interval {
        std::uint16_t begin;
        std::uint16_t end;
    };

    [[nodiscard]] std::span<const Interval> intervals() const { return {intervals_.data(), count_}; }
    [[nodiscard]] bool contradicts_end(const Piece& piece) const;
    // The first interval that ends at `offset` or behind it.
    [[nodiscard]] std::size_t first_reaching(std::uint32_t offset) const;

    std::uint32_t packet_end_ = 0; // 0 until the last piece tells it
    std::uint32_t count_ = 0;
    std::array<Interval, kMost> intervals_{}; // in order, none touching another
};

} // namespace pontoon
