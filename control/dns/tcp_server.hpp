// Questions by TCP (RFC 7766): each connection's one after the other.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>

#include "control/dns/resolver.hpp"
#include "control/unique_fd.hpp"

namespace pontoon {

struct TcpLimits {
    std::size_t connections = 512;
    std::size_t of_one = 32; // of one address; more are closed
    std::chrono::milliseconds idle{10000};
};

// Until the io_context ends. `listener` listens.
[[nodiscard]] boost::asio::awaitable<void> serve_tcp(UniqueFd listener, Resolver resolver, TcpLimits limits);

} // namespace pontoon
