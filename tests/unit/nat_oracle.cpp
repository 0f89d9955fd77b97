#include "tests/unit/nat_oracle.hpp"

#include <algorithm>
#include <utility>

#include "tests/support/config_lookup.hpp"

namespace pontoon::test {

void NatOracle::publish(const Config& config) {
    config_ = config;
    if (fault_ == Fault::ignores_icc) {
        for (auto& network : config_.networks) {
            network.icc = true;
        }
    }
    if (fault_ == Fault::keeps_publishing) {
        for (const auto& flow : nat_.flows()) {
            if (flow.publish && std::ranges::count(config_.publishes, *flow.publish) == 0 &&
                endpoint_named(config_, flow.publish->endpoint) != nullptr) {
                config_.publishes.push_back(*flow.publish);
            }
        }
    }
    nat_.configure(config_);
}

bool NatOracle::choose(const Outcome& outcome, Datagram& datagram) {
    const Tuple tuple = tuple_of(datagram);
    auto addresses = host_addresses(config_);
    addresses.push_back(tuple.source); // which may be kept
    std::vector<Tuple> choices;
    for (const auto address : addresses) {
        for (const auto port : nat_ports(config_)) {
            if (outcome.objection(address, port).empty()) {
                choices.push_back(tuple);
                choices.back().source = address;
                choices.back().source_port = port;
            }
        }
    }
    if (!choices.empty()) {
        Tuple choice = dice_.pick(choices);
        if (fault_ == Fault::takes_any_port) {
            choice.source_port = dice_.pick(nat_ports(config_));
        }
        rewrite(datagram, choice);
    }
    return !choices.empty();
}

std::optional<Delivery> NatOracle::treat(const std::string& port, const Datagram& datagram) {
    auto outcomes = nat_.outcomes(port, datagram);
    if (fault_ == Fault::open_to_strangers && port == kUplinkName && outcomes.size() == 1 && !outcomes[0].delivery) {
        for (const auto& flow : nat_.flows()) {
            if (flow.client_network == "closed" && flow.in[1].destination_port == tuple_of(datagram).destination_port &&
                flow.in[1].protocol == datagram.protocol && !datagram.is_error()) {
                Datagram as_if = datagram;
                rewrite(as_if, flow.in[1]);
                outcomes = nat_.outcomes(port, as_if);
            }
        }
    }
    for (std::size_t i = outcomes.size(); i > 1; --i) {
        std::swap(outcomes[i - 1], outcomes[dice_.below(static_cast<unsigned>(i))]);
    }
    for (const auto& outcome : outcomes) {
        const bool refuses = fault_ == Fault::refuses_early && outcome.objection && dice_.chance(1);
        if (!outcome.delivery || refuses) {
            if (!outcome.delivery) {
                outcome.commit({});
            }
            ++drops_[outcome.reasons.empty() ? "no_reason" : outcome.reasons.front()];
            return std::nullopt;
        }
        Delivery delivery = *outcome.delivery;
        if (outcome.objection && !choose(outcome, delivery.datagram)) {
            continue;
        }
        outcome.commit(tuple_of(delivery.datagram));
        spoil(datagram, delivery);
        return delivery;
    }
    ++drops_["no_nat_port"];
    return std::nullopt;
}

void NatOracle::spoil(const Datagram& datagram, Delivery& delivery) {
    auto& out = delivery.datagram;
    const bool had_sum = out.protocol != kUdp || out.transport[6] != 0 || out.transport[7] != 0;
    if (fault_ == Fault::keeps_ttl && out.ttl + 1 == datagram.ttl) {
        ++out.ttl;
    }
    if (fault_ == Fault::quotes_untranslated && out.is_error()) {
        const auto outer = Bytes(out.transport.begin(), out.transport.begin() + 8);
        out.transport = datagram.transport;
        std::ranges::copy(outer, out.transport.begin());
    }
    seal(out, had_sum);
    if (fault_ == Fault::wrong_sum && had_sum && dice_.chance(1)) {
        out.transport.back() ^= 1;
    }
}

// The whole that `piece` completes, and where it was cut.
std::optional<std::pair<Datagram, std::vector<std::size_t>>> NatOracle::completed(const Datagram& piece) {
    auto& pieces = pieces_[piece.id];
    pieces.push_back(piece);
    const auto whole = joined(pieces);
    if (!whole) {
        return std::nullopt;
    }
    std::vector<std::size_t> cuts;
    for (const auto& part : pieces) {
        cuts.push_back((part.fragment & 0x1fffU) * 8U);
    }
    std::ranges::sort(cuts);
    cuts.erase(cuts.begin());
    pieces_.erase(piece.id);
    return std::pair(*whole, cuts);
}

PortFrames NatOracle::run(std::uint64_t now, const PortFrames& frames) {
    // Flows that it makes end 15 s too early or too late.
    const bool early = fault_ == Fault::forgets_flows, late = fault_ == Fault::keeps_flows;
    for (auto* timeout : {&config_.conntrack.udp_timeout, &config_.conntrack.icmp_timeout}) {
        *timeout = early ? 15 : late ? 45 : 30;
    }
    nat_.configure(config_);
    nat_.advance(now);
    PortFrames sent;
    for (const auto& [port, frame] : frames) {
        const auto whole = completed(datagram_of(frame).value());
        const auto delivery = whole ? treat(port, whole->first) : std::nullopt;
        if (!delivery) {
            continue;
        }
        auto pieces = pieces_of(delivery->datagram, whole->second);
        if (pieces.size() > 1 && fault_ == Fault::loses_a_piece && dice_.chance(10)) {
            pieces.pop_back();
        }
        for (const auto& piece : pieces) {
            sent.emplace_back(delivery->port, frame_of(piece));
        }
    }
    return sent;
}

} // namespace pontoon::test
