// One worker: it owns ports and tables that nobody else touches, and moves packets between them in bursts.
//
// A burst is the packets one receive call brought, so all of one port and network. It is parsed as a whole, with the
// FDB lines it will need on their way from memory meanwhile, and then decided packet by packet, in order. What leaves
// is queued and goes out at the end of the turn (outbox.hpp). A MAC address that was learned here is told to the other
// workers, because each has its own FDB.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "dataplane/bridge/bridge.hpp"
#include "dataplane/inbox.hpp"
#include "dataplane/observe/counters.hpp"
#include "dataplane/observe/stage_clock.hpp"
#include "dataplane/observe/trace.hpp"
#include "dataplane/outbox.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/plan.hpp"
#include "dataplane/poller.hpp"
#include "dataplane/route/router.hpp"

namespace pontoon {

class Worker {
public:
    // `plan` is where the engine publishes; it is read once a turn. `inboxes` has one for each worker, or none if
    // there is only this one.
    Worker(const Router::Options& router, const std::atomic<const Plan*>& plan,
           const std::vector<std::unique_ptr<Inbox>>& inboxes);

    // One round: the inbox, then a burst from each port. `now` never goes back. Returns whether anything was there.
    bool turn(Nanoseconds now);

    // From now on `poller` says which ports are asked; null: each of them every turn. Not while a turn runs.
    void set_poller(Poller* poller) { poller_ = poller; }

    // Whether a turn would find nothing new but packets. Only between turns of the same thread.
    [[nodiscard]] bool is_current() const;

    // Lets all go that is over time. Not while a turn runs.
    void expire(Nanoseconds now);

    // The router, in step with the plan at `now`. Not while a turn runs.
    [[nodiscard]] Router& router_at(Nanoseconds now);

    [[nodiscard]] const TotalCounters& counters() const { return counters_; }
    [[nodiscard]] const Router& router() const { return router_; }
    // Packets that wait in the router, as of the end of the last turn.
    [[nodiscard]] std::uint64_t held() const { return held_.read(); }

    // From now on tells `trace` about every packet, or nobody if null. Not while a turn runs.
    void set_trace(Trace* trace) {
        trace_ = trace;
        router_.set_trace(trace);
    }
    // From now on adds up what stages cost. Not while a turn runs.
    void set_stage_clock(StageCycles* stages) { stages_ = stages; }

private:
    static constexpr Nanoseconds kAgeEvery = 250'000'000;

    void adopt(const Plan& plan);
    void adopt(const Plan& plan, const Plan::DomainChange& change);
    void configure(const Plan& plan, Zone zone);
    bool read_inbox(const Plan& plan);
    void take(const Message& message, const Plan& plan);
    void take_routed(const Message& message, const Plan& plan);
    bool serve_all(const Plan& plan);
    bool serve(const Plan& plan, AttachedPort& in);
    template <typename LookAhead>
    [[gnu::always_inline]] inline void prepare(std::span<rte_mbuf* const> mbufs, AttachedPort& in,
                                               LookAhead look_ahead);
    void look_further();
    void serve_network(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received, StageClock& clock);
    void serve_uplink(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received, StageClock& clock);
    void serve_names(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received);
    void refuse(const Plan& plan, AttachedPort& in, std::span<rte_mbuf* const> received);
    Verdict forward(Packet& packet, const Segment& segment, Zone zone);
    void begin_story(const Packet& packet, const AttachedPort& in);
    void note_learned(const Packet& packet, const Segment& segment, Fdb::Learned learned);
    void settle(const Packet& packet, Verdict verdict, const Plan& plan, AttachedPort& in);
    void settle_released(const Plan& plan);
    void flood(const Packet& packet, const Plan& plan, AttachedPort& in);
    void send(rte_mbuf* mbuf, const Plan& plan, PortId port);
    void age(const Plan& plan, Nanoseconds now);

    const unsigned index_;
    const std::atomic<const Plan*>& plan_;
    Inbox* const inbox_;
    std::uint64_t adopted_ = 0; // generation of the plan that the tables are in step with
    Nanoseconds now_ = 0;       // of this turn
    Nanoseconds aged_ = 0;      // when the FDBs were last swept
    Poller* poller_ = nullptr;
    Trace* trace_ = nullptr;
    StageCycles* stages_ = nullptr;
    TotalCounters counters_;
    Counter held_;
    Outbox outbox_;
    Router router_;
    Burst burst_;
};

} // namespace pontoon
