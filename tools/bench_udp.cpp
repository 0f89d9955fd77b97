// Small UDP packets for tools/bench-live, at the least cost of processor time a packet.
//
// bench_udp send ADDRESS PORT SECONDS [BYTES]   as many as the kernel takes, 18 bytes of payload each
// bench_udp receive PORT SECONDS                says "ready", counts for SECONDS from the first packet on, and prints
//                                               {"packets": N, "seconds": S}; gives up after 10 s without any
#include <arpa/inet.h>
#include <netinet/in.h>
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
constexpr unsigned kBatch = 64;
constexpr std::size_t kMostBytes = 1472;

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "bench_udp: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

int udp_socket() {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail("socket");
    }
    const int bytes = 8 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    return fd;
}

sockaddr_in address_of(const char* text, const char* port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1) {
        errno = EINVAL;
        fail(text);
    }
    return address;
}

// A batch of messages that all use one buffer: what they hold is nobody's business.
struct Batch {
    std::array<char, kMostBytes> bytes{};
    std::array<iovec, kBatch> parts{};
    std::array<mmsghdr, kBatch> messages{};

    explicit Batch(std::size_t length) {
        for (unsigned i = 0; i < kBatch; ++i) {
            parts[i] = {bytes.data(), length};
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
    }
};

int send(const char* to, const char* port, double seconds, std::size_t bytes) {
    const int fd = udp_socket();
    const auto address = address_of(to, port);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("connect");
    }
    Batch batch(bytes);
    unsigned long long sent = 0;
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration<double>(seconds);
    auto now = begin;
    for (; now < end; now = Clock::now()) {
        const int count = sendmmsg(fd, batch.messages.data(), kBatch, 0);
        sent += count > 0 ? static_cast<unsigned>(count) : 0; // ECONNREFUSED, ENOBUFS: the receiver's count tells
    }
    std::printf("{\"packets\": %llu, \"seconds\": %.6f}\n", sent, std::chrono::duration<double>(now - begin).count());
    return 0;
}

int receive(const char* port, double seconds) {
    const int fd = udp_socket();
    const auto address = address_of("0.0.0.0", port);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fail("bind");
    }
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::puts("ready");
    std::fflush(stdout);
    Batch batch(kMostBytes);
    if (recvmmsg(fd, batch.messages.data(), 1, 0, nullptr) != 1) {
        fail("no packet came");
    }
    unsigned long long received = 0;
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration<double>(seconds);
    auto now = begin;
    for (; now < end; now = Clock::now()) {
        const int count = recvmmsg(fd, batch.messages.data(), kBatch, MSG_WAITFORONE, nullptr);
        if (count < 0) {
            fail("packets stopped coming");
        }
        received += static_cast<unsigned>(count);
    }
    std::printf("{\"packets\": %llu, \"seconds\": %.6f}\n", received,
                std::chrono::duration<double>(now - begin).count());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<const char*> words(argv + 1, argv + argc);
    if (words.size() >= 4 && words.size() <= 5 && std::string_view(words[0]) == "send") {
        const auto bytes = words.size() == 5 ? static_cast<std::size_t>(std::atoi(words[4])) : 18;
        return send(words[1], words[2], std::atof(words[3]), std::min(bytes, kMostBytes));
    }
    if (words.size() == 3 && std::string_view(words[0]) == "receive") {
        return receive(words[1], std::atof(words[2]));
    }
    std::fputs("usage: bench_udp send ADDRESS PORT SECONDS [BYTES] | receive PORT SECONDS\n", stderr);
    return 2;
}
