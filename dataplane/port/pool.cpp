#include "dataplane/port/pool.hpp"

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace pontoon {

void Pool::Free::operator()(rte_mempool* pool) const {
    rte_mempool_free(pool);
}

Pool::Owned Pool::make_small(const std::string& name, unsigned buffers, std::uint16_t bytes) {
    constexpr unsigned cache = 256;
    return Owned(rte_pktmbuf_pool_create(name.c_str(), buffers, buffers >= 4 * cache ? cache : 0, 0,
                                         static_cast<std::uint16_t>(RTE_PKTMBUF_HEADROOM + bytes), SOCKET_ID_ANY));
}

// What rte_pktmbuf_pool_create does, but with more memory in each than its mbuf knows of.
Pool::Owned Pool::make_large(const std::string& name, unsigned buffers, std::uint16_t bytes) {
    rte_pktmbuf_pool_private about{};
    about.mbuf_data_room_size = static_cast<std::uint16_t>(RTE_PKTMBUF_HEADROOM + bytes);
    const std::size_t size = sizeof(rte_mbuf) + about.mbuf_data_room_size + kLargeSpill;
    Owned pool(rte_mempool_create_empty(name.c_str(), buffers, static_cast<unsigned>(size), 0, sizeof about,
                                        SOCKET_ID_ANY, 0));
    if (!pool || rte_mempool_set_ops_byname(pool.get(), "stack", nullptr) != 0) {
        return nullptr;
    }
    rte_pktmbuf_pool_init(pool.get(), &about);
    if (rte_mempool_populate_default(pool.get()) < 0) {
        return nullptr;
    }
    rte_mempool_obj_iter(pool.get(), rte_pktmbuf_init, nullptr);
    return pool;
}

Pool::Pool(const std::string& name, unsigned buffers, std::uint16_t bytes)
    : pool_(bytes > kBufferBytes ? make_large(name, buffers, bytes) : make_small(name, buffers, bytes)), bytes_(bytes) {
    static_assert(RTE_PKTMBUF_HEADROOM + kLargeBytes == 65535);
    if (!pool_) {
        throw std::runtime_error("no memory for " + std::to_string(buffers) +
                                 " packet buffers: " + rte_strerror(rte_errno));
    }
}

unsigned Pool::available() const {
    return rte_mempool_avail_count(pool_.get());
}

rte_mbuf* Pool::copy(std::span<const std::uint8_t> frame) {
    rte_mbuf* head = rte_pktmbuf_alloc(pool_.get());
    if (head == nullptr) {
        return nullptr;
    }
    rte_mbuf* last = head;
    for (;;) {
        const std::size_t part = std::min<std::size_t>(frame.size(), bytes_);
        std::copy_n(frame.data(), part, rte_pktmbuf_mtod(last, std::uint8_t*));
        last->data_len = static_cast<std::uint16_t>(part);
        head->pkt_len += static_cast<std::uint32_t>(part);
        frame = frame.subspan(part);
        if (frame.empty()) {
            return head;
        }
        last->next = rte_pktmbuf_alloc(pool_.get());
        if (last->next == nullptr) {
            rte_pktmbuf_free(head);
            return nullptr;
        }
        last = last->next;
        ++head->nb_segs;
    }
}

rte_mbuf* Pool::restore(std::span<const std::uint8_t> frame, std::size_t length) {
    std::vector<std::uint8_t> whole(frame.begin(), frame.end());
    whole.resize(std::max(length, frame.size()));
    rte_mbuf* packet = copy(whole);
    if (packet != nullptr) {
        packet->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
    }
    return packet;
}

} // namespace pontoon
