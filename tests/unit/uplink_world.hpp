// A network and an uplink whose router may have to be asked for.
#pragma once

#include "tests/support/datagram.hpp"
#include "tests/unit/networks.hpp"

namespace pontoon {

inline const Ipv4 kHost{be32{0xc0000202}}, kRouter{be32{0xc0000201}}, kRemote{be32{0xc6336409}};
inline const Mac kUplinkMac{{2, 0x77, 0, 0, 0, 1}};

inline Config world(unsigned endpoints, bool known = true) {
    Config config = networks_of(1, endpoints);
    Uplink& uplink = config.uplink.emplace();
    uplink.ipv4 = {{kHost, 24}};
    uplink.mac = kUplinkMac;
    uplink.gateway = kRouter;
    if (known) {
        uplink.neighbors = {{kRouter, mac_of(kRouter)}};
    }
    return config;
}

// Who asked is told that `address` is at its MAC.
inline test::Bytes arp_reply(Ipv4 address) {
    return test::Writer()
        .put(kUplinkMac)
        .put(mac_of(address))
        .u16(0x0806)
        .u16(1)
        .u16(0x0800)
        .u8(6)
        .u8(4)
        .u16(2)
        .put(mac_of(address))
        .put(address)
        .put(kUplinkMac)
        .put(kHost)
        .zeros(18)
        .take();
}

} // namespace pontoon
