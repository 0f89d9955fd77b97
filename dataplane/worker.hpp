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
#include "dataplane/observe/trace.hpp"
#include "dataplane/outbox.hpp"
#include "dataplane/packet/packet.hpp"
#include "dataplane/plan.hpp"

namespace pontoon {

// TSC cycles spent in each stage, and the packets they were spent on.
struct StageCycles {
    std::uint64_t receive = 0;
    std::uint64_t parse = 0;
    std::uint64_t forward = 0;
    std::uint64_t transmit = 0;
    std::uint64_t packets = 0;
};

class Worker {
public:
    // `plan` is where the engine publishes; it is read once a turn. `inboxes` has one for each worker, or none if
    // there is only this one.
    Worker(unsigned index, const std::atomic<const Plan*>& plan, const std::vector<std::unique_ptr<Inbox>>& inboxes);

    // One round: the inbox, then a burst from each port. `now` never goes back. Returns whether anything was there.
    bool turn(Nanoseconds now);

    [[nodiscard]] const TotalCounters& counters() const { return counters_; }

    // From now on tells `trace` about every packet, or nobody if null. Not while a turn runs.
    void set_trace(Trace* trace) { trace_ = trace; }
    // From now on adds up what stages cost. Not while a turn runs.
    void set_stage_clock(StageCycles* stages) { stages_ = stages; }

private:
    void adopt(const Plan& plan);
    bool read_inbox(const Plan& plan);
    bool serve(const Plan& plan, Attachment& in, Nanoseconds now);
    void prepare(std::span<rte_mbuf* const> mbufs, Attachment& in, const Fdb* fdb);
    [[gnu::always_inline]] static inline void look_ahead(Packet& packet, const Fdb& fdb);
    void refuse(const Plan& plan, Attachment& in, Reason reason, Nanoseconds now);
    Verdict forward(Packet& packet, const Plan& plan, const Segment& segment);
    void note_learned(const Packet& packet, const Segment& segment, Fdb::Learned learned);
    void settle(const Packet& packet, Verdict verdict, const Plan& plan, Attachment& in);
    void flood(const Packet& packet, const Plan& plan, Attachment& in);
    void send(rte_mbuf* mbuf, const Plan& plan, PortId port);
    void age(const Plan& plan, Nanoseconds now);

    const unsigned index_;
    const std::atomic<const Plan*>& plan_;
    Inbox* const inbox_;
    std::uint64_t adopted_ = 0; // generation of the plan that the tables are in step with
    Nanoseconds aged_ = 0;      // when the FDBs were last swept
    Trace* trace_ = nullptr;
    StageCycles* stages_ = nullptr;
    TotalCounters counters_;
    Outbox outbox_;
    Burst burst_;
};

} // namespace pontoon
