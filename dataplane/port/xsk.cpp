#include "dataplane/port/xsk.hpp"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "dataplane/port/refused.hpp"

namespace pontoon {

namespace {

constexpr unsigned kKernelBatch = 32; // what one sendto sends in copy mode (TX_BATCH_SIZE)

[[noreturn]] void refuse(const std::string& what, int error) {
    throw std::runtime_error("cannot " + what + ": " + std::strerror(error));
}

// The calling thread in another network namespace, until the end of this.
class Inside {
public:
    explicit Inside(int netns) {
        if (netns < 0) {
            return;
        }
        home_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
        if (home_ < 0 || ::setns(netns, CLONE_NEWNET) != 0) {
            const int error = errno;
            ::close(home_);
            refuse("enter its network namespace", error);
        }
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() {
        if (home_ >= 0) {
            ::setns(home_, CLONE_NEWNET);
            ::close(home_);
        }
    }

private:
    int home_ = -1;
};

} // namespace

XskPort::XskPort(const XskSpec& spec, Pool& pool)
    : pool_(pool), queue_(spec.queue), patience_(rte_get_tsc_hz() / 50'000) { // 20 us
    try {
        const Inside inside(spec.netns);
        open(spec);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(spec.interface + ": " + error.what());
    }
    refill();
}

XskPort::~XskPort() = default;

void XskPort::open(const XskSpec& spec) {
    const unsigned interface = ::if_nametoindex(spec.interface.c_str());
    if (interface == 0) {
        refuse("find the interface", errno);
    }
    umem_ = std::make_unique<Umem>(pool_);
    xsk_socket_config config{};
    config.rx_size = kRing;
    config.tx_size = kRing;
    config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
    config.bind_flags = XDP_USE_NEED_WAKEUP;
    if (spec.own_program) {
        program_.emplace(interface);
    }
    xsk_socket* socket = nullptr;
    const int error = xsk_socket__create(&socket, spec.interface.c_str(), queue_, umem_->get(), &rx_, &tx_, &config);
    if (error != 0) {
        refuse("open an AF_XDP socket on queue " + std::to_string(queue_), -error);
    }
    socket_.reset(socket);
    fd_ = xsk_socket__fd(socket);
    const int bytes = 16 << 20; // or the kernel stops sending at 200 KB and does not go on by itself
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
    enter(spec.own_program ? program_->xsks_map() : spec.xsks_map);
}

void XskPort::enter(int xsks_map) {
    if (bpf_map_update_elem(xsks_map, &queue_, &fd_, BPF_ANY) != 0) {
        refuse("enter the AF_XDP socket in its map", errno);
    }
}

Capabilities XskPort::capabilities() const {
    return {.checksum = false,
            .tcp_segmentation = false,
            .udp_segmentation = false,
            .chains = true, // by a copy
            .frame = Pool::kBufferBytes};
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
    std::uint32_t at = 0;
    const auto count = xsk_ring_cons__peek(&rx_, static_cast<std::uint32_t>(packets.size()), &at);
    if (count == 0) {
        look_after();
        return 0;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const xdp_desc& frame = *xsk_ring_cons__rx_desc(&rx_, at + i);
        rte_mbuf* const packet = umem_->buffer_at(frame.addr);
        filling_.take_back(packet);
        packet->data_len = static_cast<std::uint16_t>(frame.len);
        packet->pkt_len = frame.len;
        packets[i] = packet;
    }
    xsk_ring_cons__release(&rx_, count);
    refill();
    if (xsk_ring_prod__needs_wakeup(&umem_->fill) != 0) {
        ::recvfrom(fd_, nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
    }
    return count;
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

// The packet itself, or a copy that nobody else has; null where it is too long or there is no buffer.
rte_mbuf* XskPort::own(rte_mbuf* packet) {
    if (packet->nb_segs == 1 && rte_mbuf_refcnt_read(packet) == 1 && RTE_MBUF_DIRECT(packet) && umem_->has(packet)) {
        return packet->data_len <= Pool::kBufferBytes ? packet : nullptr;
    }
    rte_mbuf* copy = nullptr;
    if (packet->pkt_len <= Pool::kBufferBytes && (copy = rte_pktmbuf_alloc(pool_.get())) != nullptr) {
        char* const to = rte_pktmbuf_append(copy, static_cast<std::uint16_t>(packet->pkt_len));
        const void* const from = rte_pktmbuf_read(packet, 0, packet->pkt_len, to);
        if (from != to) {
            std::memcpy(to, from, packet->pkt_len);
        }
        rte_pktmbuf_free(packet);
    }
    return copy;
}

unsigned XskPort::transmit(std::span<rte_mbuf*> packets) {
    if (failed()) {
        return 0;
    }
    reap();
    const auto room = std::min<std::size_t>(sending_.room(), xsk_prod_nb_free(&tx_, kRing));
    const std::size_t count = std::min(packets.size(), room);
    Refused refused(packets);
    std::uint32_t ready = 0;
    for (rte_mbuf* packet : packets.first(count)) {
        rte_mbuf* const mine = own(packet);
        if (mine == nullptr) {
            refused.add(packet);
            continue;
        }
        std::uint32_t at = 0;
        xsk_ring_prod__reserve(&tx_, 1, &at);
        *xsk_ring_prod__tx_desc(&tx_, at) = {umem_->address_of_frame(mine), mine->data_len, 0};
        sending_.lend(mine);
        ++ready;
    }
    xsk_ring_prod__submit(&tx_, ready);
    send();
    return refused.settle(count);
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
