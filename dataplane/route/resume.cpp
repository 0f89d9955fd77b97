// A connection to a published port that a daemon before this one had and this one has not, where the container's side
// shows up first. Linux's loose tracking would take its segment for a new connection of the container, translate it to
// a NAT port, and the other end would answer with a reset.
#include <algorithm>
#include <utility>

#include "dataplane/route/router.hpp"

namespace pontoon {

namespace {

// What was seen in direction 0 is direction 1.
void turn_round(TcpTrack& track) {
    std::swap(track.sides[0], track.sides[1]);
    std::swap(track.flags[0], track.flags[1]);
    std::swap(track.scale[0], track.scale[1]);
    track.last_direction ^= 1;
}

} // namespace

// The connection's key as the client began it; nothing if this is no segment of one.
std::optional<FlowKey> Router::resumed_key(const Packet& packet, const FlowKey& key) const {
    const bool acknowledges = key.protocol == protocol::kTcp && !packet.fragment && packet.l4 != 0 &&
                              segment_of(packet.data + packet.l4, packet.l4_length()).kind == TcpKind::ack;
    const auto* network = acknowledges ? routing().network_in(key.zone) : nullptr;
    const auto* endpoint = network != nullptr ? routing().endpoint_at(key.source) : nullptr;
    Way way;
    if (endpoint == nullptr || way_out(key, *network, way) != Reason::none) {
        return std::nullopt;
    }
    const auto at = routing().publisher_of(*endpoint, key.source_port, key.protocol);
    if (!at) {
        return std::nullopt;
    }
    return FlowKey{key.destination, at->address, key.destination_port, at->port, key.protocol, 0, kUplinkZone};
}

Verdict Router::resume(Packet& packet, const FlowKey& key, const Origin& from) {
    const auto target = routing().published_at(key.destination, key.destination_port, key.protocol);
    Way way;
    if (!target || way_to(*target, key, way) != Reason::none || find(key) != kNoFlow) {
        return drop(Reason::tcp_not_syn);
    }
    FlowId flow = kNoFlow;
    if (const auto reason = begin(packet, key, {routing().uplink->port, kUplinkZone}, way, flow);
        reason != Reason::none) {
        return drop(reason);
    }
    turn_round(table_.flow(flow).track.tcp);
    note_flow(2 * flow + 1, true, false);
    return forward_by(packet, from, table_.half(flow, 1));
}

} // namespace pontoon
