#include "tests/support/reference_nat.hpp"

#include <algorithm>
#include <utility>

#include "tests/support/config_lookup.hpp"

namespace pontoon::test {

namespace {

Outcome dropped(std::string what, std::vector<std::string> reasons = {}) {
    return {.what = std::move(what), .reasons = std::move(reasons), .commit = [](const Tuple&) {}};
}

Outcome delivered(std::string what, Delivery delivery) {
    return {.what = std::move(what), .delivery = std::move(delivery), .commit = [](const Tuple&) {}};
}

// What a gateway answers to an echo request.
Delivery echo_reply(const std::string& port, const Datagram& request) {
    Datagram reply = request;
    std::swap(reply.to, reply.from);
    std::swap(reply.source, reply.destination);
    reply.ttl = 64;
    reply.transport[0] = kEchoReply;
    return {port, reply};
}

} // namespace

std::string mismatch(const Outcome& outcome, const std::optional<Delivery>& actual) {
    if (!outcome.delivery || !actual) {
        return outcome.delivery ? "nothing left" : actual ? "it left on " + actual->port : "";
    }
    if (outcome.delivery->port != actual->port) {
        return "it left on " + actual->port + " instead of " + outcome.delivery->port;
    }
    Datagram expected = outcome.delivery->datagram;
    if (outcome.objection) {
        if (actual->datagram.protocol != expected.protocol) {
            return "the protocol differs";
        }
        const Tuple left = tuple_of(actual->datagram);
        if (auto objection = outcome.objection(left.source, left.source_port); !objection.empty()) {
            return objection;
        }
        Tuple chosen = tuple_of(expected);
        chosen.source = left.source;
        chosen.source_port = left.source_port;
        rewrite(expected, chosen);
    }
    return difference(expected, actual->datagram);
}

void ReferenceNat::configure(const Config& config) {
    std::erase_if(flows_, [&](Flow& flow) { return !lives_on(flow, config); });
    config_ = config;
}

bool ReferenceNat::lives_on(Flow& flow, const Config& config) const {
    for (const auto& name : {flow.client, flow.server}) {
        const auto* before = name.empty() ? nullptr : endpoint_named(config_, name);
        const auto* after = name.empty() ? nullptr : endpoint_named(config, name);
        if (before != nullptr && (after == nullptr || *after != *before)) {
            return false;
        }
    }
    if (flow.publish) {
        const auto* leads = publish_for(config, flow.in[0]);
        const bool kept = std::ranges::count(config.publishes, *flow.publish) != 0;
        const bool same = leads != nullptr &&
                          published(config, *leads, flow.in[0]).reversed().source == flow.in[1].source &&
                          published(config, *leads, flow.in[0]).destination_port == flow.in[1].source_port;
        if (!kept && !same) {
            return false;
        }
        flow.doubtful = flow.doubtful || !kept || leads == nullptr || *leads != *flow.publish;
    }
    const bool same_network = !flow.server.empty() && !flow.client.empty() &&
                              endpoint_named(config, flow.server)->network == flow.client_network;
    if (!flow.client.empty() && !same_network &&
        network_named(config, flow.client_network).masquerade !=
            network_named(config_, flow.client_network).masquerade) {
        flow.doubtful = true;
    }
    return true;
}

void ReferenceNat::advance(std::uint64_t now) {
    now_ = now;
    std::erase_if(flows_, [&](const Flow& flow) { return flow.end <= now_; });
    for (auto& flow : flows_) {
        flow.doubtful = flow.doubtful || (flow.doubt_from != 0 && flow.doubt_from <= now_);
    }
}

ReferenceNat::Found ReferenceNat::find(const Tuple& tuple) {
    for (auto& flow : flows_) {
        for (const unsigned direction : {0U, 1U}) {
            if (flow.in[direction] == tuple) {
                return {&flow, direction};
            }
        }
    }
    return {};
}

void ReferenceNat::doubt(const Tuple& tuple) {
    if (const auto found = find(tuple); found.flow != nullptr) {
        found.flow->doubtful = true;
    }
}

void ReferenceNat::forget(std::uint64_t number) {
    std::erase_if(flows_, [&](const Flow& flow) { return flow.number == number; });
}

std::vector<Outcome> ReferenceNat::outcomes(const std::string& port, const Datagram& datagram) {
    const auto* endpoint = port == kUplinkName ? nullptr : endpoint_named(config_, port);
    if (port != kUplinkName && endpoint == nullptr) {
        return {dropped("its port is in no network", {"port_detached"})};
    }
    if (endpoint != nullptr && datagram.to != network_of(config_, *endpoint).gateway_mac) {
        return bridged(*endpoint, datagram);
    }
    if (datagram.is_error()) {
        return error(port, datagram);
    }
    const auto [flow, direction] = find(tuple_of(datagram));
    if (flow == nullptr) {
        return new_flow(port, datagram);
    }
    Outcomes all{passing(*flow, direction, datagram)};
    if (flow->doubtful) {
        auto otherwise = new_flow(port, datagram);
        if (datagram.protocol == kSctp) { // nothing but INIT begins an association
            otherwise.push_back(dropped("SCTP that belongs to nothing any more"));
        }
        for (auto& outcome : otherwise) {
            const auto commit = outcome.commit;
            outcome.commit = [this, commit, number = flow->number](const Tuple& left) {
                forget(number);
                commit(left);
            };
            all.push_back(std::move(outcome));
        }
    }
    return all;
}

ReferenceNat::Outcomes ReferenceNat::new_flow(const std::string& port, const Datagram& datagram) {
    return port == kUplinkName ? from_outside(datagram) : from_container(*endpoint_named(config_, port), datagram);
}

ReferenceNat::Outcomes ReferenceNat::bridged(const Endpoint& endpoint, const Datagram& datagram) const {
    const auto found = std::ranges::find(config_.endpoints, datagram.to, &Endpoint::mac);
    if (found == config_.endpoints.end() || found->network != endpoint.network) {
        return {dropped("no such station in this network")};
    }
    if (!network_of(config_, endpoint).icc && !is_linked(config_, endpoint, *found, tuple_of(datagram))) {
        return {dropped("icc=false and no link", {"icc_denied"})};
    }
    return {delivered("bridged as it is", {found->name, datagram})};
}

ReferenceNat::Outcomes ReferenceNat::from_outside(const Datagram& datagram) {
    const Tuple tuple = tuple_of(datagram);
    if (!is_host_address(config_, tuple.destination)) {
        return {dropped("from outside to no address of the host, no flow")};
    }
    if (datagram.is_echo(kEchoRequest)) { // the host's own business
        return {dropped("ping of the host"), delivered("ping of the host", echo_reply(kUplinkName, datagram))};
    }
    const auto* publish = publish_for(config_, tuple);
    if (publish == nullptr) {
        return {dropped("from outside, no flow and not published")};
    }
    Flow flow = flow_of(tuple, published(config_, *publish, tuple));
    flow.server = publish->endpoint;
    flow.publish = *publish;
    return keeping_source(datagram, flow);
}

ReferenceNat::Outcomes ReferenceNat::from_container(const Endpoint& client, const Datagram& datagram) {
    const auto& network = network_of(config_, client);
    const Tuple tuple = tuple_of(datagram);
    if (is_host_address(config_, tuple.destination)) {
        return to_host(client, datagram);
    }
    const bool isolated = std::ranges::any_of(
        config_.networks, [&](const Network& other) { return other.subnet.contains(tuple.destination); });
    if (network.internal) {
        return {dropped("out of an internal network",
                        isolated ? std::vector<std::string>{} : std::vector<std::string>{"internal_network"})};
    }
    if (isolated) {
        return {dropped("to another network", {"network_isolated"})};
    }
    Flow flow = flow_of(tuple, tuple);
    flow.client = client.name;
    flow.client_network = network.name;
    if (!network.masquerade) {
        return keeping_source(datagram, flow);
    }
    std::vector<Ipv4> addresses;
    for (const auto& address : config_.uplink->ipv4) {
        addresses.push_back(address.address);
    }
    return masquerading(datagram, flow, network.host_ipv4 ? std::vector{*network.host_ipv4} : addresses);
}

ReferenceNat::Outcomes ReferenceNat::to_attached_host(const Endpoint& client, const Datagram& datagram) const {
    const auto& network = network_of(config_, client);
    if (network.internal && tuple_of(datagram).destination != network.gateway) {
        return {dropped("from an internal network to another address of the host", {"internal_network"})};
    }
    return {delivered("to the host as it is", {network.host_port, datagram})};
}

ReferenceNat::Outcomes ReferenceNat::to_host(const Endpoint& client, const Datagram& datagram) {
    const auto& network = network_of(config_, client);
    const Tuple tuple = tuple_of(datagram);
    if (!network.host_port.empty() && publish_for(config_, tuple) == nullptr) {
        return to_attached_host(client, datagram);
    }
    if (datagram.is_echo(kEchoRequest)) {
        Outcomes answers{delivered("answered by the gateway", echo_reply(client.name, datagram))};
        if (!is_gateway_address(config_, tuple.destination)) { // the host's own business
            answers.push_back(dropped("ping of the host"));
        }
        return answers;
    }
    const auto* publish = network.internal ? nullptr : publish_for(config_, tuple);
    if (publish == nullptr) {
        return {dropped(network.internal ? "from an internal network to the host" : "nothing listens there")};
    }
    const auto& server_network = network_of(config_, *endpoint_named(config_, publish->endpoint));
    Flow flow = flow_of(tuple, published(config_, *publish, tuple));
    flow.client = client.name;
    flow.client_network = network.name;
    flow.server = publish->endpoint;
    flow.publish = *publish;
    if (!network.masquerade && server_network.name != network.name) {
        return keeping_source(datagram, flow);
    }
    return masquerading(datagram, flow, {network.host_ipv4.value_or(server_network.gateway)});
}

} // namespace pontoon::test
