#include "dataplane/observe/trace.hpp"

#include <algorithm>

namespace pontoon {

TraceRecord* Trace::next(TraceRecord::Stage stage) {
    if (records_.size() == records_.capacity()) {
        ++forgotten_;
        return nullptr;
    }
    auto& record = records_.emplace_back();
    record.stage = stage;
    return &record;
}

void Trace::received(const Packet& packet, PortId port, Nanoseconds time) {
    if (auto* record = next(TraceRecord::Stage::received)) {
        record->port = port;
        record->time = time;
        record->length = packet.length;
        record->head_length = static_cast<std::uint16_t>(std::min<std::size_t>(packet.first, TraceRecord::kHead));
        std::copy_n(packet.data, record->head_length, record->head.begin());
    }
}

void Trace::learned(PortId port, Fdb::Learned what) {
    if (auto* record = next(TraceRecord::Stage::learned)) {
        record->port = port;
        record->learned = what;
    }
}

void Trace::decided(Verdict verdict) {
    if (auto* record = next(TraceRecord::Stage::decided)) {
        record->verdict = verdict;
    }
}

void Trace::sent(PortId port) {
    if (auto* record = next(TraceRecord::Stage::sent)) {
        record->port = port;
    }
}

} // namespace pontoon
