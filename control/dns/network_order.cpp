#include "control/dns/network_order.hpp"

#include <algorithm>
#include <tuple>

namespace pontoon {

std::vector<std::size_t> network_order(const State& state, const ContainerRecord& container) {
    std::vector<std::size_t> order;
    for (std::size_t index = 0; index < container.endpoints.size(); ++index) {
        const auto& endpoint = container.endpoints[index];
        if (endpoint.is_attached() && state.networks.by_id(endpoint.network_id) != nullptr) {
            order.push_back(index);
        }
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t index) {
        const auto& endpoint = container.endpoints[index];
        const auto& network = *state.networks.by_id(endpoint.network_id);
        return std::tuple{-std::int64_t{endpoint.gw_priority}, network.internal, network.name};
    });
    return order;
}

} // namespace pontoon
