// Questions for names and their answers. A container asks its network's gateway, UDP or TCP to port 53 (RFC 1035
// section 4.2), and what answers is behind a port of its own, so that nothing has to listen on the host's port 53. No
// flow is made of it: the gateway's address is one for all, and an answer finds its way by the address of who asked.
#include <cstring>

#include "dataplane/packet/offload.hpp"
#include "dataplane/route/router.hpp"

namespace pontoon {

namespace {

constexpr be16 kDomainPort{53};

} // namespace

// Before anything that is published at the gateway's address.
bool Router::asks_names(const FlowKey& key) const {
    if (key.destination_port != kDomainPort || routing().names_port == kNoPort ||
        (key.protocol != protocol::kUdp && key.protocol != protocol::kTcp)) {
        return false;
    }
    const auto* network = routing().network_in(key.zone);
    return network != nullptr && network->names && key.destination == network->gateway;
}

// Which names there are for it depends on who asks: so it has to be who it says.
Verdict Router::to_names(Packet& packet, const FlowKey& key, const Origin& from) const {
    const auto* endpoint = routing().endpoint_at(key.source);
    if (endpoint == nullptr || endpoint->port != from.port) {
        return drop(Reason::names_source_foreign);
    }
    std::memcpy(packet.data, &kNamesMac, sizeof kNamesMac);
    return forward_to(routing().names_port);
}

// RFC 6864 section 4.1: what may be fragmented has an identification of its own, which Linux spares where it may not.
void Router::allow_pieces(Packet& packet) {
    auto& ip = edit<Ipv4Header>(packet.data + packet.l3);
    ip.id = be16{++names_id_};
    ip.fragment = be16{static_cast<std::uint16_t>(ip.fragment.host() & ~Ipv4Header::kDontFragment)};
    seal_ipv4(packet.data + packet.l3);
}

// What is too long for the network is split even where it must not be: for the container this is the sender itself.
Verdict Router::answer_names(Packet& packet) {
    if (!packet.is_ipv4() || packet.tagged) {
        return drop(Reason::names_no_endpoint);
    }
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    const auto* endpoint = routing().endpoint_at(ip.destination);
    if (endpoint == nullptr || !routing().network_in(endpoint->zone)->names) {
        return drop(Reason::names_no_endpoint);
    }
    const auto to = id_of(*endpoint);
    if (packet.csum_partial && ip.checksum.raw() == 0) {
        seal_ipv4(packet.data + packet.l3); // was left to hardware too
    }
    if (packet.segment == 0 && !packet.fits(neighbors_.at(to).mtu) && ip.must_not_fragment()) {
        allow_pieces(packet);
    }
    return send(packet, to);
}

} // namespace pontoon
