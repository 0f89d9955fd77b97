#include "tests/ebpf/host_sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon::test {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

void ip(const std::string& words) {
    if (std::system(("ip link set lo up && ip " + words).c_str()) != 0) {
        throw std::runtime_error("cannot ip " + words);
    }
}

sockaddr_in socket_address(const End& end) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = end.address.value.raw();
    address.sin_port = htons(end.port);
    return address;
}

} // namespace

void add_address(Ipv4 address) {
    ip("address replace " + address.to_string() + "/32 dev lo");
}

void add_black_hole(Ipv4 address) {
    ip("address show to " + address.to_string() + " dev lo | grep -q . && ip address delete " + address.to_string() +
       "/32 dev lo; ip route replace " + address.to_string() + "/32 dev lo");
}

UniqueFd bound(int type, const End& end) {
    UniqueFd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    const int on = 1;
    const auto address = socket_address(end);
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("cannot bind " + std::to_string(end.port));
    }
    return socket;
}

UniqueFd listening(const End& end) {
    UniqueFd socket = bound(SOCK_STREAM, end);
    if (::listen(socket.get(), 8) != 0) {
        fail("cannot listen");
    }
    return socket;
}

UniqueFd connected(int type, const End& from, const End& to) {
    UniqueFd socket = bound(type | SOCK_NONBLOCK, from);
    const auto address = socket_address(to);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
        fail("cannot connect to " + std::to_string(to.port));
    }
    return socket;
}

UniqueFd accepted(const UniqueFd& listener) {
    UniqueFd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) {
        fail("cannot accept");
    }
    return socket;
}

void close_in_order(UniqueFd first, UniqueFd second) {
    ::shutdown(first.get(), SHUT_WR);
    char byte = 0;
    if (::recv(second.get(), &byte, 1, 0) != 0) { // waits for the end of what `first` sends
        fail("the connection does not end");
    }
    second = UniqueFd();
    first = UniqueFd();
}

} // namespace pontoon::test
