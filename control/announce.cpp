#include "control/announce.hpp"

#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "control/unique_fd.hpp"
#include "dataplane/wire/headers.hpp"

namespace pontoon {

namespace {

using Frame = std::array<std::uint8_t, 60>; // the least that Ethernet carries

Frame frame_of(Mac mac, Ipv4 address) {
    Frame frame{};
    store(frame.data(), EthernetHeader{kBroadcast, mac, be16{ether_type::kArp}});
    const ArpPacket arp{be16{1}, be16{ether_type::kIpv4}, 6, 4, be16{ArpPacket::kRequest}, mac, address, Mac{},
                        address};
    store(frame.data() + sizeof(EthernetHeader), arp);
    return frame;
}

} // namespace

void announce(const NetNs& netns, const std::string& interface, Mac mac, Ipv4 address) {
    netns.run([&] {
        const auto frame = frame_of(mac, address);
        sockaddr_ll to{};
        to.sll_family = AF_PACKET;
        to.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
        const UniqueFd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)); // of no protocol: it receives nothing
        if (::sendto(socket.get(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) <
            0) {
            throw std::runtime_error(interface + ": cannot announce " + address.to_string() + ": " +
                                     std::strerror(errno));
        }
    });
}

} // namespace pontoon
