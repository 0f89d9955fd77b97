// One attachment of the switch: where packets come in and go out, as rte_mbufs.
#pragma once

#include <cstdint>
#include <span>

struct rte_mbuf;

namespace pontoon {

// What a port does by itself for packets that it transmits; what it cannot do is done before (packet/offload.hpp).
struct Capabilities {
    bool checksum = true;         // makes a transport checksum that is still owed
    bool tcp_segmentation = true; // cuts TCP into segments, over IPv4 and IPv6
    bool udp_segmentation = true; // the same for UDP
    bool chains = true;           // takes a frame in several buffers
    std::uint32_t frame = 65549;  // bytes of the longest frame that is not to be cut: 65535 of IP behind Ethernet

    friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

// Owned by one worker, which alone calls `receive` and `transmit`.
class Port {
public:
    Port() = default;
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    virtual ~Port() = default;

    // Fills `packets` from the front and returns how many came. The caller owns them.
    virtual unsigned receive(std::span<rte_mbuf*> packets) = 0;

    // Takes packets and returns how many it took. The rest, which the caller still owns, stands behind them: those
    // there was no room for, and those that the device refused, moved there past others. A packet that went to several
    // ports has several references: its bytes must not be changed.
    virtual unsigned transmit(std::span<rte_mbuf*> packets) = 0;

    // The same for as long as the port lives. A port of a file or of memory carries what packets owe.
    [[nodiscard]] virtual Capabilities capabilities() const { return {}; }

    // A descriptor that is readable as long as something waits to be received, for epoll, or -1: the port has to be
    // asked each turn. The same for as long as the port lives.
    [[nodiscard]] virtual int wait_fd() const { return -1; }

    // Whether the device behind it is gone, so that nothing will come or go any more. Any thread may ask.
    [[nodiscard]] virtual bool failed() const { return false; }
};

} // namespace pontoon
