// Containers as the docker API shows them: GET /containers/json and /containers/{id}/json (docker-behaviours N-030 to
// N-035). Pure functions.
#pragma once

#include <boost/json.hpp>

#include "control/files/container_files.hpp"
#include "control/model/state.hpp"

namespace pontoon {

// `docker inspect`. `files` are the container's.
[[nodiscard]] boost::json::object container_json(const State& state, const ContainerRecord& container,
                                                 const ContainerFiles& files);
// A line of `docker ps`.
[[nodiscard]] boost::json::object container_summary(const State& state, const ContainerRecord& container, Time now);

// NetworkSettings.Ports: empty unless it runs.
[[nodiscard]] boost::json::object ports_json(const ContainerRecord& container);

// NetworkSettings.Networks, by name.
[[nodiscard]] boost::json::object networks_json(const State& state, const ContainerRecord& container);

// "created", "running", "exited".
[[nodiscard]] std::string_view to_string(ContainerRecord::State state);

} // namespace pontoon
