// Copies of the ARP frames that come in by an interface, beside the kernel, which has them too: an AF_PACKET socket
// with a ring in shared memory (packet(7), Linux Documentation/networking/packet_mmap.rst). Frames inside VLANs are not
// passed on.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/port/pool.hpp"

struct rte_mbuf;

namespace pontoon {

class ArpSocket {
public:
    // On an interface of the calling thread's network namespace. Throws std::runtime_error with the reason.
    ArpSocket(unsigned interface, Pool& pool);
    ArpSocket(const ArpSocket&) = delete;
    ArpSocket& operator=(const ArpSocket&) = delete;
    ~ArpSocket();

    // As Port::receive. No system call.
    unsigned receive(std::span<rte_mbuf*> packets);

    // Readable when there is something, or after the interface went down, until `clear`.
    [[nodiscard]] int fd() const { return fd_; }
    void clear() const;

private:
    void open(unsigned interface);
    void close() const;

    Pool& pool_;
    int fd_;
    std::uint8_t* ring_ = nullptr;
    unsigned next_ = 0; // slot
};

} // namespace pontoon
