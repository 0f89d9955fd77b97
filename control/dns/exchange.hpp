// One question to one name server, by UDP or TCP, from a namespace, and its answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <optional>

#include "control/attachment.hpp"
#include "control/dns/message.hpp"

namespace pontoon {

struct Upstream {
    boost::asio::ip::address address;
    std::uint16_t port = 53;
    std::optional<Place> from{}; // the container's namespace; none: that of the calling thread
};

// What `upstream` answers to `query`, whose question ends at `question_end`; nothing where it does not within
// `patience`. The question goes from a port of its own with an id of its own, both random, and only what comes from the
// server with that id and question is taken for its answer (RFC 5452). The answer has the id of `query`.
[[nodiscard]] boost::asio::awaitable<std::optional<DnsBytes>>
exchange(Upstream upstream, DnsBytes query, std::size_t question_end, bool stream, std::chrono::milliseconds patience);

} // namespace pontoon
