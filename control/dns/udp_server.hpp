// Questions by UDP.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "control/dns/resolver.hpp"
#include "control/unique_fd.hpp"

namespace pontoon {

// Until the io_context ends. `socket` has IP_PKTINFO and does not block; answers leave from the address asked.
[[nodiscard]] boost::asio::awaitable<void> serve_udp(UniqueFd socket, Resolver resolver);

} // namespace pontoon
