// A question from beginning to end: answered here or by others.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "control/dns/answer.hpp"
#include "control/dns/forwarder.hpp"
#include "control/dns/host_servers.hpp"
#include "control/dns/names.hpp"

namespace pontoon {

struct Resolver {
    const Names& names;
    HostServers& host;
    Forwarder& forwarder;

    [[nodiscard]] DnsDecision decide(Ipv4 from, DnsView message, bool stream) const {
        return pontoon::decide(names, from, message, stream, host.has_ndots());
    }
};

} // namespace pontoon
