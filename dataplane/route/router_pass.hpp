// The short way of a packet of a known flow, which is compiled into the worker's loop.
#pragma once

#include "dataplane/route/router.hpp"

namespace pontoon {

inline void Router::look_ahead(Packet& packet, bool common, Zone zone) const {
    if (!common) {
        packet.half = kNoFlow;
        return;
    }
    packet.destination_key =
        table_.hash_of(words_at(packet.data + kCommonL3, packet.data + kCommonL4, packet.protocol, zone));
    packet.half = 0;
    table_.prefetch_bucket(packet.destination_key);
}

inline void Router::look_further(Packet& packet, Zone zone) const {
    if (packet.half == kNoFlow) {
        return;
    }
    packet.half = table_.candidate(packet.destination_key);
    if (packet.half == kNoFlow) [[unlikely]] {
        foresee(packet, zone);
        return;
    }
    table_.prefetch(packet.half);
    if (packet.protocol == protocol::kTcp) {
        table_.prefetch_flow(packet.half);
    }
}

inline PortId Router::pass(const Packet& packet, Zone zone) {
    if (packet.half == kNoFlow) {
        return kNoPort;
    }
    Half& half = table_.half(packet.half);
    std::uint8_t* const l3 = packet.data + kCommonL3;
    const auto& ip = view<Ipv4Header>(l3);
    const FlowWords words = words_at(l3, packet.data + kCommonL4, packet.protocol, zone);
    const Adjacency& to = neighbors_.at(half.adjacency);
    if (load<FlowWords>(reinterpret_cast<const std::uint8_t*>(&half.key)) != words || half.epoch != epoch_ ||
        to.port == kNoPort || ip.ttl <= 1 || !packet.fits(to.mtu) || packet.l3 != sizeof(EthernetHeader)) [[unlikely]] {
        return kNoPort;
    }
    const bool settled = (half.flags & Half::kSettled) != 0;
    if (!settled && ((half.flags & Half::kTcp) == 0 || !follow_tcp(packet))) {
        return kNoPort;
    }
    if (half.seen != tick_) {
        if (settled && tick_ - half.seen > half.timeout) {
            return kNoPort;
        }
        half.seen = tick_;
    }
    rewrite_ipv4(l3, half.rewrite);
    rewrite_tcp_udp(packet, packet.data + kCommonL4, half.rewrite);
    std::memcpy(packet.data, &to, 2 * sizeof(Mac));
    return to.port;
}

} // namespace pontoon
