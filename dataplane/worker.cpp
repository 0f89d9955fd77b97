#include "dataplane/worker.hpp"

#include <rte_mbuf.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "dataplane/packet/merge.hpp"
#include "dataplane/packet/parse.hpp"
#include "dataplane/packet/receive.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kBehind = 12; // packets from the fetch of a bucket to the fetch of the half that it names

} // namespace

Worker::Worker(const Router::Options& router, const std::atomic<const Plan*>& plan,
               const std::vector<std::unique_ptr<Inbox>>& inboxes)
    : index_(router.worker), plan_(plan), inbox_(inboxes.empty() ? nullptr : inboxes[index_].get()),
      outbox_(index_, inboxes, counters_, router.pool), router_(router, outbox_, counters_) {}

Router& Worker::router_at(Nanoseconds now) {
    const Plan& plan = *plan_.load(std::memory_order_acquire);
    now_ = now;
    router_.set_time(now);
    if (plan.generation != adopted_) {
        adopt(plan);
    }
    return router_;
}

bool Worker::turn(Nanoseconds now) {
    const Plan& plan = *plan_.load(std::memory_order_acquire);
    now_ = now;
    router_.set_time(now);
    if (plan.generation != adopted_) [[unlikely]] {
        adopt(plan);
    }
    bool busy = router_.purge();
    if (now - aged_ >= kAgeEvery) {
        age(plan, now); // before anything is learned now, which would look old to the steps of a leap
    }
    busy |= outbox_.flush(nullptr); // what the router sent by itself
    busy |= inbox_ != nullptr && read_inbox(plan);
    busy |= serve_all(plan);
    held_.set(router_.packets_held());
    return busy;
}

bool Worker::serve_all(const Plan& plan) {
    if (poller_ != nullptr) {
        return poller_->ask(plan, now_, [&](AttachedPort& in) { return serve(plan, in); });
    }
    bool busy = false;
    for (const PortId id : plan.owned[index_]) {
        busy |= serve(plan, *plan.ports[id].attachment);
    }
    return busy;
}

bool Worker::is_current() const {
    return plan_.load(std::memory_order_acquire)->generation == adopted_ && (inbox_ == nullptr || inbox_->size() == 0);
}

void Worker::expire(Nanoseconds now) {
    router_.set_time(now);
    router_.expire_all();
}

bool Worker::serve(const Plan& plan, AttachedPort& in) {
    StageClock clock(stages_);
    std::array<rte_mbuf*, Burst::kMax> mbufs;
    const std::span<rte_mbuf* const> received(mbufs.data(), in.port->receive(mbufs));
    if (received.empty()) {
        return false;
    }
    clock.lap(&StageCycles::receive);
    const auto& slot = plan.ports[in.id];
    if (slot.in_network()) {
        serve_network(plan, in, received, clock);
    } else if (slot.uplink && plan.routing.uplink) {
        serve_uplink(plan, in, received, clock);
    } else if (slot.names) {
        serve_names(plan, in, received);
    } else {
        refuse(plan, in, received);
    }
    clock.lap(&StageCycles::forward);
    outbox_.flush(&in);
    clock.lap(&StageCycles::transmit);
    clock.count(received.size());
    return true;
}

// Reads all packets, and sets the lane of those without fault to `look_ahead(packet, common)`. It is compiled for
// either kind: what is common comes without a jump.
template <typename LookAhead>
void Worker::prepare(std::span<rte_mbuf* const> mbufs, AttachedPort& in, LookAhead look_ahead) {
    burst_.count = mbufs.size();
    std::uint64_t bytes = 0;
    bool routes = false;
    std::size_t segments = 0; // of TCP
    for (std::size_t i = 0; i < mbufs.size(); ++i) {
        Packet& packet = burst_.packets[i];
        if (read(packet, mbufs[i])) [[likely]] {
            packet.lane = look_ahead(packet, std::true_type());
        } else if (packet.fault == Reason::none) {
            packet.lane = look_ahead(packet, std::false_type());
        }
        bytes += packet.length;
        segments += packet.protocol == protocol::kTcp ? 1 : 0;
        routes |= packet.lane == Lane::routed;
        if (routes && i >= kBehind && burst_.packets[i - kBehind].lane == Lane::routed) {
            router_.look_further(burst_.packets[i - kBehind], burst_.zone);
        }
    }
    if (routes) {
        look_further();
    }
    counters_.received.add(mbufs.size());
    in.counters.rx_packets.add(mbufs.size());
    in.counters.rx_bytes.add(bytes);
    if (in.merges && segments > 1) {
        counters_.merged.add(merge_segments(burst_));
    }
}

