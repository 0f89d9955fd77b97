// The uplink: ARP for the host's addresses, and finding the neighbours that packets go out to.
#include <rte_mbuf.h>

#include <cstring>

#include "dataplane/bridge/arp.hpp"
#include "dataplane/route/router.hpp"

namespace pontoon {

Verdict Router::at_uplink(Packet& packet) {
    const bool broadcast = packet.destination_mac() == kBroadcast;
    if (packet.tagged || !packet.is_arp() || !(broadcast || packet.destination_mac() == routing().uplink->mac)) {
        return drop(Reason::not_for_us);
    }
    const auto arp = packet.header<ArpPacket>(packet.l3);
    if (arp.hardware_type != be16{1} || arp.protocol_type != be16{ether_type::kIpv4}) {
        return drop(Reason::not_for_us);
    }
    const bool for_us = routing().is_nat_address(arp.target_ip);
    // RFC 826: who speaks is learned if it is known here already, or if it speaks to us.
    if (!arp.sender_ip.is_unspecified() && !arp.sender_mac.is_group() && !routing().is_host(arp.sender_ip)) {
        if (for_us && routing().next_hop(arp.sender_ip) == arp.sender_ip) {
            (void)neighbors_.neighbor(arp.sender_ip); // known from now on, if there is room
        }
        learn_and_tell(arp.sender_ip, arp.sender_mac);
    }
    if (for_us && !routing().uplink->shared && arp.operation == be16{ArpPacket::kRequest}) {
        make_arp_reply(packet, routing().uplink->mac, arp.target_ip);
        return reply_to(routing().uplink->port);
    }
    return consumed();
}

void Router::learn_and_tell(Ipv4 address, Mac mac) {
    const auto id = neighbors_.learn(address, mac, now_);
    if (id != Neighbors::kNone) {
        outbox_.announce(Message::neighbor(address, mac));
        release(id);
    }
}

void Router::learn_neighbor(Ipv4 address, Mac mac) {
    if (neighbors_.neighbor(address) != Neighbors::kNone) {
        (void)neighbors_.learn(address, mac, now_);
    }
}

// A packet that waited for a neighbour goes on: the beginning of its second story.
void Router::resume(rte_mbuf* mbuf) const {
    if (trace_ != nullptr) {
        trace_->resumed(mbuf, kNoPort, now_, std::nullopt);
    }
}

// Drops a packet that waited in vain. `in` is where it came in, if that is known.
void Router::discard_held(rte_mbuf* mbuf, PortId in, Reason reason) {
    if (trace_ != nullptr) {
        const auto before = trace_->story();
        trace_->resumed(mbuf, in, now_, std::nullopt);
        trace_->decided(drop(reason));
        trace_->go_on_with(before);
    }
    AttachedPort* const at = plan_->has_port(in) ? plan_->ports[in].attachment : uplink_port();
    outbox_.discard(mbuf, reason == Reason::port_detached ? nullptr : at, reason);
}

// What waited for this neighbour leaves now.
void Router::release(Neighbors::Id id) {
    const auto before = trace_ == nullptr ? 0 : trace_->story();
    for (rte_mbuf* mbuf : neighbors_.take_held(id)) {
        resume(mbuf);
        emit(mbuf, id);
    }
    if (trace_ != nullptr) {
        trace_->go_on_with(before);
    }
}

void Router::transmit(rte_mbuf* mbuf, PortId port) {
    if (trace_ != nullptr) {
        trace_->sent(port, mbuf);
    }
    outbox_.send(mbuf, *plan_->ports[port].attachment);
}

// Sends a packet that is ready but for its MACs, outside of the burst that is being settled.
void Router::emit(rte_mbuf* mbuf, Neighbors::Id to) {
    const Adjacency& way = neighbors_.at(to);
    if (way.port != kNoPort) {
        std::memcpy(rte_pktmbuf_mtod(mbuf, void*), &way, 2 * sizeof(Mac));
        transmit(mbuf, way.port);
    } else if (const auto verdict = send_unresolved(mbuf, to); verdict.kind == Verdict::Kind::forwarded) {
        transmit(mbuf, verdict.port);
    } else if (verdict.kind == Verdict::Kind::dropped) {
        outbox_.discard(mbuf, uplink_port(), verdict.reason);
    }
}

void Router::deliver(rte_mbuf* mbuf, Ipv4 next_hop) {
    const auto id = routing().uplink ? neighbors_.neighbor(next_hop) : Neighbors::kNone;
    if (id == Neighbors::kNone) {
        outbox_.discard(mbuf, uplink_port(), Reason::neighbor_table_full);
        return;
    }
    if (trace_ != nullptr) {
        trace_->resumed(mbuf, kNoPort, now_, options_.worker);
    }
    emit(mbuf, id);
    if (neighbors_.at(id).port != kNoPort) {
        outbox_.announce(Message::neighbor(next_hop, neighbors_.at(id).destination));
    }
}

// Where a packet counts that waited for a neighbour, or was to.
AttachedPort* Router::uplink_port() const {
    return routing().uplink ? plan_->ports[routing().uplink->port].attachment : nullptr;
}

Verdict Router::send_unresolved(rte_mbuf* mbuf, Neighbors::Id to) {
    if (neighbors_.is_endpoint(to) || !routing().uplink || neighbors_.address_of(to).is_unspecified()) {
        return drop(Reason::no_route);
    }
    const unsigned asker = routing().uplink->worker;
    if (asker != options_.worker) {
        if (!outbox_.pass_on(asker, Message::resolve(mbuf, neighbors_.address_of(to)))) {
            return drop(Reason::inbox_full);
        }
        if (trace_ != nullptr) {
            trace_->handed_over(asker);
        }
        return held();
    }
    if (neighbors_.confirm(to, now_)) {
        ask(to, mbuf->pool, neighbors_.at(to).destination);
        std::memcpy(rte_pktmbuf_mtod(mbuf, void*), &neighbors_.at(to), 2 * sizeof(Mac));
        return forward_to(neighbors_.at(to).port);
    }
    if (rte_mbuf* const oldest = neighbors_.hold(to, mbuf)) {
        discard_held(oldest, kNoPort, Reason::neighbor_queue_full);
    }
    if (trace_ != nullptr) {
        trace_->waits(neighbors_.address_of(to));
    }
    if (neighbors_.start_asking(to, now_)) {
        ask(to, mbuf->pool, kBroadcast);
    }
    return held();
}

// An ARP request for a neighbour, to all or only to the address it had.
void Router::ask(Neighbors::Id id, rte_mempool* pool, Mac destination) {
    asking_pool_ = pool;
    rte_mbuf* const mbuf = rte_pktmbuf_alloc(pool);
    auto* const frame = mbuf == nullptr ? nullptr : rte_pktmbuf_append(mbuf, kArpFrame);
    if (frame == nullptr) {
        rte_pktmbuf_free(mbuf);
        return; // the next try may find a buffer
    }
    const Ipv4 wanted = neighbors_.address_of(id);
    make_arp_request(reinterpret_cast<std::uint8_t*>(frame), destination, routing().uplink->mac,
                     routing().source_for(wanted), wanted);
    totals_.originated.add(1);
    if (trace_ != nullptr) {
        trace_->asked(mbuf, routing().uplink->port, now_);
    }
    outbox_.send(mbuf, *plan_->ports[routing().uplink->port].attachment);
}

void Router::look_after_neighbors() {
    for (auto due = neighbors_.due(now_); due.id != Neighbors::kNone; due = neighbors_.due(now_)) {
        if (!due.given_up) {
            if (!routing().uplink) {
                continue; // it is given up in the end
            }
            ask(due.id, asking_pool_, due.unicast ? neighbors_.at(due.id).destination : kBroadcast);
            continue;
        }
        for (rte_mbuf* mbuf : neighbors_.take_held(due.id)) {
            discard_held(mbuf, kNoPort, Reason::neighbor_unreachable);
        }
    }
}

} // namespace pontoon
