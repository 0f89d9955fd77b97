// Which of a container's endpoints is its way out (docker-behaviours M-020 to M-024). Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "control/model/state.hpp"

namespace pontoon {

// The running container's endpoints in the order in which they are preferred as default gateway (M-020): indices into
// `endpoints`. Those that the switch has no part of (host, none) are not among them.
[[nodiscard]] std::vector<std::size_t> gateway_order(const State& state, const ContainerRecord& container);

// The first of them that has a gateway: it has the default route, and publishes the ports.
[[nodiscard]] std::optional<std::size_t> gateway_endpoint(const State& state, const ContainerRecord& container);

// The auxiliary address that takes the gateway's place (I-025).
inline constexpr const char* kDefaultGateway = "DefaultGatewayIPv4";

// What a container in this network has its default route by; nothing where there is no way out.
[[nodiscard]] std::optional<Ipv4> container_gateway(const NetworkRecord& network);

// A network's option, or null.
[[nodiscard]] const std::string* network_option(const NetworkRecord& network, const std::string& name);

} // namespace pontoon
