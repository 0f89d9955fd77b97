#include "dataplane/port/xsk.hpp"

#include <linux/if_xdp.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "dataplane/port/refused_packets.hpp"

namespace pontoon {

namespace {

constexpr unsigned kKernelBatch = 32;   // what one sendto sends in copy mode (TX_BATCH_SIZE)
constexpr std::uint32_t kContinued = 1; // XDP_PKT_CONTD, Linux 6.6; Debian 12's headers are older

} // namespace

Capabilities XskPort::capabilities() const {
    return {.checksum = false,
            .tcp_segmentation = false,
            .udp_segmentation = false,
            .chains = true, // by a copy
            .frame = most_pieces_ * Pool::kBufferBytes};
}

void XskPort::note(int error) {
    if (error == ENXIO) { // the socket is bound to nothing any more
        failed_.store(true, std::memory_order_relaxed);
    }
}

// Puts buffers where some are missing.
void XskPort::refill() {
    std::array<rte_mbuf*, kRefill> buffers;
    while (filling_.room() >= kRefill && rte_pktmbuf_alloc_bulk(pool_.get(), buffers.data(), kRefill) == 0) {
        std::uint32_t at = 0;
        xsk_ring_prod__reserve(&umem_->fill, kRefill, &at); // the ring is larger than the stock
        for (rte_mbuf* buffer : buffers) {
            filling_.lend(buffer);
            *xsk_ring_prod__fill_addr(&umem_->fill, at++) = umem_->address_of(buffer);
        }
        xsk_ring_prod__submit(&umem_->fill, kRefill);
    }
}

// Takes back what is sent.
void XskPort::reap() {
    std::uint32_t at = 0;
    const auto count = xsk_ring_cons__peek(&umem_->completion, Umem::kCompletion, &at);
    for (std::uint32_t i = 0; i < count; ++i) {
        rte_mbuf* const packet = umem_->buffer_at(*xsk_ring_cons__comp_addr(&umem_->completion, at + i));
        sending_.take_back(packet);
        rte_pktmbuf_free(packet);
    }
    xsk_ring_cons__release(&umem_->completion, count);
}

unsigned XskPort::receive(std::span<rte_mbuf*> packets) {
    unsigned count = 0;
    bool is_more = true;
    while (is_more && count < packets.size()) {
        std::uint32_t at = 0;
        const auto pieces = xsk_ring_cons__peek(&rx_, static_cast<std::uint32_t>(packets.size() - count), &at);
        for (std::uint32_t i = 0; i < pieces; ++i) {
            if (rte_mbuf* const packet = take(*xsk_ring_cons__rx_desc(&rx_, at + i))) {
                packets[count++] = packet;
            }
        }
        xsk_ring_cons__release(&rx_, pieces);
        is_more = pieces != 0 && most_pieces_ != 1;
    }
    if (count == 0) {
        look_after();
        return 0;
    }
    refill();
    if (xsk_ring_prod__needs_wakeup(&umem_->fill) != 0) {
        ::recvfrom(fd_, nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
    }
    return count;
}

// The packet that a piece is the last of, or null.
rte_mbuf* XskPort::take(const xdp_desc& frame) {
    rte_mbuf* const piece = umem_->buffer_at(frame.addr);
    filling_.take_back(piece);
    piece->data_len = static_cast<std::uint16_t>(frame.len);
    piece->pkt_len = frame.len;
    if (begun_ == nullptr) {
        begun_ = piece;
    } else {
        last_->next = piece;
        begun_->pkt_len += frame.len;
        ++begun_->nb_segs;
    }
    last_ = piece;
    return (frame.options & kContinued) != 0 ? nullptr : std::exchange(begun_, nullptr);
}

// When nothing comes, now and then: what is sent goes back to the pool, what could not be sent is tried again, the
// driver is asked for more, and an interface that has gone is noticed.
void XskPort::look_after() {
    const auto now = rte_rdtsc();
    if (now - looked_after_ < patience_ || failed()) {
        return;
    }
    looked_after_ = now;
    refill();
    reap();
    if (sending_.room() != Umem::kCompletion) {
        send();
    }
    if (::recvfrom(fd_, nullptr, 0, MSG_DONTWAIT, nullptr, nullptr) < 0) {
        note(errno);
    }
}

// Whether the kernel can have the packet's own buffers.
bool XskPort::is_own(const rte_mbuf* packet) const {
    for (const rte_mbuf* piece = packet; piece != nullptr; piece = piece->next) {
        if (rte_mbuf_refcnt_read(piece) != 1 || !RTE_MBUF_DIRECT(piece) || !umem_->has(piece) || piece->data_len == 0) {
            return false;
        }
    }
    return packet->nb_segs <= pieces_of(packet);
}

// In how many pieces it may leave: the kernel takes no more for a packet.
unsigned XskPort::pieces_of(const rte_mbuf* packet) const {
    return packet->pkt_len <= Pool::kBufferBytes ? 1 : most_pieces_;
}

// The packet itself, or a copy that nobody else has; null where it is too long or there is no buffer.
rte_mbuf* XskPort::own(rte_mbuf* packet) {
    if (packet->pkt_len > most_pieces_ * Pool::kBufferBytes) {
        return nullptr;
    }
    if (is_own(packet)) {
        return packet;
    }
    rte_mbuf* const copy = rte_pktmbuf_copy(packet, pool_.get(), 0, UINT32_MAX);
    if (copy != nullptr) {
        rte_pktmbuf_free(packet);
    }
    return copy;
}

unsigned XskPort::transmit(std::span<rte_mbuf*> packets) {
    if (failed()) {
        return 0;
    }
    reap();
    RefusedPackets refused(packets);
    std::size_t done = 0;
    for (; done < packets.size(); ++done) {
        rte_mbuf* const packet = packets[done];
        const unsigned pieces = pieces_of(packet);
        if (sending_.room() < pieces || xsk_prod_nb_free(&tx_, pieces) < pieces) {
            break;
        }
        if (rte_mbuf* const mine = own(packet)) {
            give(mine);
        } else {
            refused.add(packet);
        }
    }
    send();
    return refused.settle(done);
}

// Puts a packet into the ring: each piece is given back for itself.
void XskPort::give(rte_mbuf* packet) {
    const std::uint32_t pieces = packet->nb_segs;
    std::uint32_t at = 0;
    xsk_ring_prod__reserve(&tx_, pieces, &at);
    for (rte_mbuf* piece = packet; piece != nullptr;) {
        rte_mbuf* const next = std::exchange(piece->next, nullptr);
        piece->nb_segs = 1;
        *xsk_ring_prod__tx_desc(&tx_, at++) = {umem_->address_of_frame(piece), piece->data_len,
                                               next != nullptr ? kContinued : 0};
        sending_.lend(piece);
        piece = next;
    }
    xsk_ring_prod__submit(&tx_, pieces);
}

// Makes the kernel send what is in the ring.
void XskPort::send() {
    if (xsk_ring_prod__needs_wakeup(&tx_) == 0) {
        return;
    }
    for (unsigned batches = kRing / kKernelBatch; batches != 0; --batches) {
        if (::sendto(fd_, nullptr, 0, MSG_DONTWAIT, nullptr, 0) >= 0) {
            return;
        }
        if (errno != EAGAIN) {
            note(errno);
            return;
        }
    }
}

} // namespace pontoon
