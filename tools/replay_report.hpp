// What `pontoon replay` says at the end.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "dataplane/engine.hpp"

namespace pontoon {

struct ReplayReport {
    Stats stats;
    std::map<std::string, std::size_t> fdb; // entries by network
    std::map<Ipv4, Engine::NatUse> nat_use{};
};

// The statistics as JSON, a line a port (docs/replay.md). Ends with a newline.
[[nodiscard]] std::string to_json(const ReplayReport& report);

// The balance of packets and the reasons of drops, for people.
[[nodiscard]] std::string to_text(const ReplayReport& report);

} // namespace pontoon
