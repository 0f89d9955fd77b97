// The topology file: networks, the host's addresses, endpoints, published ports, links, the uplink and how flows are
// tracked, as JSON (docs/replay.md).
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "dataplane/config.hpp"

namespace pontoon {

// Reads and checks a whole topology. An error is one line that names the place and the reason, such as
// "networks[1].subnet: 172.18.5.0/24 overlaps 172.18.0.0/16 of network web".
[[nodiscard]] std::expected<Config, std::string> parse_topology(std::string_view json);

// The same from a file; errors begin with its name.
[[nodiscard]] std::expected<Config, std::string> load_topology(const std::filesystem::path& file);

} // namespace pontoon
