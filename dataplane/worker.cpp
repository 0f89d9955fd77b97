#include "dataplane/worker.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "dataplane/bridge/arp.hpp"
#include "dataplane/gateway.hpp"
#include "dataplane/packet/parse.hpp"

namespace pontoon {

namespace {

constexpr Nanoseconds kSweepEvery = 250'000'000;
constexpr Nanoseconds kSweepWhole = 100'000'000'000; // for a whole FDB; under Fdb::kWrap - Fdb::kAgeing
static_assert(kSweepWhole + kSweepEvery < Fdb::kWrap - Fdb::kAgeing);

} // namespace

Worker::Worker(const Router::Options& router, const std::atomic<const Plan*>& plan,
               const std::vector<std::unique_ptr<Inbox>>& inboxes)
    : index_(router.worker), plan_(plan), inbox_(inboxes.empty() ? nullptr : inboxes[index_].get()),
      outbox_(index_, inboxes, counters_), router_(router, outbox_, counters_) {}

bool Worker::turn(Nanoseconds now) {
    const Plan& plan = *plan_.load(std::memory_order_acquire);
    now_ = now;
    router_.set_time(now);
    if (plan.generation != adopted_) [[unlikely]] {
        adopt(plan);
    }
    bool busy = router_.purge();
    if (now - aged_ >= kSweepEvery) {
        age(plan, now); // before anything is learned now, which would look old to the steps of a leap
    }
    busy |= inbox_ != nullptr && read_inbox(plan);
    for (const PortId id : plan.owned[index_]) {
        busy |= serve(plan, *plan.ports[id].attachment);
    }
    held_.set(router_.packets_held());
    return busy;
}

void Worker::expire(Nanoseconds now) {
    router_.set_time(now);
    router_.expire_all();
}

void Worker::adopt(const Plan& plan) {
    for (std::uint16_t index = 0; index < plan.domains.size(); ++index) {
        const auto& domain = plan.domains[index];
        if (domain.revision > adopted_) {
            // A port that left and came back since the plan that was adopted last is a new one.
            domain.fdbs[index_]->configure(domain.bridge.statics, [&](PortId port) {
                return plan.has_port(port) && plan.ports[port].domain == index && plan.ports[port].joined <= adopted_;
            });
        }
    }
    adopted_ = plan.generation;
    outbox_.adopt(adopted_);
    router_.adopt(plan);
}

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
    const bool valid = plan.has_port(message.port) && message.is_since(plan.ports[message.port].joined);
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
    } else if (message.kind == Kind::learned && slot.domain != Plan::kNoDomain) {
        Fdb& fdb = *plan.domains[slot.domain].fdbs[index_];
        fdb.learn(fdb.key_of(message.content), message.port, message.tick);
    } else if (message.has_packet()) {
        take_routed(message, plan);
    }
}

// A packet that came in at another worker, which has found it good.
void Worker::take_routed(const Message& message, const Plan& plan) {
    const auto& slot = plan.ports[message.port];
    Packet packet;
    open(packet, message.mbuf());
    parse(packet);
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

bool Worker::serve(const Plan& plan, Attachment& in) {
    StageClock clock(stages_);
    std::array<rte_mbuf*, Burst::kMax> mbufs;
    const std::span<rte_mbuf* const> received(mbufs.data(), in.port->receive(mbufs));
    if (received.empty()) {
        return false;
    }
    clock.lap(&StageCycles::receive);
    const auto& slot = plan.ports[in.id];
    if (slot.domain != Plan::kNoDomain) {
        serve_network(plan, in, received, clock);
    } else if (slot.uplink && plan.routing.uplink) {
        serve_uplink(plan, in, received, clock);
    } else {
        refuse(plan, in, received);
    }
    clock.lap(&StageCycles::forward);
    outbox_.flush(&in);
    clock.lap(&StageCycles::transmit);
    clock.count(received.size());
    return true;
}

inline void Worker::open(Packet& packet, rte_mbuf* mbuf) {
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    packet.mbuf = mbuf;
    packet.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*);
    packet.length = mbuf->pkt_len;
    packet.first = mbuf->data_len;
    packet.csum_trusted = (mbuf->ol_flags & good) == good;
}

// Reads all packets and calls `look_ahead(packet)` for those without fault; what that sets for the others does not
// count.
template <typename LookAhead>
void Worker::prepare(std::span<rte_mbuf* const> mbufs, Attachment& in, LookAhead look_ahead) {
    burst_.count = mbufs.size();
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < mbufs.size(); ++i) {
        Packet& packet = burst_.packets[i];
        open(packet, mbufs[i]);
        bytes += packet.length;
        parse(packet);
        packet.routed = false;
        if (packet.fault == Reason::none) {
            look_ahead(packet);
        }
    }
    counters_.received.add(mbufs.size());
    in.counters.rx_packets.add(mbufs.size());
    in.counters.rx_bytes.add(bytes);
    if (trace_ != nullptr) {
        for (const Packet& packet : burst_) {
            trace_->received(packet, in.id, now_);
        }
    }
}

void Worker::look_further() {
    for (Packet& packet : burst_) {
        if (packet.routed) {
            router_.look_further(packet);
        }
    }
}

void Worker::refuse(const Plan& plan, Attachment& in, std::span<rte_mbuf* const> received) {
    prepare(received, in, [](Packet&) {});
    const auto reason = plan.ports[in.id].uplink ? Reason::no_route : Reason::port_detached;
    for (const Packet& packet : burst_) {
        settle(packet, drop(packet.fault != Reason::none ? packet.fault : reason), plan, in);
    }
}

