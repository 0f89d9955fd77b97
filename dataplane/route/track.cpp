// What a packet means for the life of its flow (Linux nf_conntrack): TCP and SCTP follow their state, UDP lives longer
// once an answer was seen, all else by its protocol's one timeout.
#include <algorithm>

#include "dataplane/route/router.hpp"

namespace pontoon {

namespace {

TcpSegment segment_in(const Packet& packet) {
    return segment_of(packet.data + packet.l4, packet.l4_length());
}

std::optional<SctpChunk> chunk_in(const Packet& packet) {
    const std::uint32_t length = packet.l4_length();
    constexpr std::uint32_t read = 16; // by first_chunk
    if (!packet.has(packet.l4, std::min(length, read))) {
        return std::nullopt;
    }
    return first_chunk(packet.data + packet.l4, length);
}

} // namespace

void Router::set_expiry(FlowId flow, std::uint32_t seconds) {
    table_.flow(flow).expires = tick_ + flow_ticks_of_seconds(seconds);
}

bool Router::is_expired(FlowId id) const {
    const Half& forth = table_.half(2 * id);
    if (forth.key.protocol == protocol::kTcp || forth.key.protocol == protocol::kSctp) {
        return static_cast<std::int32_t>(table_.flow(id).expires - tick_) <= 0;
    }
    const Half& back = table_.half(2 * id + 1);
    return tick_ - forth.seen >= forth.timeout && tick_ - back.seen >= forth.timeout;
}

bool Router::follow_tcp(const Packet& packet) {
    Flow& flow = table_.flow(packet.half / 2);
    if (static_cast<std::int32_t>(flow.expires - tick_) <= 0 ||
        !tcp_follow(flow.track.tcp, packet.half % 2, segment_in(packet))) {
        return false;
    }
    set_expiry(packet.half / 2, timeout_of(flow.track.tcp, routing().conntrack));
    return true;
}

void Router::see_udp(HalfId id) {
    Half& half = table_.half(id);
    half.seen = tick_;
    if ((half.flags & Half::kSettled) == 0) { // the first answer
        half.flags |= Half::kSettled;
        const FlowTick stream = flow_ticks_of_seconds(routing().conntrack.udp_timeout_stream);
        half.timeout = stream;
        table_.half(id ^ 1).timeout = stream;
    }
}

// Reason::none: the packet may pass. tcp_not_syn: the connection is over and the segment begins another one.
Reason Router::track(const Packet& packet, HalfId id) {
    Flow& flow = table_.flow(id / 2);
    const auto& conntrack = routing().conntrack;
    if (packet.protocol == protocol::kTcp && !packet.fragment) {
        const TcpPolicy policy{conntrack.tcp_loose, conntrack.tcp_be_liberal};
        const auto verdict = tcp_track(flow.track.tcp, id % 2, segment_in(packet), policy);
        if (refreshes(verdict)) {
            set_expiry(id / 2, timeout_of(flow.track.tcp, conntrack));
        }
        switch (verdict) {
        case TcpVerdict::pass:
        case TcpVerdict::ignored: break;
        case TcpVerdict::reopen: return Reason::tcp_not_syn;
        case TcpVerdict::invalid_state: return Reason::tcp_invalid_state;
        case TcpVerdict::out_of_window:
        case TcpVerdict::stalemate: return Reason::tcp_out_of_window;
        }
    } else if (packet.protocol == protocol::kSctp) {
        if (const auto chunk = chunk_in(packet)) {
            sctp_track(flow.track.sctp, id % 2, *chunk);
            set_expiry(id / 2, timeout_of(flow.track.sctp, conntrack));
        }
    } else if (packet.protocol == protocol::kUdp) {
        see_udp(id);
    }
    table_.half(id).seen = tick_;
    return Reason::none;
}

// What a flow's first packet says about it. Reason::none: it may begin one.
Reason Router::begin_track(const Packet& packet, Flow& flow) const {
    const auto& conntrack = routing().conntrack;
    if (packet.protocol == protocol::kTcp) {
        const TcpPolicy policy{conntrack.tcp_loose, conntrack.tcp_be_liberal};
        const bool begins = !packet.fragment && tcp_begin(flow.track.tcp, segment_in(packet), policy);
        flow.expires = tick_ + flow_ticks_of_seconds(begins ? timeout_of(flow.track.tcp, conntrack) : 0);
        return begins ? Reason::none : Reason::tcp_not_syn;
    }
    if (packet.protocol == protocol::kSctp) {
        const auto chunk = chunk_in(packet);
        const bool begins = chunk && sctp_begin(flow.track.sctp, *chunk);
        flow.expires = tick_ + flow_ticks_of_seconds(begins ? timeout_of(flow.track.sctp, conntrack) : 0);
        return begins ? Reason::none : Reason::sctp_not_init;
    }
    return Reason::none;
}

void Router::begin_timers(FlowId id) {
    const auto& conntrack = routing().conntrack;
    Half& forth = table_.half(id, 0);
    Half& back = table_.half(id, 1);
    forth.seen = back.seen = tick_;
    switch (forth.key.protocol) {
    case protocol::kTcp: forth.flags = back.flags = Half::kTcp; break;
    case protocol::kSctp: break;
    case protocol::kUdp:
        forth.flags = Half::kSettled;
        forth.timeout = back.timeout = flow_ticks_of_seconds(conntrack.udp_timeout);
        break;
    case protocol::kIcmp: forth.timeout = back.timeout = flow_ticks_of_seconds(conntrack.icmp_timeout); break;
    default: forth.timeout = back.timeout = flow_ticks_of_seconds(conntrack.generic_timeout); break;
    }
}

} // namespace pontoon
