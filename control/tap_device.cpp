#include "control/tap_device.hpp"

#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon {

void set_tap_offloads(int fd) {
    constexpr unsigned uso = 0x20 | 0x40; // TUN_F_USO4, TUN_F_USO6: Linux 6.2; Debian 12's headers are older
    constexpr unsigned segments = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
    constexpr std::array wanted{segments | uso, segments, unsigned{TUN_F_CSUM}, 0U};
    const bool taken = std::ranges::any_of(wanted, [fd](unsigned set) { return ::ioctl(fd, TUNSETOFFLOAD, set) == 0; });
    if (!taken) {
        throw std::runtime_error(std::string("cannot set the offloads of a TAP device: ") + std::strerror(errno));
    }
}

} // namespace pontoon
