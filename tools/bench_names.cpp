// What tools/bench-names measures with: our server on ordinary sockets, and a client that keeps questions on their way.
//   bench_names serve ADDRESS CLIENT NAMES           until it is ended; containers c0 ... cN-1 ask and are asked for
//   bench_names load ADDRESS NAMES SECONDS WINDOW    prints answers, seconds
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/dns/name_server.hpp"

namespace pontoon {
namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in at(const std::string& address, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1) {
        throw std::runtime_error(address + ": no IPv4 address");
    }
    return result;
}

UniqueFd socket_of(int type, int flags) {
    UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC | flags, 0));
    const int on = 1;
    const int room = 4 << 20;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(fd.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    return fd;
}

UniqueFd bound(int type, const std::string& address) {
    UniqueFd fd = socket_of(type, SOCK_NONBLOCK);
    const auto where = at(address, 53);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
        (type == SOCK_STREAM && ::listen(fd.get(), 16) != 0)) {
        throw std::runtime_error("cannot listen on " + address);
    }
    return fd;
}

// The client is c0; the others are of 10.0.0.0/8.
void serve(const std::string& address, const std::string& client, unsigned count) {
    State state;
    NetworkRecord network;
    network.id = std::string(64, 'a');
    network.name = "bench";
    network.gateway = Ipv4::parse(address).value();
    state.networks.put(network);
    Names names;
    for (unsigned n = 0; n < count; ++n) {
        ContainerRecord container;
        container.id = std::to_string(1'000'000'000 + n) + std::string(54, 'c');
        container.name = "c" + std::to_string(n);
        container.state = ContainerRecord::State::running;
        container.endpoints.resize(1);
        container.endpoints[0].network_id = network.id;
        container.endpoints[0].id = container.id;
        container.endpoints[0].ipv4 = n == 0 ? Ipv4::parse(client).value() : Ipv4{be32{0x0a000000U + n}};
        names.put(state, container);
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr); // before the thread begins
    const NameServer server(names, bound(SOCK_DGRAM, address), bound(SOCK_STREAM, address));
    int which = 0;
    sigwait(&ends, &which);
}

std::vector<std::uint8_t> question(unsigned number, unsigned id) {
    const auto name = "c" + std::to_string(number);
    std::vector<std::uint8_t> bytes{std::uint8_t(id >> 8),    std::uint8_t(id), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                                    std::uint8_t(name.size())};
    bytes.insert(bytes.end(), name.begin(), name.end());
    bytes.insert(bytes.end(), {0, 0, 1, 0, 1});
    return bytes;
}

class Load {
public:
    Load(const std::string& address, unsigned names) : fd_(socket_of(SOCK_DGRAM, 0)) {
        const auto server = at(address, 53);
        if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
            throw std::runtime_error("cannot connect to " + address);
        }
        const timeval patience{0, 100'000};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        for (unsigned n = 0; n < kDifferent; ++n) {
            questions_.push_back(question(n % names, n));
        }
    }

    // Answers within `seconds`, with `window` questions on their way; lost ones are asked anew after 100 ms.
    unsigned long run(double seconds, unsigned window) {
        const auto end =
            Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
        unsigned long answers = 0;
        unsigned under_way = 0;
        while (Clock::now() < end) {
            send(window - under_way);
            under_way = window;
            const int got = receive();
            answers += static_cast<unsigned>(std::max(got, 0));
            under_way = got <= 0 ? 0 : under_way - static_cast<unsigned>(got);
        }
        return answers;
    }

private:
    static constexpr unsigned kDifferent = 4096;
    static constexpr unsigned kBurst = 64;

    void send(unsigned count) {
        while (count > 0) {
            std::array<mmsghdr, kBurst> heads{};
            std::array<iovec, kBurst> pieces{};
            const auto some = std::min(count, kBurst);
            for (unsigned n = 0; n < some; ++n) {
                auto& bytes = questions_[next_++ % kDifferent];
                pieces[n] = {bytes.data(), bytes.size()};
                heads[n].msg_hdr.msg_iov = &pieces[n];
                heads[n].msg_hdr.msg_iovlen = 1;
            }
            ::sendmmsg(fd_.get(), heads.data(), some, 0);
            count -= some;
        }
    }

    // Good answers with one address; the first is waited for.
    int receive() {
        std::array<mmsghdr, kBurst> heads{};
        std::array<iovec, kBurst> pieces{};
        for (unsigned n = 0; n < kBurst; ++n) {
            pieces[n] = {room_[n].data(), room_[n].size()};
            heads[n].msg_hdr.msg_iov = &pieces[n];
            heads[n].msg_hdr.msg_iovlen = 1;
        }
        const int got = ::recvmmsg(fd_.get(), heads.data(), kBurst, MSG_WAITFORONE, nullptr);
        for (int n = 0; n < got; ++n) {
            const auto& bytes = room_[static_cast<unsigned>(n)];
            if (heads[static_cast<unsigned>(n)].msg_len < 28 || (bytes[3] & 0xf) != 0 || bytes[7] != 1) {
                throw std::runtime_error("a bad answer");
            }
        }
        return got;
    }

    UniqueFd fd_;
    std::vector<std::vector<std::uint8_t>> questions_;
    std::array<std::array<std::uint8_t, 512>, kBurst> room_{};
    unsigned next_ = 0;
};

int run(const std::vector<std::string>& words) {
    if (words.size() == 4 && words[0] == "serve") {
        serve(words[1], words[2], static_cast<unsigned>(std::stoul(words[3])));
        return 0;
    }
    if (words.size() == 5 && words[0] == "load") {
        const double seconds = std::stod(words[3]);
        Load load(words[1], static_cast<unsigned>(std::stoul(words[2])));
        const auto begin = Clock::now();
        const auto answers = load.run(seconds, static_cast<unsigned>(std::stoul(words[4])));
        std::printf("%lu %.3f\n", answers, std::chrono::duration<double>(Clock::now() - begin).count());
        return 0;
    }
    std::fputs("usage: bench_names serve ADDRESS CLIENT NAMES | load ADDRESS NAMES SECONDS WINDOW\n", stderr);
    return 2;
}

} // namespace
} // namespace pontoon

int main(int argc, char** argv) {
    try {
        return pontoon::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_names: %s\n", error.what());
        return 1;
    }
}
