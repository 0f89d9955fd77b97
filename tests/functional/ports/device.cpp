#include "tests/functional/ports/device.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace pontoon {

void sh(const std::string& command) {
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
}

int open_tap(const std::string& name) {
    const int fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(fd >= 0);
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    REQUIRE(::ioctl(fd, TUNSETIFF, &request) == 0);
    sh("ip link set " + name + " up");
    return fd;
}

RawSocket::RawSocket(const std::string& interface) : fd_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    REQUIRE(::setsockopt(fd_, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) == 0);
    const int bytes = 64 << 20;
    REQUIRE(::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0);
    REQUIRE(::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) == 0);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

RawSocket::~RawSocket() {
    ::close(fd_);
}

void RawSocket::send(const frames::Bytes& frame, const VirtioHeader& header) {
    frames::Bytes bytes(sizeof header);
    std::memcpy(bytes.data(), &header, sizeof header);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    REQUIRE(::send(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
}

std::optional<Heard> RawSocket::next() {
    pollfd wait{fd_, POLLIN, 0};
    return ::poll(&wait, 1, 1000) == 1 ? now() : std::nullopt;
}

std::optional<Heard> RawSocket::now() {
    Heard heard;
    heard.frame.resize(1 << 17);
    iovec parts[] = {{&heard.header, sizeof heard.header}, {heard.frame.data(), heard.frame.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    const ssize_t got = ::recvmsg(fd_, &message, MSG_DONTWAIT);
    if (got < static_cast<ssize_t>(sizeof heard.header)) {
        return {};
    }
    heard.frame.resize(static_cast<std::size_t>(got) - sizeof heard.header);
    return heard;
}

} // namespace pontoon
