#include "dataplane/flow/tcp_window.hpp"

namespace pontoon::tcp {

namespace {

std::uint32_t window_of(std::uint16_t window) {
    return window == 0 ? 1 : window; // 0 says that a side was not seen yet
}

void take_options(TcpTrack& track, unsigned side, const TcpSegment& segment) {
    if (!segment.has_options) {
        return; // what an earlier SYN said holds, as in Linux
    }
    track.scale[side] = segment.scale;
    track.flags[side] = static_cast<std::uint8_t>((track.flags[side] & kLiberal) | (segment.scales ? kScales : 0) |
                                                  (segment.sack_permitted ? kSackPermitted : 0));
}

// A side in midstream.
void pick_up_side(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    auto& sender = track.sides[direction];
    auto& receiver = track.sides[direction ^ 1];
    const std::uint32_t sack = sack_of(track, direction, segment);
    const std::uint32_t window = std::uint32_t{segment.window} << track.scale[direction];
    sender.end = segment.end;
    sender.max_window = std::max(window, 1U);
    sender.max_end = segment.end + sender.max_window;
    if (receiver.max_window == 0) {
        receiver.end = receiver.max_end = sack;
    } else if (sack == receiver.end + 1) {
        ++receiver.end; // it answers a keep-alive
    }
}

// Learns a side from its first segment, or anew from a SYN that replaces an earlier one. True: there is nothing to hold
// the segment against.
bool meet(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const auto& sender = track.sides[direction];
    if (sender.max_window == 0 && !segment.is_syn()) {
        pick_up_side(track, direction, segment);
        return false;
    }
    const bool first = sender.max_window == 0;
    const bool opening = track.state == TcpState::syn_sent || track.state == TcpState::syn_recv;
    const bool again = segment.is_syn() && opening && is_after(segment.end, sender.end);
    if (first || again) {
        start_side(track, direction, segment);
        return !segment.acknowledges && (first || direction == 1);
    }
    return false;
}

// The segment with the numbers that it does not have: no ACK, a RST that acknowledges 0 as broken stacks do, a RST in
// answer to a SYN.
TcpSegment completed(const TcpTrack& track, unsigned direction, TcpSegment segment) {
    const bool reset = segment.kind == TcpKind::reset;
    if (!segment.acknowledges || (reset && segment.acknowledgment == 0)) {
        segment.acknowledgment = segment.sack = track.sides[direction ^ 1].end;
    }
    if (reset && segment.sequence == 0 && track.state == TcpState::syn_sent) {
        segment.sequence = segment.end = track.sides[direction].end;
    }
    return segment;
}

// Which way a segment misses the window. One that only has more data than was offered may yet be acknowledged by its
// receiver, and must be remembered, or that acknowledgment would be refused.
Fit misfit(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    auto& sender = track.sides[direction];
    const auto& receiver = track.sides[direction ^ 1];
    const std::uint32_t sack = sack_of(track, direction, segment);
    const bool ack_below_top = is_before(sack, receiver.end + 1);
    if (is_before(segment.sequence, sender.max_end + 1)) {
        return ack_below_top ? Fit::below : Fit::above;
    }
    const std::uint32_t excess = segment.end - sender.max_end + 1;
    const bool near = receiver.max_window != 0 && excess <= receiver.max_window &&
                      is_after(segment.end, sender.end - receiver.max_window - 1);
    if (!near || !ack_below_top || !is_after(sack, receiver.end - ack_distance(sender) - 1)) {
        return Fit::above;
    }
    sender.end = segment.end;
    track.flags[direction] |= kUnacknowledged;
    return Fit::below;
}

} // namespace

void start_side(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    auto& side = track.sides[direction];
    side.end = side.max_end = segment.end;
    side.max_window = window_of(segment.window);
    take_options(track, direction, segment);
    if (direction == 1 && (track.flags[0] & track.flags[1] & kScales) == 0) {
        track.scale[0] = track.scale[1] = 0; // both scale or none (RFC 7323 section 2.2)
    }
}

Fit hold_against_window(TcpTrack& track, unsigned direction, const TcpSegment& segment, bool be_liberal) {
    if (meet(track, direction, segment)) {
        return Fit::inside;
    }
    const TcpSegment whole = completed(track, direction, segment);
    if (is_in_window(track, direction, whole)) {
        advance(track, direction, whole);
        return Fit::inside;
    }
    const Fit fit = misfit(track, direction, whole);
    const bool liberal = be_liberal || (track.flags[direction] & kLiberal) != 0;
    return liberal ? Fit::inside : fit;
}

} // namespace pontoon::tcp
