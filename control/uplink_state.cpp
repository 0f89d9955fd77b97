#include "control/uplink_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace pontoon {

std::optional<Uplink> uplink_of(const InterfaceState& state) {
    if (state.addresses.empty()) {
        return std::nullopt;
    }
    Uplink uplink;
    uplink.ipv4 = state.addresses;
    uplink.mac = state.mac;
    uplink.gateway = state.gateway;
    uplink.neighbors = state.neighbors;
    uplink.mtu = static_cast<std::uint16_t>(std::clamp(state.mtu, 68U, 65535U));
    uplink.routes = state.routes;
    uplink.shared = true;
    return uplink;
}

bool is_news(const std::optional<Uplink>& now, const std::optional<Uplink>& next) {
    if (!now || !next) {
        return now.has_value() != next.has_value();
    }
    const bool moved = std::ranges::any_of(next->neighbors, [&](const auto& neighbor) {
        const auto known = now->neighbors.find(neighbor.first);
        return known != now->neighbors.end() && known->second != neighbor.second;
    });
    Uplink same = *next;
    same.neighbors = now->neighbors;
    return moved || same != *now;
}

void check_apart(const Uplink& uplink, const std::vector<Network>& networks) {
    for (const auto& network : networks) {
        for (const auto& address : uplink.ipv4) {
            if (address.prefix().overlaps(network.subnet)) {
                throw std::runtime_error(fmt::format("the uplink's {} overlaps {} of network {}",
                                                     address.prefix().to_string(), network.subnet.to_string(),
                                                     network.name));
            }
        }
    }
}

} // namespace pontoon
