#include "control/steer_device.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/route/link.h>
#include <netlink/socket.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "control/interface_setup.hpp"
#include "control/tap_device.hpp"

namespace pontoon {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

ifreq request_for(const std::string& name) {
    ifreq request{};
    std::ranges::copy(name.substr(0, IFNAMSIZ - 1), request.ifr_name);
    return request;
}

// A request of netdevice(7).
ifreq ask(unsigned long what, ifreq request, const char* doing) {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket || ::ioctl(socket.get(), what, &request) != 0) {
        fail(doing);
    }
    return request;
}

void remove_link(int index) {
    const std::unique_ptr<nl_sock, decltype(&nl_socket_free)> socket(nl_socket_alloc(), nl_socket_free);
    const std::unique_ptr<rtnl_link, decltype(&rtnl_link_put)> link(rtnl_link_alloc(), rtnl_link_put);
    if (socket && link && nl_connect(socket.get(), NETLINK_ROUTE) == 0) {
        rtnl_link_set_ifindex(link.get(), index);
        (void)rtnl_link_delete(socket.get(), link.get()); // it has gone if its descriptor is closed
    }
}

} // namespace

Nic nic_of(const std::string& name) {
    const auto index = ::if_nametoindex(name.c_str());
    if (index == 0) {
        throw std::runtime_error("there is no such interface");
    }
    const auto hardware = ask(SIOCGIFHWADDR, request_for(name), "cannot read the interface's MAC address");
    if (hardware.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
        throw std::runtime_error("not an Ethernet interface");
    }
    Nic nic;
    nic.index = static_cast<int>(index);
    std::memcpy(nic.mac.bytes.data(), hardware.ifr_hwaddr.sa_data, nic.mac.bytes.size());
    const auto mtu = ask(SIOCGIFMTU, request_for(name), "cannot read the interface's MTU");
    nic.mtu = static_cast<std::uint32_t>(mtu.ifr_mtu);
    return nic;
}

BesideTap::BesideTap(std::uint32_t mtu) : fd_(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)) {
    if (!fd_) {
        fail("cannot open /dev/net/tun");
    }
    auto request = request_for("pontoon%d"); // the kernel finds the number
    request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    if (::ioctl(fd_.get(), TUNSETIFF, &request) != 0) {
        fail("cannot make a TAP device");
    }
    name_ = request.ifr_name;
    index_ = static_cast<int>(::if_nametoindex(name_.c_str()));
    set_tap_offloads(fd_.get());
    disable_ipv6(name_); // before it is up: it would announce itself
    set_mtu(mtu);
    request = request_for(name_);
    request.ifr_qlen = kTapQueueLength;
    (void)ask(SIOCSIFTXQLEN, request, "cannot set the TAP device's queue length");
    request = ask(SIOCGIFFLAGS, request_for(name_), "cannot read the TAP device's flags");
    request.ifr_flags = static_cast<short>((request.ifr_flags | IFF_UP | IFF_NOARP) & ~IFF_MULTICAST);
    (void)ask(SIOCSIFFLAGS, request, "cannot bring the TAP device up");
}

BesideTap::~BesideTap() {
    if (!fd_) {
        remove_link(index_);
    }
}

void BesideTap::set_mtu(std::uint32_t mtu) {
    auto request = request_for(name_);
    request.ifr_mtu = static_cast<int>(std::min(mtu, kMaxTapMtu));
    (void)ask(SIOCSIFMTU, request, "cannot set the TAP device's MTU");
}

} // namespace pontoon
