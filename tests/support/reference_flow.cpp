#include "tests/support/reference_flow.hpp"

#include <fmt/format.h>

#include "tests/support/tcp_flags.hpp"

namespace pontoon::test {

namespace {

std::uint32_t u32_at(const Bytes& bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
           bytes[at + 3];
}

// tcp_conntracks[][][] of Linux, without what no legal sequence reaches.
TcpState after(TcpState state, unsigned direction, std::uint8_t flags) {
    using enum TcpState;
    if ((flags & kRst) != 0) {
        return close;
    }
    if ((flags & kSyn) != 0) {
        return (flags & kAck) == 0 ? syn_sent : syn_recv;
    }
    if ((flags & kFin) != 0) {
        return state == syn_recv || state == established                       ? fin_wait
               : state == fin_wait || state == close_wait || state == last_ack ? last_ack
                                                                               : state;
    }
    switch (state) {
    case syn_recv: return direction == 0 ? established : syn_recv;
    case fin_wait: return close_wait;
    case last_ack: return time_wait;
    default: return state;
    }
}

SctpState after(SctpState state, std::uint8_t chunk) {
    constexpr std::uint8_t init_ack = 2, cookie_echo = 10, cookie_ack = 11;
    return chunk == init_ack && state == SctpState::init          ? SctpState::init_ack
           : chunk == cookie_echo && state == SctpState::init_ack ? SctpState::cookie_echo
           : chunk == cookie_ack                                  ? SctpState::established
                                                                  : state;
}

void follow_sequence(Flow& flow, unsigned direction, const Bytes& tcp) {
    const std::uint8_t flags = tcp[13];
    const auto header = static_cast<std::uint32_t>((tcp[12] >> 4) * 4);
    const auto length = static_cast<std::uint32_t>(tcp.size()) - header;
    const std::uint32_t end = u32_at(tcp, 4) + length + ((flags & kSyn) != 0 ? 1 : 0) + ((flags & kFin) != 0 ? 1 : 0);
    if ((flags & kSyn) != 0) {
        flow.sent_up_to[direction] = end;
    } else if (static_cast<std::int32_t>(end - flow.sent_up_to[direction]) > 0) {
        flow.sent_up_to[direction] = end;
        flow.unacknowledged[direction] = true;
    }
    if ((flags & kAck) != 0 && u32_at(tcp, 8) == flow.sent_up_to[1 - direction]) {
        flow.unacknowledged[1 - direction] = false;
    }
}

std::uint32_t tcp_timeout(const Flow& flow, const Conntrack& timeouts) {
    switch (flow.tcp) {
    case TcpState::none:
    case TcpState::syn_sent: return timeouts.tcp_timeout_syn_sent;
    case TcpState::syn_recv: return timeouts.tcp_timeout_syn_recv;
    case TcpState::established:
        return flow.unacknowledged[0] || flow.unacknowledged[1] ? timeouts.tcp_timeout_unacknowledged
                                                                : timeouts.tcp_timeout_established;
    case TcpState::fin_wait: return timeouts.tcp_timeout_fin_wait;
    case TcpState::close_wait: return timeouts.tcp_timeout_close_wait;
    case TcpState::last_ack: return timeouts.tcp_timeout_last_ack;
    case TcpState::time_wait: return timeouts.tcp_timeout_time_wait;
    case TcpState::close: return timeouts.tcp_timeout_close;
    }
    return 0;
}

std::uint32_t timeout(const Flow& flow, const Conntrack& timeouts) {
    switch (flow.in[0].protocol) {
    case kTcp: return tcp_timeout(flow, timeouts);
    case kUdp: return flow.replied ? timeouts.udp_timeout_stream : timeouts.udp_timeout;
    case kSctp: return flow.sctp == SctpState::init ? timeouts.sctp_timeout : timeouts.sctp_timeout_established;
    case kIcmp: return timeouts.icmp_timeout;
    default: return timeouts.generic_timeout;
    }
}

} // namespace

Flow flow_of(const Tuple& arrives, const Tuple& leaves) {
    Flow flow;
    flow.in = {arrives, leaves.reversed()};
    flow.out = {leaves, arrives.reversed()};
    return flow;
}

void track(Flow& flow, unsigned direction, const Datagram& arrived, const Datagram& left, const Conntrack& timeouts,
           std::uint64_t now) {
    // Linux does not renew a connection that is stuck in SYN_SENT: its client could keep it for ever.
    bool renews = true;
    if (arrived.protocol == kTcp) {
        const bool asked = flow.arrived[0].has_value() && flow.tcp == TcpState::syn_sent;
        follow_sequence(flow, direction, arrived.transport);
        flow.tcp = after(flow.tcp, direction, arrived.transport[13]);
        renews = !(asked && flow.tcp == TcpState::syn_sent);
        // Linux forgets at once a flow of which the only answer is RST; whether we do is left open.
        flow.doubtful = flow.doubtful || (flow.tcp == TcpState::close && !flow.replied);
    }
    if (arrived.protocol == kSctp) {
        flow.sctp = after(flow.sctp, arrived.transport[12]);
    }
    flow.replied = flow.replied || direction == 1;
    flow.end = renews ? now + timeout(flow, timeouts) * kSecond : flow.end;
    const bool shaking = flow.sctp == SctpState::init_ack || flow.sctp == SctpState::cookie_echo;
    flow.doubt_from = shaking ? now + timeouts.sctp_timeout * kSecond : 0; // which timeout it has is left open
    flow.arrived[direction] = arrived;
    flow.left[direction] = left;
}

std::string text_of(const Flow& flow) {
    return fmt::format("flow {}: {} => {}, {} to {}{}{}, ends at {} ms", flow.number, text_of(flow.in[0]),
                       text_of(flow.out[0]), flow.client.empty() ? "outside" : flow.client,
                       flow.server.empty() ? "outside" : flow.server, flow.replied ? ", replied" : "",
                       flow.doubtful ? ", doubtful" : "", flow.end / kMillisecond);
}

} // namespace pontoon::test
