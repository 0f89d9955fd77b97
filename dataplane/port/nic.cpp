#include "dataplane/port/nic.hpp"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <rte_cycles.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

// Receive queues in use. A driver that does not say has one.
unsigned queues_of(const std::string& interface) {
    ethtool_channels channels{};
    channels.cmd = ETHTOOL_GCHANNELS;
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&channels);
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool told = ::ioctl(any, SIOCETHTOOL, &request) == 0;
    ::close(any);
    return told ? std::max(1U, channels.rx_count + channels.combined_count) : 1;
}

} // namespace

NicPort::NicPort(const NicSpec& spec, Pool& pool) : patience_(rte_get_tsc_hz() / 1000) { // 1 ms
    const unsigned queues = queues_of(spec.interface);
    if (queues > kMostQueues) {
        throw std::runtime_error(spec.interface + ": has " + std::to_string(queues) +
                                 " receive queues, and AF_XDP here at most " + std::to_string(kMostQueues) +
                                 " (ethtool -L changes it); tap mode takes any");
    }
    for (unsigned queue = 0; queue < queues; ++queue) {
        queues_.push_back(std::make_unique<XskPort>(
            XskSpec{.interface = spec.interface, .queue = queue, .own_program = false, .xsks_map = spec.xsks_map},
            pool));
    }
    any_ = ::epoll_create1(EPOLL_CLOEXEC);
    try {
        arp_ = std::make_unique<ArpSocket>(::if_nametoindex(spec.interface.c_str()), pool);
        wait_for(arp_->fd());
        for (const auto& queue : queues_) {
            wait_for(queue->wait_fd());
        }
    } catch (const std::runtime_error& error) {
        ::close(any_);
        throw std::runtime_error(spec.interface + ": " + error.what());
    }
}

NicPort::~NicPort() {
    ::close(any_);
}

void NicPort::wait_for(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(any_, EPOLL_CTL_ADD, fd, &event) != 0) {
        throw std::runtime_error(std::string("cannot wait for its sockets: ") + std::strerror(errno));
    }
}

unsigned NicPort::receive(std::span<rte_mbuf*> packets) {
    unsigned count = arp_->receive(packets);
    for (std::size_t i = 0; i < queues_.size() && count < packets.size(); ++i) {
        count += queues_[(first_ + i) % queues_.size()]->receive(packets.subspan(count));
    }
    first_ = (first_ + 1) % queues_.size();
    if (count == 0 && rte_rdtsc() - cleared_ > patience_) { // an error would keep `any_` readable
        cleared_ = rte_rdtsc();
        arp_->clear();
    }
    return count;
}

unsigned NicPort::transmit(std::span<rte_mbuf*> packets) {
    return queues_.front()->transmit(packets);
}

Capabilities NicPort::capabilities() const {
    return queues_.front()->capabilities();
}

bool NicPort::failed() const {
    return queues_.front()->failed();
}

} // namespace pontoon
