// A name server of the outside, by UDP and TCP, that answers as a test tells it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "control/dns/message.hpp"
#include "control/unique_fd.hpp"

namespace pontoon::dns_test {

inline sockaddr_in at(const std::string& address, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &result.sin_addr);
    return result;
}

inline UniqueFd socket_at(int type, const std::string& address, std::uint16_t port, int flags = 0) {
    UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC | flags, 0));
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto where = at(address, port);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        throw std::runtime_error("cannot bind " + address);
    }
    if (type == SOCK_STREAM && port != 0) {
        ::listen(fd.get(), 64);
    }
    return fd;
}

class FakeServer {
public:
    // All that is sent for a question, one datagram each; `stream` by TCP.
    using Behaviour = std::function<std::vector<DnsBytes>(const DnsBytes& query, bool stream)>;

    FakeServer(const std::string& address, Behaviour behaviour)
        : behaviour_(std::move(behaviour)), udp_(socket_at(SOCK_DGRAM, address, 53)),
          tcp_(socket_at(SOCK_STREAM, address, 53)), thread_([this](const std::stop_token& stop) { serve(stop); }) {}

    std::atomic<int> asked = 0;
    std::vector<std::uint16_t> ids; // of questions; to be read when nobody asks

private:
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            pollfd waits[2] = {{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}};
            ::poll(waits, 2, 20);
            if ((waits[0].revents & POLLIN) != 0) {
                answer_datagram();
            }
            if ((waits[1].revents & POLLIN) != 0) {
                answer_connection();
            }
        }
    }
    void answer_datagram() {
        DnsBytes query(65535);
        sockaddr_in from{};
        socklen_t length = sizeof from;
        auto* who = reinterpret_cast<sockaddr*>(&from);
        const auto size = ::recvfrom(udp_.get(), query.data(), query.size(), 0, who, &length);
        query.resize(static_cast<std::size_t>(size));
        ids.push_back(id_of(query));
        ++asked;
        for (const auto& reply : behaviour_(query, false)) {
            ::sendto(udp_.get(), reply.data(), reply.size(), 0, who, length);
        }
    }
    void answer_connection() {
        const UniqueFd fd(::accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        DnsBytes query(2);
        ::recv(fd.get(), query.data(), 2, MSG_WAITALL);
        query.resize(std::size_t{query[0]} << 8 | query[1]);
        ::recv(fd.get(), query.data(), query.size(), MSG_WAITALL);
        ++asked;
        for (auto reply : behaviour_(query, true)) {
            const std::uint8_t size[2] = {static_cast<std::uint8_t>(reply.size() >> 8),
                                          static_cast<std::uint8_t>(reply.size())};
            reply.insert(reply.begin(), size, size + 2);
            ::send(fd.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
        }
    }

    Behaviour behaviour_;
    UniqueFd udp_;
    UniqueFd tcp_;
    std::jthread thread_;
};

// The question as an answer, with this code.
inline DnsBytes reply_with(DnsBytes query, unsigned code = 0) {
    query[2] |= 0x80;
    query[3] = static_cast<std::uint8_t>(0x80 | code);
    return query;
}

} // namespace pontoon::dns_test
