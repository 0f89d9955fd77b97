// Networks of the management plane as the switch has them. Pure.
#pragma once

#include <string>

#include "control/model/records.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

// Of a bridge network whose subnet is chosen and whose options have been checked.
[[nodiscard]] Network compile(const NetworkRecord& record);

// A network of the topology file as a record.
[[nodiscard]] NetworkRecord record_of(const Network& network);

// The host's interface in it (N-004): bridge.name, else docker0 for the default network, else "br-" and the first 12
// digits of its id.
[[nodiscard]] std::string host_interface(const NetworkRecord& record);

inline constexpr const char* kDefaultNetwork = "bridge";
[[nodiscard]] inline bool is_predefined(const NetworkRecord& record) {
    return record.name == kDefaultNetwork || record.name == "host" || record.name == "none";
}

} // namespace pontoon
