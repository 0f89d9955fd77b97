// Questions that nobody here can answer go to others for the container (docker-behaviours L-070 to L-073): its own
// servers, from its namespace, or else the host's, from the host's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "control/dns/exchange.hpp"
#include "control/dns/host_servers.hpp"
#include "control/dns/names.hpp"

namespace pontoon {

class Forwarder {
public:
    struct Limits {
        std::size_t container = 1024; // questions on their way, of one container
        std::size_t all = 4096;       // each has a socket
        std::size_t servers = 3;      // asked in order
        std::chrono::milliseconds patience{4000};
        std::uint16_t port = 53; // of the servers
    };

    Forwarder(const Names& names, HostServers& host, Limits limits) : names_(names), host_(host), limits_(limits) {}

    // The first server's answer that is not SERVFAIL or REFUSED; SERVFAIL if there is none, REFUSED if there are too
    // many questions on their way. Always gives a message; the calling thread has to be in the host's namespace.
    [[nodiscard]] boost::asio::awaitable<DnsBytes> ask(Ipv4 from, DnsBytes query, DnsQuestion question, bool stream);

private:
    class Slot; // counts a question on its way

    [[nodiscard]] std::vector<Upstream> upstreams(const Names::Asker& asker);
    [[nodiscard]] boost::asio::awaitable<std::optional<DnsBytes>>
    ask_all(std::vector<Upstream> servers, const DnsBytes& query, std::size_t question_end, bool stream);

    const Names& names_;
    HostServers& host_;
    Limits limits_;
    std::size_t all_ = 0;
    std::unordered_map<std::string, std::size_t> of_; // by container
};

} // namespace pontoon
