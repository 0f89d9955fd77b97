// Which way a packet that begins a flow goes, as Docker's rules say it (docker-behaviours P-060 to P-085, S-001 to
// S-011). Nothing is changed here.
#include "dataplane/route/way.hpp"

#include "dataplane/route/router.hpp"

namespace pontoon {

// A container's way to the world.
Reason Router::way_out(const FlowKey& key, const RoutedNetwork& network, Way& way) const {
    const auto* other = routing().network_of(key.destination);
    if (other != nullptr) {
        return other == &network ? Reason::no_route : Reason::network_isolated;
    }
    if (network.internal) {
        return Reason::internal_network;
    }
    if (!key.destination.is_unicast() || routing().next_hop(key.destination).is_unspecified()) {
        return Reason::no_route;
    }
    way.translated = key;
    way.translated.zone = kUplinkZone;
    way.kind = network.masquerade ? Flow::Kind::masquerade : Flow::Kind::plain;
    if (network.masquerade) {
        way.sources = network.host_ipv4 ? std::span(&*network.host_ipv4, 1) : std::span(routing().nat_addresses);
    }
    return Reason::none;
}

// To a published port, from outside or from a container: then the server sees the gateway of its network, or the
// address that the client's network masquerades with (P-066 to P-068).
Reason Router::way_to(const Routing::Target& target, const FlowKey& key, Way& way) const {
    const RoutedNetwork& server = *routing().network_in(target.endpoint->zone);
    way.translated = key;
    way.translated.destination = target.endpoint->ipv4;
    way.translated.destination_port = target.port;
    way.translated.zone = server.zone;
    way.kind = Flow::Kind::publish;
    if (key.zone == kUplinkZone) {
        return Reason::none;
    }
    const RoutedNetwork* client = routing().network_in(key.zone);
    if (client->internal) {
        return Reason::internal_network;
    }
    way.kind = Flow::Kind::hairpin;
    if (client == &server || client->masquerade) {
        way.sources = std::span(client->host_ipv4 ? &*client->host_ipv4 : &server.gateway, 1);
    }
    return Reason::none;
}

Reason Router::find_way(const FlowKey& key, const Origin& from, const std::optional<Routing::Target>& target,
                        Way& way) const {
    const RoutedNetwork* network = routing().network_in(from.zone);
    if (network != nullptr && !network->subnet.contains(key.source)) {
        return Reason::source_ip_foreign;
    }
    if (!key.source.is_unicast() || routing().is_host(key.source)) {
        return Reason::source_ip_invalid;
    }
    if (target) {
        return way_to(*target, key, way);
    }
    if (network != nullptr) {
        return way_out(key, *network, way);
    }
    return routing().network_of(key.destination) != nullptr ? Reason::direct_access : Reason::not_for_us;
}

} // namespace pontoon
