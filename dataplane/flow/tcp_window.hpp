// TCP's window check, that of Guido van Rooij, "Real Stateful TCP Packet Filtering in IP Filter" (2000), as Linux has
// it: a segment must meet the window that the other side offered, and acknowledge only what that side sent.
//
// For each side S, with R the other one, and `sack` the highest thing a segment acknowledges, selectively or not:
//
//   end              highest sequence number behind a segment of S
//   max_end          the highest that R allows: sack + window of R's segments
//   max_window       the largest window that S offered
//   max_acknowledged the highest acknowledgment of S
//
//   a segment of S is in the window if   sequence <= S.max_end,   end >= S.end - R.max_window,
//                                        sack <= R.end,           sack >= R.end - max(S.max_window, 66000)
//
// What is above is refused; what is below is old and passes without being believed, for its receiver to answer.
#pragma once

#include <algorithm>
#include <cstdint>

#include "dataplane/flow/tcp_segment.hpp"
#include "dataplane/flow/tcp_track.hpp"

namespace pontoon::tcp {

inline constexpr std::uint32_t kLeastAckDistance = 66000; // how far an acknowledgment may lag behind

[[nodiscard]] inline std::uint32_t ack_distance(const TcpTrack::Side& sender) {
    return std::max(sender.max_window, kLeastAckDistance);
}

[[nodiscard]] inline std::uint32_t sack_of(const TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const bool permitted = (track.flags[direction ^ 1] & kSackPermitted) != 0;
    return permitted ? segment.sack : segment.acknowledgment;
}

[[nodiscard]] inline bool is_in_window(const TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const auto& sender = track.sides[direction];
    const auto& receiver = track.sides[direction ^ 1];
    const std::uint32_t sack = sack_of(track, direction, segment);
    return is_before(segment.sequence, sender.max_end + 1) && is_before(sack, receiver.end + 1) &&
           (receiver.max_window == 0 || is_after(segment.end, sender.end - receiver.max_window - 1)) &&
           is_after(sack, receiver.end - ack_distance(sender) - 1);
}

inline void advance_sender(TcpTrack& track, unsigned direction, const TcpSegment& segment, std::uint32_t offer) {
    auto& sender = track.sides[direction];
    auto& flags = track.flags[direction];
    sender.max_window = std::max(sender.max_window, offer);
    if (is_after(segment.end, sender.end)) {
        sender.end = segment.end;
        flags |= kUnacknowledged;
    }
    const bool known = (flags & kAcknowledged) != 0;
    if (segment.acknowledges && (!known || is_after(segment.acknowledgment, sender.max_acknowledged))) {
        sender.max_acknowledged = segment.acknowledgment;
        flags |= kAcknowledged;
    }
}

inline void advance_receiver(TcpTrack& track, unsigned direction, const TcpSegment& segment, std::uint32_t edge,
                             bool closed) {
    const auto& sender = track.sides[direction];
    auto& receiver = track.sides[direction ^ 1];
    if (receiver.max_window != 0 && is_after(segment.end, sender.max_end)) {
        receiver.max_window += segment.end - sender.max_end; // it took more than it had offered
    }
    if (is_after(edge, receiver.max_end - 1)) {
        receiver.max_end = edge + (closed ? 1 : 0); // a closed window may be probed with one byte
    }
    if (segment.acknowledgment == receiver.end) {
        track.flags[direction ^ 1] &= static_cast<std::uint8_t>(~kUnacknowledged);
    }
}

inline void count_retransmissions(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const bool again = track.last_sequence == segment.sequence && track.last_end == segment.end &&
                       track.last_acknowledgment == segment.acknowledgment && track.last_window == segment.window &&
                       track.last_direction == direction;
    if (again) [[unlikely]] {
        if (track.retransmissions < 255) {
            ++track.retransmissions;
        }
        return;
    }
    track.last_sequence = segment.sequence;
    track.last_end = segment.end;
    track.last_acknowledgment = segment.acknowledgment;
    track.last_window = segment.window;
    track.last_direction = static_cast<std::uint8_t>(direction);
    track.retransmissions = 0;
}

// Takes over what a segment in the window tells.
inline void advance(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const std::uint32_t sack = sack_of(track, direction, segment);
    const std::uint32_t window = std::uint32_t{segment.window} << (segment.is_syn() ? 0 : track.scale[direction]);
    advance_sender(track, direction, segment, window + (sack - segment.acknowledgment));
    advance_receiver(track, direction, segment, sack + window, window == 0);
    if (segment.kind == TcpKind::ack) {
        count_retransmissions(track, direction, segment);
    }
}

// Where a segment stands: in the window, below it or above it.
enum class Fit : std::uint8_t { inside, below, above };

// Takes a side's SYN, or SYN and ACK, as where it begins.
void start_side(TcpTrack& track, unsigned direction, const TcpSegment& segment);

// Meets sides that were not seen yet, checks the segment and takes over what it tells. A segment of a picked-up side,
// and with `be_liberal` any, is inside wherever it is.
[[nodiscard]] Fit hold_against_window(TcpTrack& track, unsigned direction, const TcpSegment& segment, bool be_liberal);

} // namespace pontoon::tcp
