// New TCP connections for tools/bench-live, one after the other: connect, a byte from the server, reset.
//
// bench_connect serve PORT SECONDS          says "ready" and serves PORT and the 63 ports behind it
// bench_connect open ADDRESS PORT SECONDS   prints {"connections": N, "seconds": S}
//
// Many ports of the server, because a NAT has a port for a client only once per remote port; and resets, because the
// client's own ports would wait for a minute otherwise.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned kPorts = 64;

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "bench_connect: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

sockaddr_in address_of(in_addr where, unsigned port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr = where;
    return address;
}

int listen_at(unsigned port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    const auto address = address_of({INADDR_ANY}, port);
    if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 1024) != 0) {
        fail("listen");
    }
    return fd;
}

int serve(unsigned port, double seconds) {
    std::array<pollfd, kPorts> listeners{};
    for (unsigned i = 0; i < kPorts; ++i) {
        listeners[i] = {.fd = listen_at(port + i), .events = POLLIN, .revents = 0};
    }
    std::puts("ready");
    std::fflush(stdout);
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < end) {
        poll(listeners.data(), kPorts, 100);
        for (const auto& listener : listeners) {
            const int fd = listener.revents != 0 ? accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC) : -1;
            if (fd >= 0) {
                ::send(fd, "!", 1, MSG_NOSIGNAL);
                close(fd);
            }
        }
    }
    return 0;
}

// One connection, from its SYN to its RST; false if it failed within 3 s.
bool open_one(const sockaddr_in& to) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{.tv_sec = 3, .tv_usec = 0};
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    char byte = 0;
    const bool good = connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
                      recv(fd, &byte, 1, 0) == 1 && byte == '!';
    close(fd);
    return good;
}

int open(const char* to, unsigned port, double seconds) {
    in_addr where{};
    if (inet_pton(AF_INET, to, &where) != 1) {
        errno = EINVAL;
        fail(to);
    }
    unsigned long long opened = 0;
    unsigned long long failed = 0;
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration<double>(seconds);
    auto now = begin;
    for (; now < end; now = Clock::now()) {
        const auto tried = opened + failed;
        if (open_one(address_of(where, port + static_cast<unsigned>(tried % kPorts)))) {
            ++opened;
        } else {
            ++failed;
        }
    }
    std::printf("{\"connections\": %llu, \"failed\": %llu, \"seconds\": %.6f}\n", opened, failed,
                std::chrono::duration<double>(now - begin).count());
    return opened == 0 ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<const char*> words(argv + 1, argv + argc);
    if (words.size() == 3 && std::string_view(words[0]) == "serve") {
        return serve(static_cast<unsigned>(std::atoi(words[1])), std::atof(words[2]));
    }
    if (words.size() == 4 && std::string_view(words[0]) == "open") {
        return open(words[1], static_cast<unsigned>(std::atoi(words[2])), std::atof(words[3]));
    }
    std::fputs("usage: bench_connect serve PORT SECONDS | open ADDRESS PORT SECONDS\n", stderr);
    return 2;
}