void Worker::serve_network(const Plan& plan, Attachment& in, std::span<rte_mbuf* const> received, StageClock& clock) {
    const auto& slot = plan.ports[in.id];
    const auto& domain = plan.domains[slot.domain];
    const Segment segment{domain.bridge, *domain.fdbs[index_], {in.id, Fdb::tick_of(now_)}};
    const std::uint64_t gateway = domain.bridge.gateway_mac.bits() << 16;
    bool routes = false;
    prepare(received, in, [&](Packet& packet) {
        const std::uint64_t source = packet.source_word();
        if ((source & 1) != 0 || source << 16 == 0) { // a group address, or none
            packet.fault = Reason::source_mac_invalid;
            return;
        }
        packet.source_key = segment.fdb.key_of(source);
        segment.fdb.prefetch(packet.source_key);
        const std::uint64_t destination = packet.destination_word();
        if (destination << 16 == gateway && packet.is_ipv4() && !packet.tagged) {
            packet.routed = routes = true;
            router_.look_ahead(packet, slot.zone);
        } else {
            packet.destination_key = segment.fdb.key_of(destination);
            segment.fdb.prefetch(packet.destination_key);
        }
    });
    if (routes) {
        look_further();
    }
    clock.lap(&StageCycles::parse);
    for (Packet& packet : burst_) {
        PortId output = kNoPort;
        if (trace_ == nullptr) [[likely]] {
            output = !packet.routed                                       ? find_plain_output(packet, segment)
                     : segment.fdb.knows(packet.source_key, segment.from) ? router_.pass(packet, slot.zone)
                                                                          : kNoPort;
        }
        if (output != kNoPort) [[likely]] {
            outbox_.send(packet.mbuf, *plan.ports[output].attachment);
        } else {
            settle(packet, forward(packet, segment, slot.zone), plan, in);
            settle_released(plan);
        }
    }
}

void Worker::serve_uplink(const Plan& plan, Attachment& in, std::span<rte_mbuf* const> received, StageClock& clock) {
    const std::uint64_t own = plan.routing.uplink->mac.bits() << 16;
    prepare(received, in, [&](Packet& packet) {
        if (packet.destination_word() << 16 == own && packet.is_ipv4() && !packet.tagged) {
            packet.routed = true;
            router_.look_ahead(packet, kUplinkZone);
        }
    });
    look_further();
    clock.lap(&StageCycles::parse);
    for (Packet& packet : burst_) {
        const bool fast = packet.routed && trace_ == nullptr;
        const PortId output = fast ? router_.pass(packet, kUplinkZone) : kNoPort;
        if (output != kNoPort) [[likely]] {
            outbox_.send(packet.mbuf, *plan.ports[output].attachment);
            continue;
        }
        const auto verdict = packet.fault != Reason::none ? drop(packet.fault)
                             : packet.routed              ? router_.route(packet, {in.id, kUplinkZone})
                                                          : router_.at_uplink(packet);
        settle(packet, verdict, plan, in);
        settle_released(plan);
    }
}

[[gnu::noinline]] Verdict Worker::forward(Packet& packet, const Segment& segment, Zone zone) {
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
    if (packet.routed) {
        return router_.route(packet, {segment.from.port, zone});
    }
    const PortId output = find_output(packet, segment);
    if (output == kGatewayPort || (packet.is_arp() && asks_for_gateway(packet, segment.domain))) {
        return at_gateway(packet, segment.domain, segment.from.port);
    }
    return bridge(packet, segment, output);
}

// Pieces that waited for the one that was routed just now.
void Worker::settle_released(const Plan& plan) {
    while (const auto released = router_.take_released()) {
        const PortId in = released->piece.in;
        if (!plan.has_port(in)) {
            outbox_.discard(released->piece.mbuf, nullptr, Reason::port_detached);
            continue;
        }
        Packet packet;
        open(packet, released->piece.mbuf);
        parse(packet);
        settle(packet, router_.route_piece(packet, {in, plan.ports[in].zone}, released->ports), plan,
               *plan.ports[in].attachment);
    }
}

[[gnu::noinline]] void Worker::note_learned(const Packet& packet, const Segment& segment, Fdb::Learned learned) {
    if (learned != Fdb::Learned::spoofed && learned != Fdb::Learned::full) {
        outbox_.announce(
            Message::learned(packet.source_mac(), segment.from.port, static_cast<std::uint16_t>(segment.from.now)));
    }
    if (trace_ != nullptr) {
        trace_->learned(segment.from.port, learned);
    }
}

[[gnu::noinline]] void Worker::settle(const Packet& packet, Verdict verdict, const Plan& plan, Attachment& in) {
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

[[gnu::noinline]] void Worker::flood(const Packet& packet, const Plan& plan, Attachment& in) {
    const auto& ports = plan.domains[plan.ports[in.id].domain].bridge.ports;
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
        trace_->sent(port);
    }
    outbox_.send(mbuf, *plan.ports[port].attachment);
}

void Worker::age(const Plan& plan, Nanoseconds now) {
    const Nanoseconds before = aged_;
    // Where the clock leaps, as between the packets of a capture, go in steps that no entry's age wraps in. After
    // kAgeing nothing is left to age.
    for (int step = 0; aged_ < now && step < 5; ++step) {
        const Nanoseconds passed = std::min(now - aged_, kSweepWhole);
        aged_ += passed;
        for (const auto& domain : plan.domains) {
            Fdb& fdb = *domain.fdbs[index_];
            if (fdb.learned() != 0) {
                fdb.sweep(fdb.sets() * passed / kSweepWhole + 1, Fdb::tick_of(aged_));
            }
        }
    }
    static_assert(5 * kSweepWhole > Fdb::kAgeing + kSweepWhole);
    router_.expire(now - before);
    aged_ = now;
}

} // namespace pontoon
