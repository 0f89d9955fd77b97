// After a change of the configuration: which flows may go on, with the translation they have.
#include <algorithm>
#include <utility>

#include "dataplane/route/router.hpp"

namespace pontoon {

void Router::adopt(const Plan& plan) {
    plan_ = &plan;
    previous_ = std::exchange(adopted_, plan.generation);
    begin_epoch();
    since_ = previous_;
    Neighbors::Link link;
    if (routing().uplink) {
        const auto& uplink = *routing().uplink;
        link = {uplink.mac, uplink.port, uplink.mtu, plan.ports[uplink.port].joined};
    }
    neighbors_.begin(link, routing().endpoints.size(), [this](Zone zone, PortId port) { return stays(port, zone); });
    if (previous_ + 1 == adopted_) {
        std::ranges::for_each(routing().added, [this](Routing::Number number) { meet(number); });
    } else {
        for (std::size_t number = 0; number < routing().endpoints.size(); ++number) {
            meet(static_cast<Routing::Number>(number));
        }
    }
    if (routing().uplink) {
        for (const auto& [address, mac] : routing().uplink->neighbors) {
            if (const auto known = neighbors_.set_static(address, mac); known != Neighbors::kNone) {
                release(known);
            }
        }
    }
    forget_pieces();
}

void Router::meet(Routing::Number number) {
    const auto& endpoint = routing().endpoints[number];
    if (const auto* network = routing().network_in(endpoint.zone)) {
        neighbors_.set_endpoint(number, {endpoint.mac, network->gateway_mac, endpoint.port, network->mtu});
    }
}

// Those that wait and came from a port that has left its network.
void Router::forget_pieces() {
    fragments_.forget([this](PortId in) { return plan_->has_port(in) && plan_->ports[in].joined <= previous_; });
    sweep_pieces(0);
}

void Router::sweep_pieces(std::size_t sets) {
    fragments_.sweep(now_, [this](rte_mbuf* mbuf, PortId in, Reason reason) { discard_held(mbuf, in, reason); }, sets);
}

// From now on every flow has to be looked at before it is used again.
void Router::begin_epoch() {
    ++epoch_;
    purged_ = 0;
    exhausted_.clear();
}

// Whether a port has been in this network without a break since the flow in question was found lawful.
bool Router::stays(PortId port, Zone zone) const {
    return plan_->has_port(port) && zone != kUplinkZone && plan_->ports[port].zone == zone &&
           plan_->ports[port].joined <= since_;
}

bool Router::is_lawful_way_out(const Flow& flow, const FlowKey& key, const FlowKey& translated) const {
    Way way;
    const auto* network = routing().network_in(key.zone);
    if (network == nullptr || !network->subnet.contains(key.source) || routing().is_host(key.destination) ||
        way_out(key, *network, way) != Reason::none || way.kind != flow.kind) {
        return false;
    }
    const auto* endpoint = routing().endpoint_at(key.source);
    const bool same_container = stays(flow.owner, key.zone) && (endpoint != nullptr) == flow.of_endpoint &&
                                (endpoint == nullptr || endpoint->port == flow.owner);
    if (flow.kind == Flow::Kind::plain) {
        return same_container;
    }
    const auto owner = routing().nat_ports.owner_of(translated.source_port.host());
    return same_container && owner == options_.worker &&
           std::ranges::find(way.sources, translated.source) != way.sources.end();
}

bool Router::is_lawful_publish(const Flow& flow, const FlowKey& key, const FlowKey& translated) const {
    const auto target = routing().published_at(key.destination, key.destination_port, key.protocol);
    Way way;
    if (!target || target->endpoint->port != flow.owner || target->endpoint->worker != options_.worker ||
        (key.zone != kUplinkZone && routing().network_in(key.zone) == nullptr) ||
        way_to(*target, key, way) != Reason::none || way.kind != flow.kind) {
        return false;
    }
    if (!stays(flow.owner, way.translated.zone) || way.translated.zone != translated.zone ||
        way.translated.destination != translated.destination ||
        way.translated.destination_port != translated.destination_port) {
        return false;
    }
    const bool source_stays =
        way.sources.empty() ? translated.source == key.source : translated.source == way.sources.front();
    const auto* client = routing().endpoint_at(key.source);
    return source_stays && (key.zone == kUplinkZone || (client != nullptr && stays(client->port, key.zone)));
}

bool Router::is_lawful(FlowId id) const {
    const Flow& flow = table_.flow(id);
    const FlowKey& key = table_.half(2 * id).key;
    const FlowKey& answers = table_.half(2 * id + 1).key;
    const FlowKey translated = reversed(answers, answers.zone);
    return is_outward(flow.kind) ? is_lawful_way_out(flow, key, translated) : is_lawful_publish(flow, key, translated);
}

// Looks whether a flow of an earlier configuration may go on, and lets it go if not.
bool Router::renew(FlowId flow) {
    since_ = table_.half(flow, 0).epoch + 1 == epoch_ ? previous_ : purged_since_;
    const bool lawful = is_lawful(flow) && compile(flow);
    if (!lawful) {
        erase(flow);
    }
    return lawful;
}

// Writes down what the flow's packets need; its ends where they are known to be endpoints. False if there is no room
// for a neighbour.
bool Router::compile(FlowId flow, const RoutedEndpoint* client, const RoutedEndpoint* server) {
    Half& forth = table_.half(flow, 0);
    Half& back = table_.half(flow, 1);
    auto there = server != nullptr ? id_of(*server) : adjacency_to(back.key.source, back.key.zone);
    auto here = client != nullptr ? id_of(*client) : adjacency_to(forth.key.source, forth.key.zone);
    if (there == Neighbors::kNone || here == Neighbors::kNone) {
        if (!may_forget_neighbors()) {
            return false;
        }
        neighbors_.forget_idle();
        previous_ = adopted_;
        begin_epoch(); // neighbours have other numbers now
        there = adjacency_to(back.key.source, back.key.zone);
        here = adjacency_to(forth.key.source, forth.key.zone);
        if (there == Neighbors::kNone || here == Neighbors::kNone) {
            return false;
        }
    }
    forth.rewrite = make_rewrite(forth.key, reversed(back.key, forth.key.zone));
    back.rewrite = make_rewrite(back.key, reversed(forth.key, back.key.zone));
    forth.adjacency = there;
    back.adjacency = here;
    forth.epoch = back.epoch = epoch_;
    return true;
}

// It costs all that is known and a look at each flow: not for every packet that finds no room.
bool Router::may_forget_neighbors() {
    constexpr Nanoseconds pause = 1'000'000'000;
    if (now_ - forgot_ < pause) {
        return false;
    }
    forgot_ = now_;
    return true;
}

Neighbors::Id Router::adjacency_to(Ipv4 destination, Zone zone) {
    if (zone == kUplinkZone) {
        return neighbors_.neighbor(routing().next_hop(destination));
    }
    if (const auto* endpoint = routing().endpoint_at(destination)) {
        return id_of(*endpoint);
    }
    return neighbors_.find_station(zone, destination);
}

// Where answers go that are for no endpoint but for a station behind a container's port.
void Router::remember_station(const Packet& packet, const Origin& from, const FlowKey& key) {
    const auto* network = routing().network_in(from.zone);
    if (network != nullptr && routing().endpoint_at(key.source) == nullptr) {
        neighbors_.set_station(from.zone, key.source,
                               {packet.source_mac(), network->gateway_mac, from.port, network->mtu});
    }
}

bool Router::purge() {
    constexpr FlowId slice = 1024;
    if (purged_ == kNoFlow) {
        return false;
    }
    const FlowId end = std::min(table_.end(), purged_ + slice);
    for (FlowId left = end - purged_; left != 0 && purged_ < table_.end(); --left) {
        const FlowId flow = purged_++; // `renew` may begin another epoch, and then this starts again
        if (table_.flow(flow).kind != Flow::Kind::free && table_.half(flow, 0).epoch != epoch_) {
            (void)renew(flow);
        }
    }
    if (purged_ >= table_.end()) {
        purged_ = kNoFlow;
        purged_since_ = plan_->generation;
    }
    return purged_ != kNoFlow;
}

void Router::expire_range(FlowId first, FlowId last) {
    const bool all = has_leapt(); // so the walk is over all
    for (FlowId flow = first; flow < last; ++flow) {
        if (table_.flow(flow).kind != Flow::Kind::free && (all || is_expired(flow))) {
            counters_.expired.add(1);
            erase(flow);
        }
    }
}

// Leaps of half a turn of FlowTick: then nothing tells old from new, and no timeout is as long.
bool Router::has_leapt() {
    constexpr Nanoseconds leap = Nanoseconds{1} << (kFlowTickShift + 31);
    return now_ - std::exchange(expired_, now_) >= leap;
}

void Router::expire(Nanoseconds passed) {
    constexpr Nanoseconds walk = 2'000'000'000; // takes a walk over all flows
    const FlowId end = table_.end();
    const auto count = static_cast<FlowId>(passed >= walk ? end : end * passed / walk + 1);
    const FlowId last = std::min(end, swept_ + count);
    expire_range(swept_, last);
    swept_ = last == end ? 0 : last;
    sweep_pieces(FragmentTable::kSets);
    look_after_neighbors();
}

void Router::expire_all() {
    expire_range(0, table_.end());
}

} // namespace pontoon
