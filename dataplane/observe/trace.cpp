#include "dataplane/observe/trace.hpp"

#include <rte_mbuf.h>

#include <algorithm>

namespace pontoon {

namespace {

void set_head(TraceRecord& record, const std::uint8_t* data, std::size_t first, std::uint32_t length) {
    record.length = length;
    record.head_length = static_cast<std::uint16_t>(std::min(first, TraceRecord::kHead));
    std::copy_n(data, record.head_length, record.head.begin());
}

void set_head(TraceRecord& record, const rte_mbuf* mbuf) {
    if (mbuf != nullptr) {
        set_head(record, rte_pktmbuf_mtod(mbuf, const std::uint8_t*), mbuf->data_len, mbuf->pkt_len);
    }
}

} // namespace

TraceRecord* Trace::next(TraceRecord::Stage stage) {
    if (records_.size() == records_.capacity()) {
        ++forgotten_;
        return nullptr;
    }
    auto& record = records_.emplace_back();
    record.stage = stage;
    record.story = story_;
    return &record;
}

TraceRecord* Trace::begin(TraceRecord::Stage stage, PortId port, Nanoseconds time) {
    story_ = ++stories_;
    auto* record = next(stage);
    if (record != nullptr) {
        record->port = port;
        record->time = time;
    }
    return record;
}

void Trace::received(const Packet& packet, PortId port, Nanoseconds time) {
    if (auto* record = begin(TraceRecord::Stage::received, port, time)) {
        set_head(*record, packet.data, packet.first, packet.length);
    }
}

void Trace::resumed(const rte_mbuf* mbuf, PortId port, Nanoseconds time, std::optional<unsigned> worker) {
    if (auto* record = begin(TraceRecord::Stage::resumed, port, time)) {
        record->waited = !worker;
        record->worker = static_cast<std::uint16_t>(worker.value_or(0));
        set_head(*record, mbuf);
    }
}

void Trace::asked(const rte_mbuf* mbuf, PortId port, Nanoseconds time) {
    const auto before = story_;
    if (auto* record = begin(TraceRecord::Stage::asked, port, time)) {
        set_head(*record, mbuf);
    }
    story_ = before;
}

void Trace::learned(PortId port, Fdb::Learned what) {
    if (auto* record = next(TraceRecord::Stage::learned)) {
        record->port = port;
        record->learned = what;
    }
}

void Trace::followed(const Flow& flow, const Half& other, bool back, bool fresh, bool error) {
    if (auto* record = next(TraceRecord::Stage::followed)) {
        record->flow = flow.kind;
        record->back = back;
        record->fresh = fresh;
        record->error = error;
        record->translated = reversed(other.key, other.key.zone);
    }
}

void Trace::waits(Ipv4 neighbor) {
    if (auto* record = next(TraceRecord::Stage::waits)) {
        record->neighbor = neighbor;
    }
}

void Trace::handed_over(unsigned worker) {
    if (auto* record = next(TraceRecord::Stage::handed_over)) {
        record->worker = static_cast<std::uint16_t>(worker);
    }
}

void Trace::decided(Verdict verdict) {
    if (auto* record = next(TraceRecord::Stage::decided)) {
        record->verdict = verdict;
    }
}

void Trace::sent(PortId port, const rte_mbuf* mbuf) {
    if (auto* record = next(TraceRecord::Stage::sent)) {
        record->port = port;
        set_head(*record, mbuf);
    }
}

} // namespace pontoon
