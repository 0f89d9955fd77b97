// How the reference NAT makes flows, chooses ports and translates.
#include <fmt/format.h>

#include <algorithm>

#include "tests/support/config_lookup.hpp"
#include "tests/support/reference_nat.hpp"

namespace pontoon::test {

namespace {

// UDP may come without a checksum, and then leaves without one.
bool has_sum(const Datagram& datagram) {
    constexpr std::size_t at = 6; // in the UDP header
    return datagram.protocol != kUdp || datagram.transport[at] != 0 || datagram.transport[at + 1] != 0;
}

} // namespace

Delivery ReferenceNat::routed(const Datagram& datagram, const Tuple& to, const std::string& receiver) const {
    Datagram out = datagram;
    rewrite(out, to);
    if (!out.is_error()) { // whose quote the caller has made
        seal(out, has_sum(datagram));
    }
    --out.ttl;
    if (receiver.empty()) {
        out.from = config_.uplink->mac;
        out.to = next_hop(*config_.uplink, to.destination);
        return {kUplinkName, out};
    }
    const auto& endpoint = *endpoint_named(config_, receiver);
    out.from = network_of(config_, endpoint).gateway_mac;
    out.to = endpoint.mac;
    return {receiver, out};
}

Outcome ReferenceNat::passing(Flow& flow, unsigned direction, const Datagram& datagram) {
    Outcome outcome;
    outcome.what = fmt::format("{} of {}", direction == 0 ? "next" : "answer", text_of(flow));
    outcome.delivery = routed(datagram, flow.out[direction], direction == 0 ? flow.server : flow.client);
    outcome.commit = [this, &flow, direction, datagram, left = outcome.delivery->datagram](const Tuple&) {
        flow.doubtful = false;
        track(flow, direction, datagram, left, config_.conntrack, now_);
    };
    return outcome;
}

// What leaves tells the translated source.
Outcome ReferenceNat::creation(std::string what, const Datagram& datagram, const Flow& flow) {
    Outcome outcome;
    outcome.what = std::move(what);
    outcome.delivery = routed(datagram, flow.out[0], flow.server);
    outcome.commit = [this, flow, datagram, expected = outcome.delivery->datagram](const Tuple& leaves) {
        Flow made = flow;
        made.number = ++made_;
        made.out[0] = leaves;
        made.in[1] = leaves.reversed();
        Datagram left = expected;
        rewrite(left, leaves);
        seal(left, has_sum(expected));
        // Whatever held this tuple with a doubt is gone, or it could not have been chosen.
        std::erase_if(flows_, [&](const Flow& other) {
            return other.in[0] == made.in[1] || other.in[1] == made.in[1] || other.in[0] == made.in[0];
        });
        track(made, 0, datagram, left, config_.conntrack, now_);
        flows_.push_back(std::move(made));
    };
    return outcome;
}

bool ReferenceNat::is_free(const Tuple& answer, bool doubtful_is_free) {
    const auto holder = find(answer);
    return holder.flow == nullptr || (doubtful_is_free && holder.flow->doubtful);
}

ReferenceNat::Outcomes ReferenceNat::keeping_source(const Datagram& datagram, const Flow& flow) {
    Outcomes all;
    if (is_free(flow.in[1], true)) {
        all.push_back(creation("new flow, source kept", datagram, flow));
    }
    if (!is_free(flow.in[1], false)) {
        // Its answers would be taken for another flow's: Linux changes the source port, refusing is legal too.
        auto changed =
            creation("new flow, source port changed because its answers belong to another flow", datagram, flow);
        changed.objection = [this, flow](Ipv4 address, std::uint16_t port) -> std::string {
            Tuple answer = flow.in[1];
            answer.destination_port = port;
            return address != flow.out[0].source ? "the source address changed"
                   : !is_free(answer, true)      ? "another flow has these answers: " + text_of(*find(answer).flow)
                                                 : "";
        };
        all.push_back(std::move(changed));
        all.push_back({.what = "refused: its answers would be another flow's", .commit = [](const Tuple&) {}});
    }
    return all;
}

ReferenceNat::Outcomes ReferenceNat::masquerading(const Datagram& datagram, const Flow& flow,
                                                  const std::vector<Ipv4>& addresses) {
    Outcomes all;
    auto made = creation("new flow with a NAT port", datagram, flow);
    made.objection = [this, flow, addresses](Ipv4 address, std::uint16_t port) {
        return objection(flow, addresses, address, port);
    };
    all.push_back(std::move(made));
    if (may_refuse(flow, addresses)) {
        all.push_back({.what = "no NAT port left", .reasons = {"no_nat_port"}, .commit = [](const Tuple&) {}});
    }
    return all;
}

std::size_t ReferenceNat::ports_in_use(const Flow& flow, Ipv4 address, bool doubtful_too) {
    Tuple answer = flow.in[1];
    answer.destination = address;
    return static_cast<std::size_t>(std::ranges::count_if(nat_ports(config_), [&](std::uint16_t port) {
        answer.destination_port = port;
        return !is_free(answer, !doubtful_too);
    }));
}

// Each worker owns a part of the ports, so the owner's may all be in use when that many are.
bool ReferenceNat::may_refuse(const Flow& flow, const std::vector<Ipv4>& addresses) {
    const auto enough = nat_ports(config_).size() / workers_;
    return std::ranges::all_of(addresses, [&](Ipv4 address) { return ports_in_use(flow, address, true) >= enough; });
}

std::string ReferenceNat::objection(const Flow& flow, const std::vector<Ipv4>& addresses, Ipv4 address,
                                    std::uint16_t port) {
    const auto at = std::ranges::find(addresses, address);
    if (at == addresses.end()) {
        return fmt::format("the source is {}, but should be {}", address.to_string(), addresses.front().to_string());
    }
    if (std::ranges::count(nat_ports(config_), port) == 0) {
        return fmt::format("{} is no NAT port", port);
    }
    Tuple answer = flow.in[1];
    answer.destination = address;
    answer.destination_port = port;
    if (!is_free(answer, true)) {
        return "in use: " + text_of(*find(answer).flow);
    }
    const std::vector<Ipv4> earlier(addresses.begin(), at);
    if (!earlier.empty() && !may_refuse(flow, earlier)) {
        return fmt::format("{} was taken though an earlier address had a free port", address.to_string());
    }
    return "";
}

ReferenceNat::Outcomes ReferenceNat::error(const std::string& port, const Datagram& datagram) {
    Outcome nowhere{.what = "an ICMP error about nothing known", .commit = [](const Tuple&) {}};
    const auto* client = endpoint_named(config_, port);
    if (client != nullptr && !network_of(config_, *client).host_port.empty() &&
        is_host_address(config_, tuple_of(datagram).destination)) {
        nowhere = to_attached_host(*client, datagram).front();
    }
    const Datagram quote = quote_of(datagram);
    // The quoted packet left in one direction, so its answers arrive in the other.
    const auto [flow, back] = find(tuple_of(quote).reversed());
    const unsigned direction = 1 - back;
    if (flow == nullptr || !flow->arrived[direction] || flow->out[direction] != tuple_of(quote)) {
        return {nowhere};
    }
    Datagram inner = *flow->arrived[direction];
    inner.ttl = quote.ttl;
    inner.id = quote.id;
    Datagram out = datagram;
    const Tuple& was = flow->in[direction];
    const Tuple& became = flow->out[direction];
    // A router on the way keeps its address, unless it is on the side of whom nobody else may see.
    Tuple ends = tuple_of(datagram);
    ends.source = became.destination != was.destination ? was.destination : datagram.source;
    ends.destination = was.source;
    out.transport = error_about(datagram.transport[0], datagram.transport[1], inner, quote.transport.size());
    std::copy_n(datagram.transport.begin() + 4, 4, out.transport.begin() + 4);
    Outcome told{.what = "an ICMP error for " + text_of(*flow), .commit = [](const Tuple&) {}};
    told.delivery = routed(out, ends, direction == 0 ? flow->client : flow->server);
    return flow->doubtful ? Outcomes{told, nowhere} : Outcomes{told};
}

} // namespace pontoon::test
