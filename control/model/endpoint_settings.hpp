// What was asked for a container's place in a network: whether it makes sense, and what its options mean
// (docker-behaviours N-154 to N-161, M-010, M-012, M-027). Pure functions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "control/model/records.hpp"

namespace pontoon {

// Throws Refused (bad) "invalid endpoint settings:\n" and all that is wrong, a line each. `network` is null where a
// network of that name is not there yet.
void check_endpoint_settings(const std::string& name, const NetworkRecord* network, const EndpointRecord& settings);

// Neither default, bridge, host, none nor container:X.
[[nodiscard]] bool is_user_defined(const std::string& network_mode);

// The interface's name that was asked for, or empty: com.docker.network.endpoint.ifname.
[[nodiscard]] std::string wanted_interface(const EndpointRecord& settings);
// How names of interfaces in this network begin: com.docker.network.container_iface_prefix, or "eth".
[[nodiscard]] std::string interface_prefix(const NetworkRecord& network);
// com.docker.network.endpoint.sysctls for an interface: paths below /proc/sys and values.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> sysctls_of(const EndpointRecord& settings,
                                                                          const std::string& interface);
// com.docker.network.advertise_addr_nmsgs and _ms, which the network has been checked for.
[[nodiscard]] Announcements announcements_of(const NetworkRecord& network);

} // namespace pontoon
