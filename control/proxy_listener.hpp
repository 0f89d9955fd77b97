// One port of the userland proxy. All of it runs on the proxy's thread.
#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>

#include "control/host_proxy.hpp"

namespace pontoon {

class ProxyListener {
public:
    virtual ~ProxyListener() = default;

    // Ends listening and everything that came of it.
    virtual void stop() = 0;
};

// Throw boost::system::system_error if the port cannot be had.
[[nodiscard]] std::shared_ptr<ProxyListener> listen_tcp(boost::asio::io_context& context, const ProxyPort& port,
                                                        const ProxyTarget& target);
[[nodiscard]] std::shared_ptr<ProxyListener> listen_udp(boost::asio::io_context& context, const ProxyPort& port,
                                                        const ProxyTarget& target);

} // namespace pontoon
