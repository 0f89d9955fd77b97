// What other workers send: packets for a port or the router of this one, and what they have learned.
#include <rte_mbuf.h>

#include <cstring>
#include <span>

#include "dataplane/packet/parse.hpp"
#include "dataplane/packet/receive.hpp"
#include "dataplane/worker.hpp"

namespace pontoon {

bool Worker::read_inbox(const Plan& plan) {
    std::array<Message, Burst::kMax> messages;
    const std::size_t count = inbox_->pop(messages);
    for (const auto& message : std::span(messages.data(), count)) {
        take(message, plan);
    }
    if (count != 0) {
        outbox_.flush(nullptr);
    }
    return count != 0;
}

void Worker::take(const Message& message, const Plan& plan) {
    using Kind = Message::Kind;
    if (message.kind == Kind::resolve) {
        router_.deliver(message.mbuf(), message.address());
        return;
    }
    if (message.kind == Kind::neighbor) {
        router_.learn_neighbor(message.address(), Mac::from_bits(message.content));
        return;
    }
    // What was sent before the port was in its network is not for it any more.
    const bool valid =
        plan.has_port(message.port) && message.is_since(plan.ports[message.port].joined, plan.generation);
    if (!valid) {
        if (message.has_packet()) {
            outbox_.discard(message.mbuf(), nullptr, Reason::port_detached);
        }
        return;
    }
    const auto& slot = plan.ports[message.port];
    if (message.kind == Kind::packet) {
        outbox_.send(message.mbuf(), *slot.attachment);
    } else if (message.kind == Kind::dropped) {
        slot.attachment->counters.drops[message.content].add(1);
    } else if (message.kind == Kind::learned && slot.in_network()) {
        Fdb& fdb = *(*plan.domains[slot.zone].fdbs)[index_];
        fdb.learn(fdb.key_of(message.content), message.port, message.tick);
    } else if (message.has_packet()) {
        take_routed(message, plan);
    }
}

// A packet that came in at another worker, which has found it good.
void Worker::take_routed(const Message& message, const Plan& plan) {
    const auto& slot = plan.ports[message.port];
    if (!plan.routes(message.port)) {
        outbox_.discard(message.mbuf(), slot.attachment, Reason::port_detached);
        return;
    }
    Packet packet;
    read(packet, message.mbuf());
    if (trace_ != nullptr) [[unlikely]] {
        trace_->resumed(packet.mbuf, message.port, now_, index_);
    }
    if (packet.fault != Reason::none || !packet.is_ipv4()) {
        outbox_.discard(packet.mbuf, slot.attachment, packet.fault != Reason::none ? packet.fault : Reason::no_route);
        return;
    }
    const Router::Origin from{message.port, slot.zone};
    if (message.kind == Message::Kind::piece) {
        FlowPorts ports;
        std::memcpy(static_cast<void*>(&ports), &packet.mbuf->hash.usr, sizeof ports);
        settle(packet, router_.route_piece(packet, from, ports), plan, *slot.attachment);
    } else {
        settle(packet, router_.route(packet, from), plan, *slot.attachment);
    }
    settle_released(plan);
}

} // namespace pontoon
