// The `filters` of GET /containers/json: which containers `docker ps` shows.
#pragma once

#include <vector>

#include "control/model/filters.hpp"
#include "control/model/state.hpp"

namespace pontoon {

struct ContainerQuery {
    bool all = false;  // not only those that run
    int limit = 0;     // the newest; 0: no limit
    Filters filters{}; // checked
};

// Throws Refused for filters that there are not, and values that make no sense.
void check_container_filters(const Filters& filters);

// The newest first. Throws Refused where `before` or `since` name no container.
[[nodiscard]] std::vector<const ContainerRecord*> select(const State& state, const ContainerQuery& query);

} // namespace pontoon
