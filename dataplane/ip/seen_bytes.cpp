#include "dataplane/ip/seen_bytes.hpp"

#include <algorithm>

namespace pontoon {

std::size_t SeenBytes::first_reaching(std::uint32_t offset) const {
    const auto seen = intervals();
    const auto found = std::ranges::find_if(seen, [&](const Interval& interval) { return interval.end >= offset; });
    return static_cast<std::size_t>(found - seen.begin());
}

bool SeenBytes::contradicts_end(const Piece& piece) const {
    if (piece.more) {
        return packet_end_ != 0 && piece.end > packet_end_;
    }
    const bool other_end = packet_end_ != 0 && piece.end != packet_end_;
    return other_end || (count_ != 0 && intervals_[count_ - 1].end > piece.end);
}

SeenBytes::Judgement SeenBytes::judge(const Piece& piece) const {
    if (contradicts_end(piece)) {
        return Judgement::overlap;
    }
    bool touches = false;
    for (const auto& seen : intervals().subspan(first_reaching(piece.begin))) {
        if (seen.begin > piece.end) {
            break;
        }
        if (seen.begin <= piece.begin && piece.end <= seen.end) {
            return Judgement::duplicate;
        }
        if (seen.begin < piece.end && piece.begin < seen.end) {
            return Judgement::overlap;
        }
        touches = true;
    }
    return touches || count_ < kMost ? Judgement::fits : Judgement::scattered;
}

void SeenBytes::add(const Piece& piece) {
    if (!piece.more) {
        packet_end_ = piece.end;
    }
    const std::size_t at = first_reaching(piece.begin);
    Interval merged{static_cast<std::uint16_t>(piece.begin), static_cast<std::uint16_t>(piece.end)};
    std::size_t after = at; // behind the intervals that the piece touches
    for (; after < count_ && intervals_[after].begin <= piece.end; ++after) {
        merged.begin = std::min(merged.begin, intervals_[after].begin);
        merged.end = std::max(merged.end, intervals_[after].end);
    }
    const auto begin = intervals_.begin();
    if (after == at) {
        std::copy_backward(begin + at, begin + count_, begin + count_ + 1);
    } else {
        std::copy(begin + after, begin + count_, begin + at + 1);
    }
    count_ = static_cast<std::uint32_t>(count_ + 1 - (after - at));
    intervals_[at] = merged;
}

bool SeenBytes::complete() const {
    return packet_end_ != 0 && count_ == 1 && intervals_[0].begin == 0 && intervals_[0].end == packet_end_;
}

} // namespace pontoon
