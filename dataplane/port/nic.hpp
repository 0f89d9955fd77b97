// A port on an interface that is shared with the host: an AF_XDP socket for each of its queues, into which somebody
// else's program puts what is ours, and copies of the ARP that the kernel gets.
//
// What is sent leaves by queue 0.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/port/arp_socket.hpp"
#include "dataplane/port/pool.hpp"
#include "dataplane/port/port.hpp"
#include "dataplane/port/spec.hpp"
#include "dataplane/port/xsk.hpp"

namespace pontoon {

class NicPort final : public Port {
public:
    static constexpr unsigned kMostQueues = 8; // each has buffers waiting

    // Throws std::runtime_error naming the interface and the reason.
    NicPort(const NicSpec& spec, Pool& pool);
    ~NicPort() override;

    unsigned receive(std::span<rte_mbuf*> packets) override;
    unsigned transmit(std::span<rte_mbuf*> packets) override;
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] int wait_fd() const override { return any_; }
    [[nodiscard]] bool failed() const override;

private:
    void wait_for(int fd) const;

    std::unique_ptr<ArpSocket> arp_;
    std::vector<std::unique_ptr<XskPort>> queues_;
    std::size_t first_ = 0;      // queue to be asked
    int any_ = -1;               // epoll of all of them, level-triggered: readable as long as one is
    std::uint64_t cleared_ = 0;  // time stamp counter
    std::uint64_t patience_ = 0; // between two looks for an error, in the same
};

} // namespace pontoon
