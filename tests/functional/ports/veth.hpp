// A veth pair with an AF_XDP port on one end.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "dataplane/port/xsk.hpp"
#include "tests/functional/ports/device.hpp"
#include "tests/unit/buffers.hpp"

namespace pontoon {

// The port on one end, or on a macvlan over it, which has no XDP in its driver; the kernel on the other.
struct Veth {
    explicit Veth(int mtu = 1500, unsigned buffers = 4096, const std::string& end = "veth0") : pool(buffers) {
        const std::string settings = " mtu " + std::to_string(mtu) + " up && ";
        sh("ip link add veth0 type veth peer name veth1 && ip link set veth1" + settings + "ip link set veth0" +
           settings + "ip link add generic0 link veth0 type macvlan mode passthru && ip link set generic0 up");
        port.emplace(XskSpec{.interface = end}, pool);
        kernel.emplace("veth1");
    }
    Veth(const Veth&) = delete;
    Veth& operator=(const Veth&) = delete;
    ~Veth() {
        port.reset();
        sh("ip link delete veth0 2>/dev/null || true");
    }

    Buffer receive() {
        std::array<rte_mbuf*, 1> packet{};
        return Buffer(port->receive(packet) == 1 ? packet[0] : nullptr);
    }
    unsigned transmit(Buffer packet) {
        std::array<rte_mbuf*, 1> packets{packet.release()};
        const unsigned sent = port->transmit(packets);
        const Buffer left(sent == 0 ? packets[0] : nullptr);
        return sent;
    }

    TestPool pool;
    std::optional<XskPort> port;
    std::optional<RawSocket> kernel;
};

inline const std::string kGeneric = "generic0";

inline frames::Bytes udp_frame(std::size_t data) {
    using namespace frames;
    return ethernet(0x0800, ip4({.protocol = 17}, udp(kEnds4, filled(data))));
}

} // namespace pontoon
