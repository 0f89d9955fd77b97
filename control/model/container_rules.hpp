// Which settings of a container contradict each other (docker-behaviours N-163 to N-165, N-173 to N-175). Pure
// functions.
#pragma once

#include <string>

#include "control/model/records.hpp"

namespace pontoon {

// "container:X" in its part X; empty for any other mode.
[[nodiscard]] std::string shared_container(const std::string& network_mode);

// Throws Refused (bad) with Docker's words. `given_hostname`: somebody asked for one.
void check_network_mode(const ContainerRecord& request, bool given_hostname);

// The driver that the next one looks at: a configuration is of none, and is refused where somebody joins it (N-169).
[[nodiscard]] std::string driver_for_rules(const NetworkRecord& network);

// Whether a container that is in `there`, by network mode `mode`, may be in a network of this driver too. Throws
// Refused.
void check_other_network(const std::string& mode, const std::string& driver, bool has_none, bool has_others);

// What Docker warns about when such a container is created.
[[nodiscard]] Texts creation_warnings(const ContainerRecord& container);

// What it says it serves: EXPOSE and what it publishes; each port once, in order.
[[nodiscard]] std::vector<ExposedPorts> exposed_ports(const ContainerRecord& container);

} // namespace pontoon