void Worker::look_further() {
    for (std::size_t i = burst_.count > kBehind ? burst_.count - kBehind : 0; i < burst_.count; ++i) {
        if (burst_.packets[i].lane == Lane::routed) {
            router_.look_further(burst_.packets[i], burst_.zone);
        }
    }
}

void Worker::refuse(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received) {
    prepare(received, in, [](Packet&, bool) { return Lane::unusual; });
    const auto reason = plan.ports[in.id].uplink ? Reason::no_route : Reason::port_detached;
    for (const Packet& packet : burst_) {
        begin_story(packet, in);
        settle(packet, drop(packet.fault != Reason::none ? packet.fault : reason), plan, in);
    }
}

void Worker::serve_network(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received, StageClock& clock) {
    const auto& slot = plan.ports[in.id];
    const auto& domain = plan.domains[slot.zone];
    const BridgeDomain& bridge = *domain.bridge;
    const Segment segment{bridge, *(*domain.fdbs)[index_], {in.id, Fdb::tick_of(now_)}};
    // What the host sends to its own address comes back to nobody.
    constexpr std::uint64_t nobody = 1;
    const std::uint64_t gateway = in.id == bridge.host ? nobody : bridge.gateway_mac.bits() << 16;
    burst_.zone = slot.zone;
    // Where not all may talk to each other, or a trace is kept, the long way has to be gone.
    const Lane plain = bridge.icc && trace_ == nullptr ? Lane::bridged : Lane::unusual;
    std::uint64_t known_source = nobody;
    Fdb::Key known_key = 0;
    prepare(received, in, [&](Packet& packet, auto common) {
        const std::uint64_t source = packet.source_word() << 16;
        if (source != known_source) {                     // most ports have one
            if ((source & 0x10000) != 0 || source == 0) { // a group address, or none
                packet.fault = Reason::source_mac_invalid;
                return Lane::unusual;
            }
            known_source = source;
            known_key = segment.fdb.key_of(source >> 16);
            segment.fdb.prefetch(known_key);
        }
        packet.source_key = known_key;
        const std::uint64_t destination = packet.destination_word();
        if (destination << 16 == gateway && (common || (packet.is_ipv4() && !packet.tagged))) {
            router_.look_ahead(packet, common, slot.zone);
            return Lane::routed;
        }
        packet.destination_key = segment.fdb.key_of(destination);
        segment.fdb.prefetch(packet.destination_key);
        return common || !packet.is_arp() ? plain : Lane::unusual;
    });
    clock.lap(&StageCycles::parse);
    Outbox::Run run(outbox_, plan);
    for (Packet& packet : burst_) {
        PortId output = kNoPort;
        if (packet.lane == Lane::bridged) {
            output = find_plain_output(packet, segment);
        } else if (packet.lane == Lane::routed && trace_ == nullptr &&
                   segment.fdb.knows(packet.source_key, segment.from)) {
            output = router_.pass(packet, slot.zone);
        }
        if (output != kNoPort) [[likely]] {
            run.send(packet.mbuf, output);
        } else {
            run.end();
            begin_story(packet, in);
            settle(packet, forward(packet, segment, slot.zone), plan, in);
            settle_released(plan);
        }
    }
}

void Worker::serve_uplink(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received, StageClock& clock) {
    const std::uint64_t own = plan.routing.uplink->mac.bits() << 16;
    burst_.zone = kUplinkZone;
    prepare(received, in, [&](Packet& packet, auto common) {
        const bool routed = packet.destination_word() << 16 == own && (common || (packet.is_ipv4() && !packet.tagged));
        if (routed) {
            router_.look_ahead(packet, common, kUplinkZone);
        }
        return routed ? Lane::routed : Lane::unusual;
    });
    clock.lap(&StageCycles::parse);
    Outbox::Run run(outbox_, plan);
    for (Packet& packet : burst_) {
        const bool fast = packet.lane == Lane::routed && trace_ == nullptr;
        const PortId output = fast ? router_.pass(packet, kUplinkZone) : kNoPort;
        if (output != kNoPort) [[likely]] {
            run.send(packet.mbuf, output);
            continue;
        }
        run.end();
        begin_story(packet, in);
        const auto verdict = packet.fault != Reason::none  ? drop(packet.fault)
                             : packet.lane == Lane::routed ? router_.route(packet, {in.id, kUplinkZone})
                                                           : router_.at_uplink(packet);
        settle(packet, verdict, plan, in);
        settle_released(plan);
    }
}

void Worker::serve_names(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received) {
    prepare(received, in, [](Packet&, bool) { return Lane::unusual; });
    for (Packet& packet : burst_) {
        begin_story(packet, in);
        settle(packet, packet.fault != Reason::none ? drop(packet.fault) : router_.answer_names(packet), plan, in);
    }
}

} // namespace pontoon
