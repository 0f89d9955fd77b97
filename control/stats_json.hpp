// Statistics as JSON (docs/replay.md), part by part.
#pragma once

#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dataplane/observe/counters.hpp"

namespace pontoon {

[[nodiscard]] boost::json::object drops_json(const std::array<std::uint64_t, kReasonCount>& drops);
[[nodiscard]] boost::json::object flows_json(const FlowStats& flows);
[[nodiscard]] boost::json::object balance_json(const Stats& stats);
// The member "ports", a line a port, with a comma behind it.
[[nodiscard]] std::string ports_json(const Stats& stats);
// One member of an object on a line, with a comma where another comes.
[[nodiscard]] std::string member_json(std::string_view name, const boost::json::value& value, bool last = false);

// All that Stats has. Ends with a newline.
[[nodiscard]] std::string to_json(const Stats& stats);

} // namespace pontoon
