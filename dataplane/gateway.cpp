#include "dataplane/gateway.hpp"

#include <algorithm>

#include "dataplane/bridge/arp.hpp"
#include "dataplane/ip/echo.hpp"

namespace pontoon {

namespace {

// A host's address that an answer can go to (RFC 1122 section 3.2.1.3).
bool is_answerable(Ipv4 source, Ipv4 gateway) {
    const auto top = source.host() >> 24;
    return top != 0 && top != 127 && top < 224 && source != gateway;
}

Verdict for_gateway_address(Packet& p, const Ipv4Header& ip, const BridgeDomain& domain, PortId port) {
    if (p.fragment) {
        return drop(Reason::gateway_fragment);
    }
    if (!is_answerable(ip.source, domain.gateway)) {
        return drop(Reason::source_ip_invalid);
    }
    if (!is_echo_request(p)) {
        return drop(Reason::gateway_no_service);
    }
    make_echo_reply(p);
    return reply_to(port);
}

} // namespace

Verdict at_gateway(Packet& p, const BridgeDomain& domain, PortId port, const Routes& routes) {
    if (p.tagged) {
        return drop(Reason::gateway_unknown_protocol);
    }
    if (p.is_arp()) {
        if (!asks_for_gateway(p, domain)) {
            return consumed();
        }
        make_arp_reply(p, domain);
        return reply_to(port);
    }
    if (p.is_ipv6()) {
        return drop(Reason::no_route);
    }
    if (!p.is_ipv4()) {
        return drop(Reason::gateway_unknown_protocol);
    }
    const auto& ip = p.header<Ipv4Header>(p.l3);
    if (std::ranges::find(routes.gateways, ip.destination) != routes.gateways.end()) { // any address of the host
        return for_gateway_address(p, ip, domain, port);
    }
    const bool other_network = std::ranges::any_of(routes.subnets, [&](const Prefix4& subnet) {
        return subnet != domain.subnet && subnet.contains(ip.destination);
    });
    return drop(other_network ? Reason::network_isolated : Reason::no_route);
}

} // namespace pontoon
