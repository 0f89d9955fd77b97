#include "control/model/gateway.hpp"

#include <algorithm>
#include <tuple>

namespace pontoon {

const std::string* network_option(const NetworkRecord& network, const std::string& name) {
    const auto found = network.options.find(name);
    return found == network.options.end() ? nullptr : &found->second;
}

std::optional<Ipv4> container_gateway(const NetworkRecord& network) {
    const auto* mode = network_option(network, "com.docker.network.bridge.gateway_mode_ipv4");
    if (network.internal || (mode != nullptr && *mode == "isolated")) {
        return std::nullopt;
    }
    for (const auto& pool : network.pools) {
        if (const auto found = pool.auxiliary.find(kDefaultGateway); found != pool.auxiliary.end()) {
            return found->second;
        }
    }
    return network.gateway;
}

std::vector<std::size_t> gateway_order(const State& state, const ContainerRecord& container) {
    struct Candidate {
        std::size_t index;
        const EndpointRecord* endpoint;
        const NetworkRecord* network;
    };
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < container.endpoints.size(); ++i) {
        const auto& endpoint = container.endpoints[i];
        const auto* network = state.networks.by_id(endpoint.network_id);
        if (endpoint.is_attached() && network != nullptr && network->driver == "bridge") {
            candidates.push_back({i, &endpoint, network});
        }
    }
    std::ranges::sort(candidates, {}, [](const Candidate& one) { // false and less come first
        return std::tuple(-std::int64_t{one.endpoint->gw_priority}, one.network->internal,
                          !container_gateway(*one.network).has_value(), one.network->name);
    });
    std::vector<std::size_t> order;
    std::ranges::transform(candidates, std::back_inserter(order), &Candidate::index);
    return order;
}

std::optional<std::size_t> gateway_endpoint(const State& state, const ContainerRecord& container) {
    for (const auto index : gateway_order(state, container)) {
        if (container_gateway(*state.networks.by_id(container.endpoints[index].network_id))) {
            return index;
        }
    }
    return std::nullopt;
}

} // namespace pontoon
