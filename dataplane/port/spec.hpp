// What kind of port an attachment is to have, as plain data: the control plane says it, `make_port` makes it.
#pragma once

#include <string>
#include <variant>

namespace pontoon {

// A TAP device that is open: IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, non-blocking. The port closes `fd`.
struct TapSpec {
    int fd = -1;
};

// One queue of a network interface by an AF_XDP socket. `netns` is a descriptor of the network namespace the interface
// is in (the port does not close it), -1 for the calling thread's.
struct XskSpec {
    static constexpr unsigned kMostMtu = 18 * 2048 - 18; // 18 buffers (XskPort), less Ethernet and a VLAN tag

    std::string interface;
    unsigned queue = 0;
    int netns = -1;
    bool own_program = true; // load one that takes everything; false: somebody else's program fills `xsks_map`
    int xsks_map = -1;       // then the map (XSKMAP) to enter the socket in
};

// All queues of an interface that is shared with the host, by AF_XDP sockets: somebody else's program fills `xsks_map`
// (XSKMAP) with what is ours. Copies of ARP come too. In the calling thread's network namespace.
struct NicSpec {
    std::string interface;
    int xsks_map = -1;
};

// A device of DPDK: a PCI address that the EAL was told, or "net_NAME0,arguments" to make one.
struct EthdevSpec {
    std::string device;
};

using PortSpec = std::variant<TapSpec, XskSpec, NicSpec, EthdevSpec>;

} // namespace pontoon
