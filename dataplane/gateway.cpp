#include "dataplane/gateway.hpp"

#include "dataplane/bridge/arp.hpp"
#include "dataplane/ip/echo.hpp"

namespace pontoon {

namespace {

// A host's address that an answer can go to (RFC 1122 section 3.2.1.3).
bool is_answerable(Ipv4 source) {
    const auto top = source.host() >> 24;
    return top != 0 && top != 127 && top < 224;
}

} // namespace

Verdict for_host(Packet& p, PortId port) {
    if (p.fragment) {
        return drop(Reason::gateway_fragment);
    }
    if (!is_answerable(p.header<Ipv4Header>(p.l3).source)) {
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
