// A TAP device with a port on our side and a raw socket on the kernel's.
#pragma once

#include <array>
#include <utility>

#include "dataplane/port/tap.hpp"
#include "tests/functional/ports/device.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon {

class LargePool : public Pool {
public:
    explicit LargePool(unsigned buffers) : Pool("large", buffers, kLargeBytes), buffers_(buffers) {}
    LargePool(const LargePool&) = delete;
    LargePool& operator=(const LargePool&) = delete;
    ~LargePool() { CHECK(available() == buffers_); }

private:
    unsigned buffers_;
};

struct Tap {
    explicit Tap(unsigned small_buffers = 2048, unsigned large_buffers = 32)
        : small(small_buffers), large(large_buffers), port(open_tap("tap0"), {small, large}), kernel("tap0") {}

    Buffer receive() {
        std::array<rte_mbuf*, 1> packet{};
        return Buffer(port.receive(packet) == 1 ? packet[0] : nullptr);
    }
    unsigned transmit(Buffer packet) {
        std::array<rte_mbuf*, 1> packets{packet.release()};
        const unsigned sent = port.transmit(packets);
        Buffer left(sent == 0 ? packets[0] : nullptr);
        return sent;
    }

    TestPool small;
    LargePool large;
    TapPort port;
    RawSocket kernel;
};

inline frames::Bytes tcp_frame(std::size_t data, frames::Sums sums = frames::Sums::right) {
    return frames::ethernet(0x0800, frames::ip4({}, frames::tcp(frames::kEnds4, frames::filled(data), sums)));
}
inline frames::Bytes udp_frame(std::size_t data, frames::Sums sums = frames::Sums::right) {
    return frames::ethernet(0x0800,
                            frames::ip4({.protocol = 17}, frames::udp(frames::kEnds4, frames::filled(data), sums)));
}

} // namespace pontoon
