// GET /events of the docker API: what has happened and what happens, one JSON object a line.
#pragma once

#include <boost/json.hpp>

#include "control/http.hpp"
#include "control/model/events.hpp"
#include "control/model/filters.hpp"

namespace pontoon {

// Keeps a reference to `events`.
void add_event_routes(HttpRoutes& routes, Events& events);

[[nodiscard]] boost::json::object event_json(const Event& event);
// Whether `docker events --filter` shows it.
[[nodiscard]] bool match_event(const Event& event, const Filters& filters);

} // namespace pontoon
