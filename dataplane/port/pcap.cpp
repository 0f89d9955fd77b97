#include "dataplane/port/pcap.hpp"

#include <rte_mbuf.h>

#include <utility>

namespace pontoon {

PcapPort::~PcapPort() {
    for (auto* packet : waiting_) {
        rte_pktmbuf_free(packet);
    }
    for (auto* packet : sent_) {
        rte_pktmbuf_free(packet);
    }
}

std::vector<rte_mbuf*> PcapPort::take() {
    return std::exchange(sent_, {});
}

unsigned PcapPort::receive(std::span<rte_mbuf*> packets) {
    unsigned count = 0;
    for (; count < packets.size() && !waiting_.empty(); ++count) {
        packets[count] = waiting_.front();
        waiting_.pop_front();
    }
    return count;
}

unsigned PcapPort::transmit(std::span<rte_mbuf*> packets) {
    sent_.insert(sent_.end(), packets.begin(), packets.end());
    return static_cast<unsigned>(packets.size());
}

} // namespace pontoon
