#include "dataplane/flow/tcp.hpp"

#include <algorithm>

#include "dataplane/config.hpp"

namespace pontoon {

namespace tcp {

namespace {

// The server took a SYN that was ignored: so the client began anew with it, and what is known here is of an older
// connection.
void begin_with_noted(TcpTrack& track, unsigned server) {
    const unsigned client = server ^ 1;
    auto& side = track.sides[client];
    side.end = side.max_end = track.last_end;
    side.max_window = std::max<std::uint32_t>(track.last_window, 1);
    track.scale[client] = track.noted & kNotedScale;
    track.flags[client] = static_cast<std::uint8_t>(((track.noted & kNotedScales) != 0 ? kScales : 0) |
                                                    ((track.noted & kNotedSackPermitted) != 0 ? kSackPermitted : 0));
    track.noted &= static_cast<std::uint8_t>(~kChallenge);
    track.sides[server] = {};
    track.scale[server] = 0;
    track.flags[server] &= kLiberal;
}

void note(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    track.last_kind = segment.kind;
    track.last_direction = static_cast<std::uint8_t>(direction);
    track.last_sequence = segment.sequence;
    track.last_end = segment.end;
    track.last_window = segment.window;
    if (segment.kind == TcpKind::syn && direction == 0) {
        track.noted = static_cast<std::uint8_t>((segment.scales ? kNotedScales | segment.scale : 0) |
                                                (segment.sack_permitted ? kNotedSackPermitted : 0) |
                                                (track.state == TcpState::last_ack ? kChallenge : 0));
    }
    if (segment.kind == TcpKind::ack && direction == 1 && track.state == TcpState::syn_sent) {
        track.last_acknowledgment = segment.acknowledgment; // the number that a RST would answer it with
    }
}

Transition judge_ignored(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const bool answers_noted = segment.kind == TcpKind::syn_ack && track.last_kind == TcpKind::syn &&
                               track.last_direction != direction && segment.acknowledgment == track.last_end;
    if (answers_noted) {
        begin_with_noted(track, direction);
        return {Action::check, TcpState::syn_recv};
    }
    note(track, direction, segment);
    return {Action::ignore, track.state};
}

// Linux may already take such a connection for one that is over.
bool is_closing(TcpState state) {
    return state >= TcpState::fin_wait && state <= TcpState::close;
}

// A RST that answers a SYN or ACK which was ignored; it may acknowledge what was not seen.
bool answers_ignored(const TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const bool answered = (track.status & kAnswered) != 0;
    const bool assured = (track.status & kAssured) != 0;
    const bool to_syn = answered && track.last_kind == TcpKind::syn && track.last_direction != direction;
    const bool to_ack = !assured && track.last_kind == TcpKind::ack;
    const bool to_challenge = track.state == TcpState::syn_sent && track.last_kind == TcpKind::ack &&
                              track.last_direction == 1 && segment.sequence == track.last_acknowledgment;
    return ((to_syn || to_ack) && segment.acknowledgment == track.last_end) || to_challenge;
}

// RFC 5961 section 3.2: only a RST with the number that is expected next ends an established connection. Another one in
// the window may be answered with a challenge ACK; till then the connection's state stays, with a short timeout.
Transition judge_reset(const TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    constexpr Transition kEnd{Action::check, TcpState::close};
    if (is_closing(track.state)) {
        return {Action::accept, TcpState::close};
    }
    TcpState next = TcpState::close;
    const bool expected_known = (track.flags[direction ^ 1] & kAcknowledged) != 0;
    if (expected_known && track.last_kind != TcpKind::syn) {
        const std::uint32_t expected = track.sides[direction ^ 1].max_acknowledged;
        const bool established = track.state == TcpState::established && (track.status & kAssured) != 0;
        const bool follows_data =
            track.last_kind == TcpKind::ack && track.last_direction == direction && segment.sequence == track.last_end;
        if (segment.sequence == 0 && !established) {
            return kEnd; // to a SYN that was let pass
        }
        if (is_before(segment.sequence, expected)) {
            return {Action::out_of_window, track.state};
        }
        if (!established || segment.sequence == expected || follows_data) {
            return kEnd;
        }
        next = track.state;
    }
    return {answers_ignored(track, direction, segment) ? Action::accept : Action::check, next};
}

// A SYN on a connection that is over.
Transition judge_reopening(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const bool closed = ((track.flags[0] | track.flags[1]) & kClosedFirst) != 0;
    const bool aborted = track.last_kind == TcpKind::reset && track.last_direction == direction;
    return closed || aborted ? Transition{Action::reopen, TcpState::none} : judge_ignored(track, direction, segment);
}

// What the table says, and the exceptions to it.
Transition judge(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const auto next = kTransitions[direction][static_cast<unsigned>(segment.kind)][static_cast<unsigned>(track.state)];
    if (next.action != Action::check) {
        return next.action == Action::ignore ? judge_ignored(track, direction, segment) : next;
    }
    const bool ack = segment.kind == TcpKind::ack;
    if (next.state == TcpState::syn_sent && is_closing(track.state)) {
        return judge_reopening(track, direction, segment);
    }
    if (next.state == TcpState::time_wait && track.state == TcpState::last_ack && ack &&
        track.last_kind == TcpKind::syn && track.last_direction != direction && (track.noted & kChallenge) != 0) {
        track.noted &= static_cast<std::uint8_t>(~kChallenge); // it answers the SYN, not the FIN (RFC 5961 section 4.2)
        return {Action::ignore, track.state};
    }
    if (next.state == TcpState::syn_sent2) {
        track.noted |= kSimultaneous;
    }
    if (next.state == TcpState::syn_recv && direction == 1 && ack && (track.noted & kSimultaneous) != 0) {
        return {Action::check, TcpState::established};
    }
    return segment.kind == TcpKind::reset ? judge_reset(track, direction, segment) : next;
}

// FINs or RSTs of both sides miss the window: the sides agree, only the tracker does not. Linux looks at the time that
// is left; here it is the established connections that have long to live.
TcpVerdict refuse(TcpTrack& track, unsigned direction, const TcpSegment& segment) {
    const auto ends = [](TcpKind kind) { return kind == TcpKind::fin || kind == TcpKind::reset; };
    if ((track.status & kAssured) == 0 || !ends(segment.kind)) {
        return TcpVerdict::out_of_window;
    }
    if (track.last_direction == direction || !ends(track.last_kind)) {
        track.last_kind = segment.kind;
        track.last_direction = static_cast<std::uint8_t>(direction);
        return TcpVerdict::out_of_window;
    }
    const bool has_long = track.state == TcpState::established && (track.status & ~kHistory) == 0;
    track.status |= has_long ? kUnacknowledged : 0;
    return has_long ? TcpVerdict::stalemate : TcpVerdict::out_of_window;
}

// The segment was accepted: the connection goes on to `next`.
TcpVerdict settle(TcpTrack& track, unsigned direction, const TcpSegment& segment, TcpState next) {
    const TcpState old = track.state;
    const bool reset = segment.kind == TcpKind::reset;
    const bool answered = (track.status & kAnswered) != 0;
    track.last_kind = segment.kind;
    track.last_direction = static_cast<std::uint8_t>(direction);
    track.state = next;
    if (next == TcpState::fin_wait && old != next) {
        track.flags[direction] |= kClosedFirst;
    }
    if (!answered && segment.kind == TcpKind::syn && old == TcpState::syn_sent) {
        track.status |= direction == 1 ? kAnswered : 0;
        return TcpVerdict::ignored; // a client that tries for ever must not keep its flow for ever
    }
    const bool established = next == TcpState::established;
    if (!answered && reset) {
        track.status |= kGone;
    } else if (answered && established && (old == TcpState::syn_recv || old == TcpState::established)) {
        track.status |= kAssured;
    }
    track.status |= direction == 1 ? kAnswered : 0;
    set_timing(track,
               static_cast<std::uint8_t>((reset ? kWasReset : 0) | (!answered && established ? kUnanswered : 0)));
    return TcpVerdict::pass;
}

std::uint32_t state_timeout(TcpState state, const Conntrack& conntrack) {
    switch (state) {
    case TcpState::none: break;
    case TcpState::syn_sent:
    case TcpState::syn_sent2: return conntrack.tcp_timeout_syn_sent;
    case TcpState::syn_recv: return conntrack.tcp_timeout_syn_recv;
    case TcpState::established: return conntrack.tcp_timeout_established;
    case TcpState::fin_wait: return conntrack.tcp_timeout_fin_wait;
    case TcpState::close_wait: return conntrack.tcp_timeout_close_wait;
    case TcpState::last_ack: return conntrack.tcp_timeout_last_ack;
    case TcpState::time_wait: return conntrack.tcp_timeout_time_wait;
    case TcpState::close: return conntrack.tcp_timeout_close;
    }
    return 0;
}

} // namespace

TcpVerdict track_rare(TcpTrack& track, unsigned direction, const TcpSegment& segment, const TcpPolicy& policy) {
    if (segment.kind == TcpKind::none) {
        return TcpVerdict::invalid_state;
    }
    if ((track.status & kGone) != 0) {
        return TcpVerdict::reopen;
    }
    const Transition next = judge(track, direction, segment);
    switch (next.action) {
    case Action::invalid: return TcpVerdict::invalid_state;
    case Action::out_of_window: return TcpVerdict::out_of_window;
    case Action::reopen: return TcpVerdict::reopen;
    case Action::accept: return settle(track, direction, segment, next.state);
    case Action::check:
    case Action::ignore: break;
    }
    const bool check = next.action == Action::check;
    const Fit fit = check ? hold_against_window(track, direction, segment, policy.be_liberal) : Fit::below;
    if (fit == Fit::above) {
        return refuse(track, direction, segment);
    }
    if (fit == Fit::inside) {
        return settle(track, direction, segment, next.state);
    }
    track.status |= direction == 1 ? kAnswered : 0;
    return TcpVerdict::ignored;
}

} // namespace tcp

bool tcp_begin(TcpTrack& track, const TcpSegment& segment, const TcpPolicy& policy) {
    track = {};
    const bool picked_up = segment.kind == TcpKind::ack && policy.loose;
    if (segment.kind != TcpKind::syn && !picked_up) {
        return false;
    }
    tcp::start_side(track, 0, segment);
    if (picked_up) {
        track.sides[0].max_end += track.sides[0].max_window;
        track.scale[0] = 0;
        track.flags[0] = track.flags[1] = tcp::kSackPermitted | tcp::kLiberal;
    }
    return tcp::track_rare(track, 0, segment, policy) == TcpVerdict::pass;
}

std::uint32_t timeout_of(const TcpTrack& track, const Conntrack& conntrack) {
    const auto has = [&](std::uint8_t bit) { return (track.status & bit) != 0; };
    if (has(tcp::kGone)) {
        return 0;
    }
    const std::uint32_t whole = tcp::state_timeout(track.state, conntrack);
    std::uint32_t timeout = whole;
    if (has(tcp::kRetransmitted) && whole > conntrack.tcp_timeout_max_retrans) {
        timeout = conntrack.tcp_timeout_max_retrans;
    } else if (has(tcp::kWasReset)) {
        timeout = conntrack.tcp_timeout_close;
    } else if (has(tcp::kUnacknowledged) && whole > conntrack.tcp_timeout_unacknowledged) {
        timeout = conntrack.tcp_timeout_unacknowledged;
    } else if (has(tcp::kZeroWindow) && whole > conntrack.tcp_timeout_max_retrans) {
        timeout = conntrack.tcp_timeout_max_retrans;
    }
    return has(tcp::kUnanswered) ? std::min(timeout, conntrack.tcp_timeout_unacknowledged) : timeout;
}

} // namespace pontoon
