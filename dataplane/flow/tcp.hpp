// TCP connection tracking as Linux does it (net/netfilter/nf_conntrack_proto_tcp.c, Linux 6.x): states
// (tcp_states.hpp), window check (tcp_window.hpp) and choice of timeout.
//
// Where it differs: the retransmission counter stops at 255 instead of starting again at 0, SYN_SENT2 has the timeout
// of SYN_SENT, and nf_conntrack_tcp_ignore_invalid_rst is always off. Nothing had to be left out for the size of
// TcpTrack.
#pragma once

#include <cstdint>

#include "dataplane/flow/tcp_segment.hpp"
#include "dataplane/flow/tcp_track.hpp"
#include "dataplane/flow/tcp_window.hpp"

namespace pontoon {

struct Conntrack;

// Conntrack::tcp_loose, tcp_be_liberal.
struct TcpPolicy {
    bool loose = true;
    bool be_liberal = false;
};

enum class TcpVerdict : std::uint8_t {
    pass,          // it belongs to the connection: the flow's time starts anew, see timeout_of
    ignored,       // it may or may not belong: let it pass, but the flow's time goes on
    reopen,        // the connection is over: forget this flow and begin a new one with this segment
    invalid_state, // drop: nothing that this connection can send now
    out_of_window, // drop: the sequence or acknowledgment number is not of this connection
    stalemate // drop: out_of_window, but both sides try to end a connection that is tracked wrongly. The flow's time
              // starts anew, and is short
};

// True if the flow's time starts anew with a segment that got this verdict.
[[nodiscard]] constexpr bool refreshes(TcpVerdict verdict) {
    return verdict == TcpVerdict::pass || verdict == TcpVerdict::stalemate;
}

namespace tcp {

// Remembers what shortens the timeout now: what the track tells, and `more`.
inline void set_timing(TcpTrack& track, std::uint8_t more) {
    const bool retransmitted = track.retransmissions >= kMaxRetransmissions;
    track.status = static_cast<std::uint8_t>(
        (track.status & kHistory) | ((track.flags[0] | track.flags[1]) & kUnacknowledged) |
        (retransmitted ? kRetransmitted : 0) | (track.last_window == 0 ? kZeroWindow : 0) | more);
}

[[nodiscard]] TcpVerdict track_rare(TcpTrack& track, unsigned direction, const TcpSegment& segment,
                                    const TcpPolicy& policy);

} // namespace tcp

// The first segment of an unknown connection; what `track` held is forgotten. False: refused, because it is neither a
// SYN nor, with `policy.loose`, an ACK in midstream.
[[nodiscard]] bool tcp_begin(TcpTrack& track, const TcpSegment& segment, const TcpPolicy& policy);

// Deals with the ACKs of an established connection, with data or without. False: nothing was changed, take tcp_track.
[[nodiscard]] inline bool tcp_follow(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const bool settled = track.state == TcpState::established &&
                         (track.status & tcp::kHistory) == (tcp::kAnswered | tcp::kAssured) &&
                         track.sides[direction].max_window != 0;
    if (segment.kind != TcpKind::ack || !settled || !tcp::is_in_window(track, direction, segment)) {
        return false;
    }
    tcp::advance(track, direction, segment);
    track.last_kind = TcpKind::ack;
    tcp::set_timing(track, 0);
    return true;
}

// A segment of a known connection. `direction` is 0 for the direction of the first segment, else 1.
[[nodiscard]] inline TcpVerdict tcp_track(TcpTrack& track, unsigned direction, const TcpSegment& segment,
                                          const TcpPolicy& policy) {
    return tcp_follow(track, direction, segment) ? TcpVerdict::pass
                                                 : tcp::track_rare(track, direction, segment, policy);
}

// How many seconds the flow lives after the last segment whose verdict `refreshes`. 0: it can go at once.
[[nodiscard]] std::uint32_t timeout_of(const TcpTrack& track, const Conntrack& conntrack);

} // namespace pontoon
