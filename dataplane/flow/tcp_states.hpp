// The states of a tracked TCP connection and where each kind of segment leads: Linux's nf_conntrack_proto_tcp, as
// rules.
//
// The tracker stands in the middle: a segment that it saw may be lost behind it. So a segment that could be wrong or
// right is let pass without being believed (`ignore`), and what the other side answers tells.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/flow/tcp_segment.hpp"

namespace pontoon {

// As Linux names and numbers them. syn_sent2: a SYN each way, which is a simultaneous open.
enum class TcpState : std::uint8_t {
    none,
    syn_sent,
    syn_recv,
    established,
    fin_wait,
    close_wait,
    last_ack,
    time_wait,
    close,
    syn_sent2
};
inline constexpr unsigned kTcpStates = 10;

namespace tcp {

enum class Action : std::uint8_t {
    check,  // against the window, then go to the state
    accept, // go to the state
    ignore, // let pass, believe nothing
    invalid,
    out_of_window,
    reopen
};

struct Transition {
    Action action;
    TcpState state;
};

// Of a SYN. A connection's own client may try again, or anew once it is over; its server only together with the client.
[[nodiscard]] constexpr Transition after_syn(unsigned direction, TcpState from) {
    const bool client = direction == 0;
    switch (from) {
    case TcpState::none:
    case TcpState::close: return {client ? Action::check : Action::invalid, TcpState::syn_sent};
    case TcpState::time_wait: return {Action::check, TcpState::syn_sent};
    case TcpState::syn_sent: return {Action::check, client ? TcpState::syn_sent : TcpState::syn_sent2};
    case TcpState::syn_sent2: return {Action::check, TcpState::syn_sent2};
    default: return {client ? Action::ignore : Action::invalid, from};
    }
}

// Of a SYN and ACK. The client sends one only where both opened.
[[nodiscard]] constexpr Transition after_syn_ack(unsigned direction, TcpState from) {
    const bool both_opened = from == TcpState::syn_sent2;
    if (direction == 0) {
        return {both_opened || from == TcpState::syn_recv ? Action::check : Action::invalid, TcpState::syn_recv};
    }
    if (both_opened || from == TcpState::syn_sent) {
        return {Action::check, TcpState::syn_recv};
    }
    return {from == TcpState::none ? Action::invalid : Action::ignore, from}; // late, or the answer to an ignored SYN
}

[[nodiscard]] constexpr Transition after_fin(TcpState from) {
    switch (from) {
    case TcpState::syn_recv:
    case TcpState::established: return {Action::check, TcpState::fin_wait};
    case TcpState::fin_wait:
    case TcpState::close_wait:
    case TcpState::last_ack: return {Action::check, TcpState::last_ack};
    case TcpState::time_wait:
    case TcpState::close: return {Action::check, from};
    default: return {Action::invalid, from};
    }
}

[[nodiscard]] constexpr Transition after_ack(unsigned direction, TcpState from) {
    const bool client = direction == 0;
    switch (from) {
    case TcpState::none: return {client ? Action::check : Action::invalid, TcpState::established}; // picked up
    case TcpState::syn_sent:
    case TcpState::syn_sent2: return {client ? Action::invalid : Action::ignore, from}; // a half-open server's answer?
    case TcpState::syn_recv: return {Action::check, client ? TcpState::established : from};
    case TcpState::fin_wait: return {Action::check, TcpState::close_wait};
    case TcpState::last_ack: return {Action::check, TcpState::time_wait};
    default: return {Action::check, from};
    }
}

[[nodiscard]] constexpr Transition transition_of(unsigned direction, TcpKind kind, TcpState from) {
    switch (kind) {
    case TcpKind::syn: return after_syn(direction, from);
    case TcpKind::syn_ack: return after_syn_ack(direction, from);
    case TcpKind::fin: return after_fin(from);
    case TcpKind::ack: return after_ack(direction, from);
    case TcpKind::reset: return {from == TcpState::none ? Action::invalid : Action::check, TcpState::close};
    case TcpKind::none: break;
    }
    return {Action::invalid, from};
}

// [direction][kind][state]
inline constexpr auto kTransitions = [] {
    std::array<std::array<std::array<Transition, kTcpStates>, kTcpKinds>, 2> table{};
    for (unsigned direction = 0; direction < 2; ++direction) {
        for (unsigned kind = 0; kind < kTcpKinds; ++kind) {
            for (unsigned from = 0; from < kTcpStates; ++from) {
                table[direction][kind][from] =
                    transition_of(direction, static_cast<TcpKind>(kind), static_cast<TcpState>(from));
            }
        }
    }
    return table;
}();

} // namespace tcp

} // namespace pontoon
