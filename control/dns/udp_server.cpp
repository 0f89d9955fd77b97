#include "control/dns/udp_server.hpp"

#include <netinet/in.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace pontoon {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kBurst = 32;     // datagrams a system call
constexpr std::size_t kLargest = 4096; // bytes of a question; a longer one is none
constexpr int kBurstsInARow = 8;       // before others have their turn

// Who asked, and at which address.
struct Client {
    sockaddr_in from{};
    in_addr asked{};

    [[nodiscard]] Ipv4 address() const { return {be32::from_raw(from.sin_addr.s_addr)}; }
};

struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in_pktinfo))> bytes{};
};

// The messages of one system call, with room for what they say.
class Burst {
public:
    Burst() {
        for (std::size_t at = 0; at < kBurst; ++at) {
            pieces_[at] = {.iov_base = bytes_[at].data(), .iov_len = kLargest};
        }
    }

    int receive(int fd) {
        for (std::size_t at = 0; at < kBurst; ++at) {
            heads_[at].msg_hdr = {.msg_name = &clients_[at].from,
                                  .msg_namelen = sizeof(sockaddr_in),
                                  .msg_iov = &pieces_[at],
                                  .msg_iovlen = 1,
                                  .msg_control = controls_[at].bytes.data(),
                                  .msg_controllen = controls_[at].bytes.size(),
                                  .msg_flags = 0};
        }
        return ::recvmmsg(fd, heads_.data(), kBurst, MSG_DONTWAIT, nullptr);
    }

    // Empty: it was longer.
    [[nodiscard]] DnsView message(std::size_t at) const {
        const bool whole = (heads_[at].msg_hdr.msg_flags & MSG_TRUNC) == 0;
        return DnsView(bytes_[at]).first(whole ? heads_[at].msg_len : 0);
    }

    [[nodiscard]] Client client(std::size_t at) {
        auto client = clients_[at];
        auto& head = heads_[at].msg_hdr;
        for (auto* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
            if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
                in_pktinfo info{};
                std::memcpy(&info, CMSG_DATA(part), sizeof info);
                client.asked = info.ipi_addr;
            }
        }
        return client;
    }

private:
    std::array<std::array<std::uint8_t, kLargest>, kBurst> bytes_;
    std::array<Client, kBurst> clients_{};
    std::array<Control, kBurst> controls_{};
    std::array<iovec, kBurst> pieces_{};
    std::array<mmsghdr, kBurst> heads_{};
};

// One answer, laid out for the kernel. It points into itself and stays where it is.
struct Answer {
    Answer(const Client& to, DnsBytes message) : client(to), bytes(std::move(message)) {
        piece = {.iov_base = bytes.data(), .iov_len = bytes.size()};
        head.msg_hdr = {.msg_name = &client.from,
                        .msg_namelen = sizeof(sockaddr_in),
                        .msg_iov = &piece,
                        .msg_iovlen = 1,
                        .msg_control = control.bytes.data(),
                        .msg_controllen = control.bytes.size(),
                        .msg_flags = 0};
        auto* part = CMSG_FIRSTHDR(&head.msg_hdr);
        part->cmsg_level = IPPROTO_IP;
        part->cmsg_type = IP_PKTINFO;
        part->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
        in_pktinfo info{};
        info.ipi_spec_dst = client.asked;
        std::memcpy(CMSG_DATA(part), &info, sizeof info);
    }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() = default;

    Client client;
    DnsBytes bytes;
    Control control;
    iovec piece{};
    mmsghdr head{};
};

// False: the kernel does not take it, for example because it is too long.
bool send_one(int fd, const Client& client, DnsBytes bytes) {
    const Answer answer(client, std::move(bytes));
    return ::sendmsg(fd, &answer.head.msg_hdr, MSG_DONTWAIT) >= 0;
}

void send_all(int fd, std::vector<std::unique_ptr<Answer>>& answers) {
    std::array<mmsghdr, kBurst> heads{};
    for (std::size_t at = 0; at < answers.size(); ++at) {
        heads[at] = answers[at]->head;
    }
    for (std::size_t done = 0; done < answers.size();) {
        const int sent =
            ::sendmmsg(fd, heads.data() + done, static_cast<unsigned>(answers.size() - done), MSG_DONTWAIT);
        done += sent > 0 ? static_cast<std::size_t>(sent) : 1; // one that cannot be sent is left out
    }
    answers.clear();
}

asio::awaitable<void> forward(int fd, Resolver resolver, Client client, DnsBytes query, DnsQuestion question) {
    try {
        auto reply = co_await resolver.forwarder.ask(client.address(), std::move(query), question, false);
        if (!send_one(fd, client, std::move(reply))) {
            send_one(fd, client, answer_code(question, DnsCode::server_failure)); // L-070
        }
    } catch (const std::exception& error) {
        spdlog::debug("a question for names: {}", error.what());
    }
}

void answer_burst(int fd, const Resolver& resolver, Burst& burst, std::size_t count,
                  const asio::any_io_executor& executor) {
    std::vector<std::unique_ptr<Answer>> answers;
    for (std::size_t at = 0; at < count; ++at) {
        const auto client = burst.client(at);
        const auto message = burst.message(at);
        auto decision = resolver.decide(client.address(), message, false);
        if (decision.what == DnsDecision::What::reply) {
            answers.push_back(std::make_unique<Answer>(client, std::move(decision.reply)));
        } else if (decision.what == DnsDecision::What::forward) {
            asio::co_spawn(
                executor,
                forward(fd, resolver, client, DnsBytes(message.begin(), message.end()), std::move(decision.question)),
                asio::detached);
        }
    }
    send_all(fd, answers);
}

} // namespace

asio::awaitable<void> serve_udp(UniqueFd socket, Resolver resolver) {
    const auto executor = co_await asio::this_coro::executor;
    asio::posix::stream_descriptor readable(executor, socket.release());
    const int fd = readable.native_handle();
    const auto burst = std::make_unique<Burst>();
    for (;;) {
        co_await readable.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
        for (int turn = 0; turn < kBurstsInARow; ++turn) {
            const int count = burst->receive(fd);
            if (count <= 0) {
                break;
            }
            try {
                answer_burst(fd, resolver, *burst, static_cast<std::size_t>(count), executor);
            } catch (const std::exception& error) {
                spdlog::error("questions for names: {}", error.what());
            }
        }
    }
}

} // namespace pontoon
