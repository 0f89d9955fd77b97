#include "dataplane/port/umem.hpp"

#include <linux/if_xdp.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

constexpr std::uint64_t kXdpHeadroom = 256; // XDP_PACKET_HEADROOM, which the kernel leaves free
static_assert(sizeof(rte_mbuf) + RTE_PKTMBUF_HEADROOM == kXdpHeadroom);

struct Area {
    std::uintptr_t begin;
    std::uintptr_t end;
};

Area area_of(const rte_mempool* pool) {
    Area area{UINTPTR_MAX, 0};
    const rte_mempool_memhdr* chunk = nullptr;
    STAILQ_FOREACH(chunk, &pool->mem_list, next) {
        const auto at = reinterpret_cast<std::uintptr_t>(chunk->addr);
        area = {std::min(area.begin, at), std::max(area.end, at + chunk->len)};
    }
    area.begin &= ~(static_cast<std::uintptr_t>(::getpagesize()) - 1);
    return area;
}

} // namespace

Umem::Umem(const Pool& pool) : pool_(pool.get()) {
    const auto area = area_of(pool_);
    base_ = reinterpret_cast<std::uint8_t*>(area.begin);
    xsk_umem_config config{};
    config.fill_size = kFill;
    config.comp_size = kCompletion;
    config.frame_size = kXdpHeadroom + Pool::kBufferBytes;
    config.flags = XDP_UMEM_UNALIGNED_CHUNK_FLAG;
    xsk_umem* umem = nullptr;
    const int error = xsk_umem__create(&umem, base_, area.end - area.begin, &fill, &completion, &config);
    if (error != 0) {
        throw std::runtime_error(std::string("cannot register the packet buffers: ") + std::strerror(-error));
    }
    umem_.reset(umem);
}

bool Umem::has(const rte_mbuf* buffer) const {
    return buffer->pool == pool_;
}

rte_mbuf* Umem::buffer_at(std::uint64_t address) const {
    auto* const buffer = reinterpret_cast<rte_mbuf*>(base_ + xsk_umem__extract_addr(address));
    const auto offset = xsk_umem__extract_offset(address);
    buffer->data_off = static_cast<std::uint16_t>(offset - sizeof(rte_mbuf));
    return buffer;
}

std::uint64_t Umem::address_of(const rte_mbuf* buffer) const {
    return static_cast<std::uint64_t>(reinterpret_cast<const std::uint8_t*>(buffer) - base_);
}

std::uint64_t Umem::address_of_frame(const rte_mbuf* packet) const {
    const std::uint64_t offset = sizeof(rte_mbuf) + packet->data_off;
    return address_of(packet) | offset << XSK_UNALIGNED_BUF_OFFSET_SHIFT;
}

} // namespace pontoon
