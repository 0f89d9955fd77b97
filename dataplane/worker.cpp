#include "dataplane/worker.hpp"

#include <rte_cycles.h>
#include <rte_mbuf.h>

#include <algorithm>
#include <span>
#include <utility>

#include "dataplane/bridge/arp.hpp"
#include "dataplane/gateway.hpp"
#include "dataplane/packet/parse.hpp"

namespace pontoon {

namespace {

constexpr Nanoseconds kSweepEvery = 250'000'000;
constexpr Nanoseconds kSweepWhole = 100'000'000'000; // for a whole FDB; under Fdb::kWrap - Fdb::kAgeing
static_assert(kSweepWhole + kSweepEvery < Fdb::kWrap - Fdb::kAgeing);

// Reads the cycle counter only when somebody asks.
class StageClock {
public:
    explicit StageClock(bool on) : on_(on), last_(on ? rte_rdtsc() : 0) {}
    std::uint64_t lap() {
        if (!on_) {
            return 0;
        }
        const std::uint64_t now = rte_rdtsc();
        return now - std::exchange(last_, now);
    }

private:
    bool on_;
    std::uint64_t last_;
};

} // namespace

Worker::Worker(unsigned index, const std::atomic<const Plan*>& plan, const std::vector<std::unique_ptr<Inbox>>& inboxes)
    : index_(index), plan_(plan), inbox_(inboxes.empty() ? nullptr : inboxes[index].get()),
      outbox_(index, inboxes, counters_) {}

bool Worker::turn(Nanoseconds now) {
    const Plan& plan = *plan_.load(std::memory_order_acquire);
    if (plan.generation != adopted_) [[unlikely]] {
        adopt(plan);
    }
    if (now - aged_ >= kSweepEvery) {
        age(plan, now); // before anything is learned now, which would look old to the steps of a leap
    }
    bool busy = inbox_ != nullptr && read_inbox(plan);
    for (const PortId id : plan.owned[index_]) {
        busy |= serve(plan, *plan.ports[id].attachment, now);
    }
    return busy;
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
}

bool Worker::read_inbox(const Plan& plan) {
    std::array<Message, Burst::kMax> messages;
    const std::size_t count = inbox_->pop(messages);
    for (const auto& message : std::span(messages.data(), count)) {
        // What was sent before the port was in its network is not for it any more.
        const bool valid = plan.has_port(message.port) && message.is_since(plan.ports[message.port].joined);
        if (message.kind == Message::Kind::packet) {
            valid ? outbox_.send(message.mbuf(), *plan.ports[message.port].attachment)
                  : outbox_.discard(message.mbuf(), nullptr, Reason::port_detached);
        } else if (valid && plan.ports[message.port].domain != Plan::kNoDomain) {
            Fdb& fdb = *plan.domains[plan.ports[message.port].domain].fdbs[index_];
            fdb.learn(fdb.key_of(message.content), message.port, message.tick);
        }
    }
    if (count != 0) {
        outbox_.flush(nullptr);
    }
    return count != 0;
}

bool Worker::serve(const Plan& plan, Attachment& in, Nanoseconds now) {
    StageClock clock(stages_ != nullptr);
    std::array<rte_mbuf*, Burst::kMax> mbufs;
    const std::span<rte_mbuf* const> received(mbufs.data(), in.port->receive(mbufs));
    if (received.empty()) {
        return false;
    }
    const std::uint64_t receive = clock.lap();
    const auto& slot = plan.ports[in.id];
    if (slot.domain == Plan::kNoDomain) {
        prepare(received, in, nullptr);
        refuse(plan, in, slot.uplink ? Reason::no_route : Reason::port_detached, now);
        return true;
    }
    const auto& domain = plan.domains[slot.domain];
    const Segment segment{domain.bridge, *domain.fdbs[index_], {in.id, Fdb::tick_of(now)}};
    prepare(received, in, &segment.fdb);
    const std::uint64_t parse = clock.lap();
    for (Packet& packet : burst_) {
        if (trace_ != nullptr) [[unlikely]] {
            trace_->received(packet, in.id, now);
        }
        const PortId output = find_plain_output(packet, segment);
        if (output != kNoPort && trace_ == nullptr) [[likely]] {
            outbox_.send(packet.mbuf, *plan.ports[output].attachment);
        } else {
            settle(packet, forward(packet, plan, segment), plan, in);
        }
    }
    const std::uint64_t forward = clock.lap();
    outbox_.flush(&in);
    if (stages_ != nullptr) {
        stages_->receive += receive;
        stages_->parse += parse;
        stages_->forward += forward;
        stages_->transmit += clock.lap();
        stages_->packets += received.size();
    }
    return true;
}

void Worker::prepare(std::span<rte_mbuf* const> mbufs, Attachment& in, const Fdb* fdb) {
    constexpr std::uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    burst_.count = mbufs.size();
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < mbufs.size(); ++i) {
        Packet& packet = burst_.packets[i];
        packet.mbuf = mbufs[i];
        packet.data = rte_pktmbuf_mtod(packet.mbuf, std::uint8_t*);
        packet.length = packet.mbuf->pkt_len;
        packet.first = packet.mbuf->data_len;
        packet.csum_trusted = (packet.mbuf->ol_flags & good) == good;
        bytes += packet.length;
        parse(packet);
        if (fdb != nullptr && packet.fault == Reason::none) {
            look_ahead(packet, *fdb);
        }
    }
    counters_.received.add(mbufs.size());
    in.counters.rx_packets.add(mbufs.size());
    in.counters.rx_bytes.add(bytes);
}

// Makes the FDB keys and starts to fetch what they will meet.
void Worker::look_ahead(Packet& packet, const Fdb& fdb) {
    const std::uint64_t source = packet.source_word();
    if ((source & 1) != 0 || source << 16 == 0) { // a group address, or none
        packet.fault = Reason::source_mac_invalid;
        return;
    }
    packet.destination_key = fdb.key_of(packet.destination_word());
    packet.source_key = fdb.key_of(source);
    fdb.prefetch(packet.destination_key);
    fdb.prefetch(packet.source_key);
}

void Worker::refuse(const Plan& plan, Attachment& in, Reason reason, Nanoseconds now) {
    for (const Packet& packet : burst_) {
        if (trace_ != nullptr) {
            trace_->received(packet, in.id, now);
        }
        settle(packet, drop(packet.fault != Reason::none ? packet.fault : reason), plan, in);
    }
}

[[gnu::noinline]] Verdict Worker::forward(Packet& packet, const Plan& plan, const Segment& segment) {
    if (packet.fault != Reason::none) {
        return drop(packet.fault);
    }
    const auto learned = learn(packet, segment);
    if (learned != Fdb::Learned::known) [[unlikely]] {
        note_learned(packet, segment, learned);
        if (learned == Fdb::Learned::spoofed) {
            return drop(Reason::source_mac_spoofed);
        }
    }
    const PortId output = find_output(packet, segment);
    if (output == kGatewayPort || (packet.is_arp() && asks_for_gateway(packet, segment.domain))) {
        return at_gateway(packet, segment.domain, segment.from.port, plan.routes);
    }
    return bridge(packet, segment, output);
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
    aged_ = now;
}

} // namespace pontoon
