#include "dataplane/outbox.hpp"

#include <rte_mbuf.h>

#include <span>

namespace pontoon {

Outbox::Outbox(unsigned worker, const std::vector<std::unique_ptr<Inbox>>& inboxes, TotalCounters& totals,
               rte_mempool* pool)
    : worker_(worker), inboxes_(inboxes), totals_(totals), pool_(pool), messages_(inboxes.size()) {
    touched_.reserve(Fdb::kMaxPort);
    for (auto& messages : messages_) {
        messages.reserve(Inbox::kMessages);
    }
}

void Outbox::send_first(rte_mbuf* mbuf, AttachedPort& out) {
    if (out.worker != worker_) {
        if (!pass_on(out.worker, Message::packet(mbuf, out.id))) {
            discard(mbuf, nullptr, Reason::inbox_full);
        }
        return;
    }
    if (out.queued == out.queue.size()) {
        transmit(out);
    }
    if (out.queued == 0) {
        touched_.push_back(&out);
    }
    out.queue[out.queued++] = mbuf;
}

void Outbox::announce(const Message& message) {
    for (unsigned worker = 0; worker < messages_.size(); ++worker) {
        // A message that finds no place is lost: the other worker floods what it does not know.
        if (worker != worker_ && messages_[worker].size() < messages_[worker].capacity()) {
            messages_[worker].push_back(message);
        }
    }
}

bool Outbox::pass_on(unsigned worker, const Message& message) {
    auto& messages = messages_[worker];
    if (messages.size() == messages.capacity()) {
        return false;
    }
    messages.push_back(message);
    return true;
}

void Outbox::count_drop(AttachedPort* at, Reason reason, std::uint64_t packets) {
    totals_.drops[static_cast<std::size_t>(reason)].add(packets);
    if (at == nullptr) {
        return;
    }
    if (at->worker == worker_) {
        at->counters.drops[static_cast<std::size_t>(reason)].add(packets);
    } else { // its counters have one writer
        for (; packets != 0 && pass_on(at->worker, Message::dropped(at->id, reason)); --packets) {
        }
    }
}

void Outbox::discard(rte_mbuf* mbuf, AttachedPort* at, Reason reason) {
    count_drop(at, reason);
    rte_pktmbuf_free(mbuf);
}

bool Outbox::flush(AttachedPort* in) {
    bool any = !touched_.empty();
    for (AttachedPort* out : touched_) {
        transmit(*out);
    }
    touched_.clear();
    for (unsigned worker = 0; worker < messages_.size(); ++worker) {
        if (!messages_[worker].empty()) {
            push(worker, in);
            any = true;
        }
    }
    return any;
}

void Outbox::transmit(AttachedPort& out) {
    const std::span packets(out.queue.data(), out.queued);
    out.queued = 0;
    const auto glance = Edge::glance_at(packets);
    if (!out.edge.takes(glance)) [[unlikely]] {
        finish(out, packets);
        return;
    }
    std::uint64_t bytes = glance.bytes;
    const unsigned sent = out.port->transmit(packets);
    for (rte_mbuf* packet : packets.subspan(sent)) {
        bytes -= packet->pkt_len;
        discard(packet, &out, Reason::tx_full);
    }
    totals_.sent.add(sent);
    out.counters.tx_packets.add(sent);
    out.counters.tx_bytes.add(bytes);
}

void Outbox::finish(AttachedPort& out, std::span<rte_mbuf* const> packets) {
    const auto outcome = out.edge.transmit(packets, *out.port, pool_);
    totals_.copied.add(outcome.made);
    totals_.sent.add(outcome.sent);
    out.counters.tx_packets.add(outcome.sent);
    out.counters.tx_bytes.add(outcome.bytes);
    count_drop(&out, Reason::tx_full, outcome.refused);
    count_drop(&out, Reason::frame_too_long, outcome.too_long);
    count_drop(&out, Reason::no_buffer, outcome.no_buffer);
}

void Outbox::push(unsigned worker, AttachedPort* in) {
    const std::span messages(messages_[worker]);
    for (auto& message : messages) {
        message.generation = generation_;
    }
    for (const auto& lost : messages.subspan(inboxes_[worker]->push(messages))) {
        if (lost.has_packet()) {
            discard(lost.mbuf(), in, Reason::inbox_full);
        }
    }
    messages_[worker].clear();
}

} // namespace pontoon
