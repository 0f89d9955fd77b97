// All that the management plane knows, in one place; what changes it is Networks and Containers.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "control/model/records.hpp"
#include "control/model/registry.hpp"

namespace pontoon {

struct State {
    Registry<NetworkRecord> networks;
    Registry<ContainerRecord> containers;
    // Which containers are attached to a network now: network id to container ids.
    std::map<std::string, std::set<std::string>> attached;
};

// 64 random hexadecimal digits whose first 12 are not all decimal ones (N-003).
[[nodiscard]] std::string new_id();
// The first 12.
[[nodiscard]] inline std::string short_id(const std::string& id) {
    return id.substr(0, 12);
}

// The one that `key` means. Throws Refused with Docker's words: "network X not found", "network X is ambiguous (N
// matches found based on ID prefix)", "No such container: X".
[[nodiscard]] const NetworkRecord& find_network(const State& state, const std::string& key);
[[nodiscard]] const ContainerRecord& find_container(const State& state, const std::string& key);

} // namespace pontoon
