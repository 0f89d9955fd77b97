// The DNS server of all networks (docker-behaviours 7.5): a thread that answers by UDP and TCP on sockets it is given.
//
// A burst of datagrams is read by one system call and answered by another; what has to be asked of others is a
// coroutine of its own meanwhile. Who asks too much is refused, and nobody can stop the thread from answering others.
#pragma once

#include <cstddef>
#include <memory>

#include "control/dns/forwarder.hpp"
#include "control/dns/host_servers.hpp"
#include "control/dns/names.hpp"
#include "control/unique_fd.hpp"

namespace pontoon {

class NameServer {
public:
    struct Settings {
        HostServers::Settings host{};
        Forwarder::Limits forward{};
        std::size_t connections = 512;         // by TCP, at a time
        std::size_t connections_of_one = 32;   // of one address
        std::chrono::milliseconds idle{10000}; // until a connection is closed that says nothing
    };

    // `udp` has IP_PKTINFO, `listener` listens; both do not block. Servers are asked from the calling thread's network
    // namespace. `names` lives longer. Throws std::runtime_error.
    NameServer(const Names& names, UniqueFd udp, UniqueFd listener, Settings settings);
    NameServer(const Names& names, UniqueFd udp, UniqueFd listener)
        : NameServer(names, std::move(udp), std::move(listener), Settings{}) {}
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;
    ~NameServer(); // ends the thread; nobody who asked is answered any more

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace pontoon
