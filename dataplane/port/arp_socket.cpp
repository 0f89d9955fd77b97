#include "dataplane/port/arp_socket.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

constexpr unsigned kSlot = 256; // bytes, with what the kernel says about the frame; ARP and its padding have 60
constexpr unsigned kSlots = 256;
constexpr unsigned kRing = kSlot * kSlots;
constexpr unsigned kBlock = 4096;

void set(int fd, int option, const void* value, socklen_t size) {
    if (::setsockopt(fd, SOL_PACKET, option, value, size) != 0) {
        throw std::runtime_error(std::string("cannot make a ring for ARP: ") + std::strerror(errno));
    }
}

} // namespace

ArpSocket::ArpSocket(unsigned interface, Pool& pool)
    : pool_(pool), fd_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (fd_ < 0) {
        throw std::runtime_error(std::string("cannot open a socket for ARP: ") + std::strerror(errno));
    }
    try {
        open(interface);
    } catch (...) {
        close();
        throw;
    }
}

ArpSocket::~ArpSocket() {
    close();
}

void ArpSocket::open(unsigned interface) {
    const int version = TPACKET_V2;
    set(fd_, PACKET_VERSION, &version, sizeof version);
    const tpacket_req request{kBlock, kRing / kBlock, kSlot, kSlots};
    set(fd_, PACKET_RX_RING, &request, sizeof request);
    void* const ring = ::mmap(nullptr, kRing, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    if (ring == MAP_FAILED) {
        throw std::runtime_error(std::string("cannot map the ring for ARP: ") + std::strerror(errno));
    }
    ring_ = static_cast<std::uint8_t*>(ring);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ARP); // incoming alone: what is sent only ETH_P_ALL sees
    address.sll_ifindex = static_cast<int>(interface);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error(std::string("cannot listen to ARP: ") + std::strerror(errno));
    }
}

void ArpSocket::close() const {
    if (ring_ != nullptr) {
        ::munmap(ring_, kRing);
    }
    ::close(fd_);
}

void ArpSocket::clear() const {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
}

unsigned ArpSocket::receive(std::span<rte_mbuf*> packets) {
    unsigned count = 0;
    while (count < packets.size()) {
        std::uint8_t* const slot = ring_ + std::size_t{next_} * kSlot;
        auto& about = *reinterpret_cast<tpacket2_hdr*>(slot);
        const std::atomic_ref status(about.tp_status);
        const auto is = status.load(std::memory_order_acquire);
        if ((is & TP_STATUS_USER) == 0) {
            break;
        }
        const auto& from = *reinterpret_cast<const sockaddr_ll*>(slot + TPACKET_ALIGN(sizeof about));
        if (from.sll_pkttype != PACKET_OTHERHOST) {
            packets[count] = pool_.copy({slot + about.tp_mac, about.tp_snaplen});
            count += packets[count] != nullptr ? 1 : 0;
        }
        status.store(TP_STATUS_KERNEL, std::memory_order_release);
        next_ = (next_ + 1) % kSlots;
    }
    return count;
}

} // namespace pontoon
