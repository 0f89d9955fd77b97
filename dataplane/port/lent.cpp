#include "dataplane/port/lent.hpp"

#include <rte_mbuf.h>

#include <numeric>

namespace pontoon {

Lent::Lent(std::uint32_t most) : lent_(most), free_(most) {
    std::iota(free_.begin(), free_.end(), 0);
}

Lent::~Lent() {
    for (rte_mbuf* buffer : lent_) {
        rte_pktmbuf_free(buffer);
    }
}

void Lent::lend(rte_mbuf* buffer) {
    const auto place = free_.back();
    free_.pop_back();
    buffer->hash.usr = place;
    lent_[place] = buffer;
}

void Lent::take_back(rte_mbuf* buffer) {
    lent_[buffer->hash.usr] = nullptr;
    free_.push_back(buffer->hash.usr);
}

} // namespace pontoon
