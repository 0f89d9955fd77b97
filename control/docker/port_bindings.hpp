// Published and exposed ports as JSON of Docker's API: HostConfig.PortBindings, Config.ExposedPorts,
// NetworkSettings.Ports and the Ports of a list of containers (docker-behaviours P-014 to P-016, N-033).
//
// Docker's JSON has an object for each port. Of a range of more than kMostListed ports in a row only the first and the
// last are listed; whoever wants to know it all reads the ranges as they are, in our own key "Publish".
#pragma once

#include <boost/json.hpp>

#include <vector>

#include "control/model/records.hpp"

namespace pontoon {

inline constexpr unsigned kMostListed = 1024;

// HostConfig.PortBindings: {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}, or null. Ports in a row become one range.
// A port with an empty list is published on any port, with a warning (P-015). Throws Refused.
[[nodiscard]] std::vector<PublishSpec> read_port_bindings(const boost::json::value& value, Texts& warnings);
[[nodiscard]] boost::json::object port_bindings_json(const std::vector<PublishSpec>& specs);

// Config.ExposedPorts: {"80/tcp": {}}, or null. Ports in a row become one range. Throws Refused.
[[nodiscard]] std::vector<ExposedPorts> read_exposed_ports(const boost::json::value& value);
[[nodiscard]] boost::json::object exposed_ports_json(const std::vector<ExposedPorts>& exposed);

// NetworkSettings.Ports: every exposed port, null where it is not published.
[[nodiscard]] boost::json::object ports_json(const std::vector<Publish>& bindings,
                                             const std::vector<ExposedPorts>& exposed);
// The same as GET /containers/json lists it.
[[nodiscard]] boost::json::array port_list_json(const std::vector<Publish>& bindings,
                                                const std::vector<ExposedPorts>& exposed);

} // namespace pontoon
