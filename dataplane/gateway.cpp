#include "dataplane/gateway.hpp"

#include "dataplane/bridge/arp.hpp"
#include "dataplane/ip/echo.hpp"

namespace pontoon {

Verdict for_host(Packet& p, PortId port) {
    if (p.fragment) {
        return drop(Reason::gateway_fragment);
    }
    if (!p.header<Ipv4Header>(p.l3).source.is_unicast()) {
        return drop(Reason::source_ip_invalid);
    }
    if (!is_echo_request(p)) {
        return drop(Reason::gateway_no_service);
    }
    make_echo_reply(p);
    return reply_to(port);
}

Verdict at_gateway(Packet& p, const BridgeDomain& domain, PortId port) {
    if (p.tagged) {
        return drop(Reason::gateway_unknown_protocol);
    }
    if (p.is_arp()) {
        if (!asks_for_gateway(p, domain)) {
            return consumed();
        }
        make_arp_reply(p, domain.gateway_mac, domain.gateway);
        return reply_to(port);
    }
    return drop(p.is_ipv6() ? Reason::no_route : Reason::gateway_unknown_protocol);
}

} // namespace pontoon
