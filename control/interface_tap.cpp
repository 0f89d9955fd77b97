#include "control/interface.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "control/interface_setup.hpp"
#include "control/tap_device.hpp"

namespace pontoon {
namespace {

constexpr int kHeaderSize = 10; // struct virtio_net_hdr, whose header C++ cannot read

[[noreturn]] void fail(const std::string& why) {
    throw std::runtime_error(why + ": " + std::strerror(errno));
}

int set_iff(int fd, const std::string& name, int flags) {
    ifreq request{};
    std::ranges::copy(name, request.ifr_name);
    request.ifr_flags = static_cast<short>(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | flags);
    return ::ioctl(fd, TUNSETIFF, &request);
}

// True if it is new. One that is new vanishes with its descriptor until it is made persistent.
bool make_or_take_over(int fd, const std::string& name) {
    if (set_iff(fd, name, IFF_TUN_EXCL) == 0) {
        return true;
    }
    if (errno != EBUSY) {
        fail("cannot make a TAP device");
    }
    if (set_iff(fd, name, 0) == 0) {
        return false;
    }
    if (errno == EBUSY) {
        throw std::runtime_error("is there already, and another process has it open");
    }
    if (errno == EINVAL) {
        throw std::runtime_error("is there already, and is no TAP device");
    }
    fail("cannot take over the TAP device that is there");
}

void set_header_size(int fd) {
    int header = kHeaderSize;
    if (::ioctl(fd, TUNSETVNETHDRSZ, &header) != 0) {
        fail("cannot set the size of packets' headers");
    }
}

UniqueFd open_tun() {
    UniqueFd fd(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        fail("cannot open /dev/net/tun");
    }
    return fd;
}

UniqueFd reopen_here(const std::string& name) {
    if (Netlink().link(name) == nullptr) {
        throw std::runtime_error("has gone");
    }
    UniqueFd fd = open_tun();
    if (set_iff(fd.get(), name, 0) != 0) {
        fail("cannot open the TAP device again");
    }
    set_tap_offloads(fd.get());
    set_header_size(fd.get());
    return fd;
}

UniqueFd open_here(const InterfaceSettings& settings, bool container) {
    UniqueFd fd = open_tun();
    const bool is_new = make_or_take_over(fd.get(), settings.name);
    set_tap_offloads(fd.get());
    set_header_size(fd.get());
    const Netlink netlink;
    if (container) {
        bring_up_loopback(netlink);
    }
    const auto link = netlink.link(settings.name);
    if (link == nullptr) {
        throw std::runtime_error("has gone while it was made");
    }
    auto possible = settings;
    possible.mtu = std::min(settings.mtu, kMaxTapMtu);
    bring_up(netlink, rtnl_link_get_ifindex(link.get()), possible, kTapQueueLength, is_new);
    if (is_new && ::ioctl(fd.get(), TUNSETPERSIST, 1) != 0) {
        fail("cannot make the TAP device persistent");
    }
    return fd;
}

} // namespace

UniqueFd open_tap(const NetNs& netns, const InterfaceSettings& settings) {
    check_interface_name(settings.name);
    const bool container = netns.id() != NetNs::current().id();
    return netns.run([&] { return for_interface(settings.name, [&] { return open_here(settings, container); }); });
}

UniqueFd reopen_tap(const NetNs& netns, const std::string& name) {
    return netns.run([&] { return for_interface(name, [&] { return reopen_here(name); }); });
}

} // namespace pontoon
