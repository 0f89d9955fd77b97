// The addresses of the userland proxy as Boost.Asio has them.
#pragma once

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/address.hpp>

#include <netinet/in.h>

#include "control/host_proxy.hpp"

namespace pontoon {

template <typename Endpoint>
Endpoint endpoint_of(const ProxyPort& port) {
    const boost::asio::ip::address_v6 address(port.address.bytes);
    if (address.is_v4_mapped()) {
        return {boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address), port.port};
    }
    return {address, port.port};
}

template <typename Endpoint>
Endpoint endpoint_of(const ProxyTarget& target) {
    return {boost::asio::ip::address_v4(target.container.host()), target.port};
}

// An address may be published before its interface has it.
using FreeBind = boost::asio::detail::socket_option::boolean<IPPROTO_IP, IP_FREEBIND>;

} // namespace pontoon
