#include "dataplane/observe/counters.hpp"

#include <numeric>

namespace pontoon {

namespace {

void add(std::array<std::uint64_t, kReasonCount>& sum, const std::array<Counter, kReasonCount>& counters) {
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        sum[i] += counters[i].read();
    }
}

} // namespace

void add(PortStats& sum, const PortCounters& counters) {
    sum.rx_packets += counters.rx_packets.read();
    sum.rx_bytes += counters.rx_bytes.read();
    sum.tx_packets += counters.tx_packets.read();
    sum.tx_bytes += counters.tx_bytes.read();
    add(sum.drops, counters.drops);
}

void add(TotalStats& sum, const TotalCounters& counters) {
    sum.received += counters.received.read();
    sum.copied += counters.copied.read();
    sum.originated += counters.originated.read();
    sum.sent += counters.sent.read();
    sum.merged += counters.merged.read();
    sum.consumed += counters.consumed.read();
    add(sum.drops, counters.drops);
}

void add(FlowStats& sum, const FlowCounters& counters) {
    sum.created += counters.created.read();
    sum.active += counters.active.read();
    sum.expired += counters.expired.read();
    sum.refused += counters.refused.read();
}

std::uint64_t Stats::dropped() const {
    return std::accumulate(total.drops.begin(), total.drops.end(), std::uint64_t{0});
}

bool Stats::is_conserved() const {
    return total.received + total.copied + total.originated ==
           total.sent + total.merged + total.consumed + held + dropped();
}

} // namespace pontoon
