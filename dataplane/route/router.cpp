#include "dataplane/route/router.hpp"

#include <rte_mbuf.h>

#include <cstring>

#include "dataplane/packet/offload.hpp"

namespace pontoon {

namespace {

constexpr std::size_t kPortsBytes = 8; // of a transport header: what `ports_at` reads

// A header behind a tag of VLAN 0 leaves without it: priorities are of the link.
void remove_tag(Packet& packet) {
    const auto tag = static_cast<std::uint16_t>(packet.l3 - sizeof(EthernetHeader));
    std::memmove(packet.data + tag, packet.data, 2 * sizeof(Mac));
    packet.data = static_cast<std::uint8_t*>(static_cast<void*>(rte_pktmbuf_adj(packet.mbuf, tag)));
    edit<EthernetHeader>(packet.data).type = be16{packet.type};
    packet.length -= tag;
    packet.first = static_cast<std::uint16_t>(packet.first - tag);
    move_offload(*packet.mbuf, -int{tag});
    packet.l3 = sizeof(EthernetHeader);
    packet.l4 = packet.l4 == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(packet.l4 - tag);
    packet.quote = packet.quote == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(packet.quote - tag);
}

} // namespace

Router::Router(const Options& options, Outbox& outbox, TotalCounters& totals)
    : options_(options), outbox_(outbox), totals_(totals), table_(options.seed, options.flows),
      fragments_(options.seed), error_limit_(options.seed), flows_of_(new std::uint32_t[Fdb::kMaxPort + 1]()),
      nat_port_(options.nat_secret) {}

Verdict Router::route(Packet& packet, const Origin& from) {
    if (packet.l3 != sizeof(EthernetHeader)) {
        remove_tag(packet);
    }
    if (packet.fragment) {
        return route_fragment(packet, from);
    }
    if (packet.csum_partial && packet.header<Ipv4Header>(packet.l3).checksum.raw() == 0) {
        seal_ipv4(packet.data + packet.l3); // was left to hardware too
    }
    if (packet.quote != 0) {
        return route_error(packet, from);
    }
    const bool has_ports = packet.l4 != 0 && packet.ip_length >= packet.l4 - packet.l3 + kPortsBytes;
    return route_whole(packet, from,
                       has_ports ? ports_at(packet.data + packet.l4, packet.protocol) : std::optional<FlowPorts>());
}

Verdict Router::route_piece(Packet& packet, const Origin& from, FlowPorts ports) {
    if (packet.l3 != sizeof(EthernetHeader)) {
        remove_tag(packet);
    }
    const bool portless = ports.source.raw() == 0 && ports.destination.raw() == 0;
    return route_whole(packet, from, portless ? std::optional<FlowPorts>() : ports);
}

Verdict Router::route_fragment(Packet& packet, const Origin& from) {
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    const FragmentKey key{ip.source, ip.destination, ip.id, ip.protocol, from.zone};
    // Pieces of one packet may come in by several queues of the uplink, so one worker is named to put them in relation.
    if (from.zone == kUplinkZone) {
        const auto worker = static_cast<unsigned>(fragments_.set_of(key) % plan_->owned.size());
        if (worker != options_.worker) {
            return hand_over(packet, from, worker, std::nullopt);
        }
    }
    std::optional<FlowPorts> ports;
    if (!packet.later_piece) {
        ports = ports_at(packet.data + packet.l4, packet.protocol).value_or(FlowPorts{});
    }
    const auto outcome = fragments_.resolve(key, ip.fragment_offset(), ip.total_length.host() - ip.header_length(),
                                            ip.more_fragments(), ports, packet.mbuf, from.port, now_);
    if (outcome.kind == FragmentTable::Outcome::Kind::held) {
        if (trace_ != nullptr) {
            trace_->waits({});
        }
        return held();
    }
    if (outcome.kind == FragmentTable::Outcome::Kind::dropped) {
        return drop(outcome.reason);
    }
    released_ports_ = outcome.ports;
    released_zone_ = from.zone;
    return route_piece(packet, from, outcome.ports);
}

std::optional<Router::Released> Router::take_released() {
    const auto piece = released_ports_ ? fragments_.take() : std::nullopt;
    if (!piece) {
        released_ports_.reset();
        return std::nullopt;
    }
    return Released{*piece, *released_ports_, released_zone_};
}

Verdict Router::hand_over(const Packet& packet, const Origin& from, unsigned worker,
                          const std::optional<FlowPorts>& ports) {
    if (ports) {
        static_assert(sizeof(FlowPorts) == sizeof(packet.mbuf->hash.usr));
        std::memcpy(&packet.mbuf->hash.usr, &*ports, sizeof *ports);
    }
    if (!outbox_.pass_on(worker, Message::routed(packet.mbuf, from.port, ports.has_value()))) {
        return drop(Reason::inbox_full);
    }
    if (trace_ != nullptr) {
        trace_->handed_over(worker);
    }
    return held();
}

Verdict Router::route_whole(Packet& packet, const Origin& from, const std::optional<FlowPorts>& ports) {
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    const FlowPorts known = ports.value_or(FlowPorts{});
    const FlowKey key{ip.source, ip.destination, known.source, known.destination, packet.protocol, 0, from.zone};
    if (asks_names(key)) {
        return to_names(packet, key, from);
    }
    const unsigned owner = owner_of(ip.destination, known.destination, packet.protocol, from);
    if (owner != options_.worker) {
        return hand_over(packet, from, owner, packet.fragment ? std::optional(known) : std::nullopt);
    }
    const HalfId half = find(key);
    return half != kNoFlow ? forward(packet, from, half) : establish(packet, key, from, ports.has_value());
}

// A container's own packets come in where its flows are; others may be another worker's.
unsigned Router::owner_of(Ipv4 destination, be16 port, std::uint8_t protocol, const Origin& from) const {
    const bool elsewhere = from.zone == kUplinkZone || routing().is_host(destination);
    return elsewhere ? routing().owner_of(destination, port, protocol, options_.worker) : options_.worker;
}

// A half that a packet may use: alive, and lawful in this configuration.
HalfId Router::find(const FlowKey& key, std::uint64_t hash) {
    const HalfId half = table_.find(key, hash);
    if (half == kNoFlow) {
        return kNoFlow;
    }
    const FlowId flow = half / 2;
    if (is_expired(flow)) {
        counters_.expired.add(1);
        erase(flow);
        return kNoFlow;
    }
    return table_.half(half).epoch == epoch_ || renew(flow) ? half : kNoFlow;
}

void Router::note_flow(HalfId half, bool fresh, bool error) const {
    if (trace_ != nullptr) {
        trace_->followed(table_.flow(half / 2), table_.half(half ^ 1), half % 2 != 0, fresh, error);
    }
}

Verdict Router::forward(Packet& packet, const Origin& from, HalfId id) {
    if (is_sctp_piece(packet)) {
        return drop(Reason::sctp_fragment);
    }
    const auto& ip = packet.header<Ipv4Header>(packet.l3);
    if (ip.ttl <= 1) {
        return refuse(packet, from, Reason::ttl_exceeded, icmp::kTimeExceeded, 0);
    }
    if (packet.later_piece) {
        table_.half(id).seen = tick_;
    } else if (const auto reason = track(packet, id); reason == Reason::tcp_not_syn) {
        const FlowKey key = table_.half(id).key; // over, and this begins another one
        erase(id / 2);
        return establish(packet, key, from, true);
    } else if (reason != Reason::none) {
        return drop(reason);
    }
    note_flow(id, false, false);
    return forward_by(packet, from, table_.half(id));
}

Verdict Router::forward_by(Packet& packet, const Origin& from, const Half& half) {
    const std::uint16_t mtu = neighbors_.at(half.adjacency).mtu;
    if (!packet.fits(mtu) && packet.header<Ipv4Header>(packet.l3).must_not_fragment()) {
        return refuse(packet, from, Reason::too_big, icmp::kUnreachable, icmp::kFragmentationNeeded, mtu);
    }
    translate(packet, half.rewrite);
    return send(packet, half.adjacency);
}

Verdict Router::send(Packet& packet, Neighbors::Id to) {
    const Adjacency& way = neighbors_.at(to);
    if (!packet.fits(way.mtu)) {
        return send_split(packet, to, way.mtu);
    }
    if (way.port == kNoPort) {
        return send_unresolved(packet.mbuf, to);
    }
    std::memcpy(packet.data, &way, 2 * sizeof(Mac));
    return forward_to(way.port);
}

} // namespace pontoon
