// A packet of no known flow: what is for the host, and how a flow begins.
#include <bit>

#include "dataplane/gateway.hpp"
#include "dataplane/route/router.hpp"
#include "dataplane/route/way.hpp"

namespace pontoon {

Verdict Router::establish(Packet& packet, const FlowKey& key, const Origin& from, bool has_ports) {
    const auto target = routing().published_at(key.destination, key.destination_port, key.protocol);
    if (!target && routing().is_for_host(key.destination, from.zone)) {
        return at_host(packet, key, from, has_ports);
    }
    if (is_sctp_piece(packet)) {
        return drop(Reason::sctp_fragment);
    }
    Way way;
    if (const auto reason = find_way(key, from, target, way); reason != Reason::none) {
        return drop(reason);
    }
    if (packet.header<Ipv4Header>(packet.l3).ttl <= 1) {
        return refuse(packet, from, Reason::ttl_exceeded, icmp::kTimeExceeded, 0);
    }
    if (const auto known = target ? std::nullopt : resumed_key(packet, key)) {
        return resume(packet, *known, from);
    }
    if (packet.protocol == protocol::kIcmp && !has_ports) {
        return drop(Reason::icmp_unrelated);
    }
    if (!way.sources.empty() && !has_ports) {
        return drop(Reason::not_translatable);
    }
    FlowId flow = kNoFlow;
    if (const auto reason = begin(packet, key, from, way, flow); reason != Reason::none) {
        return drop(reason);
    }
    note_flow(2 * flow, true, false);
    return forward_by(packet, from, table_.half(flow, 0));
}

Verdict Router::at_host(Packet& packet, const FlowKey& key, const Origin& from, bool has_ports) {
    const bool query = packet.protocol == protocol::kIcmp && has_ports && key.destination_port.raw() == 0;
    if (from.zone == kUplinkZone && !query && routing().is_nat_address(key.destination) &&
        routing().nat_ports.number_of(key.destination_port.host())) {
        return drop(Reason::no_flow);
    }
    if (from.zone == kUplinkZone && routing().uplink->shared) {
        return drop(Reason::not_for_us);
    }
    if (routing().is_host(key.source)) {
        return drop(Reason::source_ip_invalid);
    }
    const auto* network = routing().network_in(from.zone);
    return has_host(network) ? to_host_port(key, *network) : for_host(packet, from.port);
}

// The packet goes as it is to the host's own stack, which owns all of these addresses wherever it is asked (S-003,
// S-007). An internal network reaches no other but its gateway (P-069, S-009).
Verdict Router::to_host_port(const FlowKey& key, const RoutedNetwork& network) const {
    if (!key.source.is_unicast()) {
        return drop(Reason::source_ip_invalid);
    }
    if (network.internal && routing().is_host(key.destination) && key.destination != network.gateway) {
        return drop(Reason::internal_network);
    }
    return forward_to(network.host_port);
}

// Makes the flow of this packet, or says why there is none.
Reason Router::begin(const Packet& packet, const FlowKey& key, const Origin& from, Way& way, FlowId& flow) {
    Flow begun{};
    if (const auto reason = begin_track(packet, begun); reason != Reason::none) {
        return reason;
    }
    const bool from_container = is_outward(way.kind);
    const auto* endpoint = routing().endpoint_at(from_container ? key.source : way.translated.destination);
    begun.kind = way.kind;
    begun.owner = endpoint != nullptr ? endpoint->port : from.port;
    begun.of_endpoint = endpoint != nullptr;
    auto reason = admit(begun.owner);
    if (reason == Reason::none) {
        reason = insert(key, way, begun, flow);
        if (reason != Reason::none) {
            options_.all_flows->fetch_sub(1, std::memory_order_relaxed);
        }
    }
    if (reason != Reason::none) {
        counters_.refused.add(1);
        return reason;
    }
    if (from_container ? endpoint == nullptr : from.zone != kUplinkZone) {
        remember_station(packet, from, key);
    }
    begin_timers(flow);
    if (!compile(flow, from_container ? endpoint : nullptr, from_container ? nullptr : endpoint)) {
        erase(flow);
        return Reason::neighbor_table_full;
    }
    return Reason::none;
}

Reason Router::insert(const FlowKey& key, Way& way, const Flow& begun, FlowId& flow) {
    if (!choose_tuple(key, way)) {
        return Reason::no_nat_port;
    }
    flow = table_.insert(key, table_.hash_of(key), reversed(way.translated, way.translated.zone), way.hash);
    if (flow == kNoFlow) {
        return Reason::flow_table_full;
    }
    table_.flow(flow) = begun;
    ++flows_of_[begun.owner];
    counters_.created.add(1);
    counters_.active.add(1);
    return Reason::none;
}

// Counts a new flow in, if all flows and those of the container allow one more.
Reason Router::admit(PortId owner) {
    const auto& conntrack = routing().conntrack;
    if (conntrack.max_per_endpoint != 0 && flows_of_[owner] >= conntrack.max_per_endpoint) {
        return Reason::endpoint_flow_limit;
    }
    if (options_.all_flows->fetch_add(1, std::memory_order_relaxed) >= conntrack.max) {
        options_.all_flows->fetch_sub(1, std::memory_order_relaxed);
        return Reason::flow_table_full;
    }
    return Reason::none;
}

// Whether the answers of this tuple would be for a published port. Only those of gateways may be NAT ports too.
bool Router::is_published(const Way& way) const {
    const FlowKey& to = way.translated;
    return way.kind == Flow::Kind::hairpin && routing().published_at(to.source, to.source_port, to.protocol);
}

// Whether no other flow has the answers of this tuple.
bool Router::is_free(Way& way) {
    const FlowKey answers = reversed(way.translated, way.translated.zone);
    way.hash = table_.hash_of(answers);
    return find(answers, way.hash) == kNoFlow;
}

bool Router::choose_tuple(const FlowKey& key, Way& way) {
    if (way.sources.empty()) {
        if (is_free(way)) {
            return true;
        }
        // Two published ports that lead to one port of a container, and a client that uses one port for both.
        way.sources = std::span(&key.source, 1);
        return way.kind != Flow::Kind::plain && choose_port(way);
    }
    return choose_port(way);
}

Router::OwnPorts Router::own_ports() const {
    const unsigned first = routing().nat_ports.first_of(options_.worker);
    return {first, routing().nat_ports.first_of(options_.worker + 1) - first};
}

// Which of the worker's ports is tried first: the one that the packet has, if it may keep it, or a hash of the flow
// under a secret (RFC 6056 section 3.3.3), so that nobody outside can guess the port and a daemon that has forgotten
// the flow chooses the same again. The zone stays out of it: a network may have another number in the next daemon.
unsigned Router::start_of(const FlowKey& inside, Ipv4 address, const OwnPorts& own) const {
    const auto kept = routing().nat_ports.number_of(inside.source_port.host());
    if (kept && *kept - own.first < own.count) {
        return *kept - own.first;
    }
    constexpr std::uint64_t without_zone = (std::uint64_t{1} << 48) - 1;
    const auto words = std::bit_cast<FlowWords>(inside);
    const auto hash = nat_port_(words.first, words.second & without_zone, std::uint64_t{address.value.raw()});
    return static_cast<unsigned>(hash >> 32) % own.count;
}

// Starts to fetch what a packet that seems to begin a flow will need last, and wait for: the bucket of its answers, if
// they get the port that is tried first.
void Router::foresee(const Packet& packet, Zone zone) const {
    const auto key =
        std::bit_cast<FlowKey>(words_at(packet.data + kCommonL3, packet.data + kCommonL4, packet.protocol, zone));
    const auto target = routing().published_at(key.destination, key.destination_port, key.protocol);
    Way way;
    if ((!target && routing().is_for_host(key.destination, zone)) ||
        find_way(key, {kNoPort, zone}, target, way) != Reason::none) {
        return;
    }
    if (!way.sources.empty()) {
        const auto own = own_ports();
        if (own.count == 0) {
            return;
        }
        const Ipv4 address = way.sources.front();
        const unsigned port = own.first + start_of(way.translated, address, own);
        way.translated.source = address;
        way.translated.source_port = be16{routing().nat_ports.port(port)};
    }
    table_.prefetch_bucket(table_.hash_of(reversed(way.translated, way.translated.zone)));
}

// The first free one of this worker's ports.
bool Router::choose_port(Way& way) {
    const auto own = own_ports();
    if (own.count == 0) {
        return false;
    }
    FlowKey& chosen = way.translated;
    const FlowKey inside = chosen;
    for (const Ipv4 address : way.sources) {
        chosen.source = address;
        chosen.source_port = be16{};
        if (exhausted_.is_used() && exhausted_.is(table_.hash_of(chosen), tick_)) {
            continue;
        }
        const unsigned start = start_of(inside, address, own);
        for (unsigned step = 0; step < own.count; ++step) {
            chosen.source_port = be16{routing().nat_ports.port(own.first + (start + step) % own.count)};
            if (!is_published(way) && is_free(way)) {
                return true;
            }
        }
        chosen.source_port = be16{};
        exhausted_.note(table_.hash_of(chosen), tick_);
    }
    return false;
}

void Router::erase(FlowId id) {
    --flows_of_[table_.flow(id).owner];
    options_.all_flows->fetch_sub(1, std::memory_order_relaxed);
    counters_.active.subtract(1);
    exhausted_.clear();
    table_.erase(id);
}

} // namespace pontoon
