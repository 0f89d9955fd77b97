// What a request for a network may say, and which networks filters mean (docker-behaviours sections 1.5 and 1.6).
#pragma once

#include <optional>
#include <string>

#include "control/model/filters.hpp"
#include "control/model/records.hpp"
#include "control/model/state.hpp"

namespace pontoon {

// Its name (N-050, N-051). Throws Refused.
void check_name(const NetworkRecord& request);
// The rest by itself: what goes with --config-only and --config-from. Throws Refused.
void check_request(const NetworkRecord& request);
// Whether there is such a driver, and IPAM driver. Throws Refused.
void check_driver(const NetworkRecord& request);

// `docker network ls --filter` (N-055). Throw Refused.
void check_list_filters(const Filters& filters);
[[nodiscard]] bool match_list(const NetworkRecord& network, const State& state, const Filters& filters);

// `docker network prune --filter` (N-056). The first, which throws Refused, says until when networks have to have been
// made that match.
[[nodiscard]] std::optional<Time> check_prune_filters(const Filters& filters);
[[nodiscard]] bool match_prune(const NetworkRecord& network, const Filters& filters, const std::optional<Time>& until);

} // namespace pontoon
