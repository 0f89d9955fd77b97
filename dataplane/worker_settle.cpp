// A packet that takes the unusual way, and what becomes of one whose verdict is not just to leave by one port.
#include <rte_mbuf.h>

#include "dataplane/bridge/arp.hpp"
#include "dataplane/gateway.hpp"
#include "dataplane/packet/parse.hpp"
#include "dataplane/packet/receive.hpp"
#include "dataplane/worker.hpp"

namespace pontoon {

void Worker::begin_story(const Packet& packet, const AttachedPort& in) {
    if (trace_ != nullptr) [[unlikely]] {
        trace_->received(packet, in.id, now_);
    }
}

Verdict Worker::forward(Packet& packet, const Segment& segment, Zone zone) {
    if (packet.fault != Reason::none) {
        return drop(packet.fault);
    }
    const auto learned = learn(packet, segment);
    if (learned != Fdb::Learned::known) {
        note_learned(packet, segment, learned);
        if (learned == Fdb::Learned::spoofed) {
            return drop(Reason::source_mac_spoofed);
        }
    }
    if (packet.lane == Lane::routed) {
        return router_.route(packet, {segment.from.port, zone});
    }
    const PortId output = find_output(packet, segment);
    const bool is_gateway = segment.domain.host == kNoPort; // else the host answers for it
    if (output == kGatewayPort || (is_gateway && packet.is_arp() && asks_for_gateway(packet, segment.domain))) {
        return at_gateway(packet, segment.domain, segment.from.port);
    }
    return bridge(packet, segment, output);
}

void Worker::note_learned(const Packet& packet, const Segment& segment, Fdb::Learned learned) {
    if (learned != Fdb::Learned::spoofed && learned != Fdb::Learned::full) {
        outbox_.announce(
            Message::learned(packet.source_mac(), segment.from.port, static_cast<std::uint16_t>(segment.from.now)));
    }
    if (trace_ != nullptr) {
        trace_->learned(segment.from.port, learned);
    }
}

void Worker::settle(const Packet& packet, Verdict verdict, const Plan& plan, AttachedPort& in) {
    if (trace_ != nullptr) [[unlikely]] {
        trace_->decided(verdict);
    }
    switch (verdict.kind) {
    case Verdict::Kind::forwarded: send(packet.mbuf, plan, verdict.port); break;
    case Verdict::Kind::flooded: flood(packet, plan, in); break;
    case Verdict::Kind::replied:
        counters_.consumed.add(1);
        counters_.originated.add(1);
        send(packet.mbuf, plan, verdict.port);
        break;
    case Verdict::Kind::consumed:
        counters_.consumed.add(1);
        rte_pktmbuf_free(packet.mbuf);
        break;
    case Verdict::Kind::dropped: outbox_.discard(packet.mbuf, &in, verdict.reason); break;
    case Verdict::Kind::answered:
        outbox_.count_drop(&in, verdict.reason);
        counters_.originated.add(1);
        send(packet.mbuf, plan, verdict.port);
        break;
    case Verdict::Kind::held: break;
    }
}

void Worker::flood(const Packet& packet, const Plan& plan, AttachedPort& in) {
    const auto& ports = plan.domains[plan.ports[in.id].zone].bridge->ports;
    if (ports.size() < 2) {
        outbox_.discard(packet.mbuf, &in, Reason::no_other_port);
        return;
    }
    const auto extra = ports.size() - 2;
    rte_pktmbuf_refcnt_update(packet.mbuf, static_cast<std::int16_t>(extra));
    counters_.copied.add(extra);
    for (const PortId port : ports) {
        if (port != in.id) {
            send(packet.mbuf, plan, port);
        }
    }
}

void Worker::send(rte_mbuf* mbuf, const Plan& plan, PortId port) {
    if (trace_ != nullptr) [[unlikely]] {
        trace_->sent(port, mbuf);
    }
    outbox_.send(mbuf, *plan.ports[port].attachment);
}

// Pieces that waited for the one that was routed just now.
void Worker::settle_released(const Plan& plan) {
    while (const auto released = router_.take_released()) {
        const PortId in = released->piece.in;
        if (!plan.routes(in) || plan.ports[in].zone != released->zone) { // it has left the network meanwhile
            outbox_.discard(released->piece.mbuf, plan.has_port(in) ? plan.ports[in].attachment : nullptr,
                            Reason::port_detached);
            continue;
        }
        Packet packet;
        read(packet, released->piece.mbuf);
        if (trace_ != nullptr) [[unlikely]] {
            trace_->resumed(packet.mbuf, in, now_, std::nullopt);
        }
        settle(packet, router_.route_piece(packet, {in, plan.ports[in].zone}, released->ports), plan,
               *plan.ports[in].attachment);
    }
}

} // namespace pontoon
