// What leaves a worker: packets queued by port and messages queued by worker, all sent at the end of the turn with one
// transmit call a port and one ring push a worker. What a port or an inbox does not take is dropped and counted.
#pragma once

#include <memory>
#include <vector>

#include "dataplane/inbox.hpp"
#include "dataplane/observe/counters.hpp"
#include "dataplane/plan.hpp"

namespace pontoon {

class Outbox {
public:
    // `inboxes` has one for each worker, or none if there is only one worker. `pool` is that of Engine::Options.
    Outbox(unsigned worker, const std::vector<std::unique_ptr<Inbox>>& inboxes, TotalCounters& totals,
           rte_mempool* pool);

    // Messages from now on are sent in this generation of the plan.
    void adopt(std::uint64_t generation) { generation_ = static_cast<std::uint16_t>(generation); }

    // Queues a packet for a port of the plan, whoever owns it.
    void send(rte_mbuf* mbuf, AttachedPort& out) {
        if (out.worker != worker_ || out.queued == 0 || out.queued == out.queue.size()) [[unlikely]] {
            send_first(mbuf, out);
        } else {
            out.queue[out.queued++] = mbuf;
        }
    }
    // Packets of which many in a row leave by one port: how many it has queued is kept at hand. Until `end` nobody else
    // may send.
    class Run {
    public:
        Run(Outbox& outbox, const Plan& plan) : outbox_(outbox), plan_(plan) {}
        Run(const Run&) = delete;
        Run& operator=(const Run&) = delete;
        ~Run() { end(); }

        void send(rte_mbuf* mbuf, PortId port) {
            if (port == port_ && queued_ != Burst::kMax) [[likely]] {
                out_->queue[queued_++] = mbuf;
                return;
            }
            end();
            AttachedPort& out = *plan_.ports[port].attachment;
            outbox_.send(mbuf, out);
            if (out.worker == outbox_.worker_) {
                out_ = &out;
                port_ = port;
                queued_ = out.queued;
            }
        }
        void end() {
            if (port_ != kNoPort) {
                out_->queued = queued_;
                port_ = kNoPort;
            }
        }

    private:
        Outbox& outbox_;
        const Plan& plan_;
        AttachedPort* out_ = nullptr;
        PortId port_ = kNoPort; // of `out_`
        unsigned queued_ = 0;
    };

    // Queues a message for all other workers.
    void announce(const Message& message);
    // Queues a message for one other worker. False: there is no place.
    [[nodiscard]] bool pass_on(unsigned worker, const Message& message);
    // Counts a packet as dropped, at the port `at` where it is known.
    void count_drop(AttachedPort* at, Reason reason, std::uint64_t packets = 1);
    // Frees a packet and counts why, at the port `at` where it is known.
    void discard(rte_mbuf* mbuf, AttachedPort* at, Reason reason);
    // Sends all that is queued, and says whether there was anything. `in` is the port the packets came from, null for
    // those from the inbox or the router itself.
    bool flush(AttachedPort* in);

private:
    void send_first(rte_mbuf* mbuf, AttachedPort& out); // into an empty or full queue, or to another worker
    void transmit(AttachedPort& out);
    void finish(AttachedPort& out, std::span<rte_mbuf* const> packets);
    void push(unsigned worker, AttachedPort* in);

    const unsigned worker_;
    const std::vector<std::unique_ptr<Inbox>>& inboxes_;
    TotalCounters& totals_;
    rte_mempool* const pool_;
    std::uint16_t generation_ = 0;
    std::vector<AttachedPort*> touched_;         // own ports with a queue
    std::vector<std::vector<Message>> messages_; // by worker
};

} // namespace pontoon
