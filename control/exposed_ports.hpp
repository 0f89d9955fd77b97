// `-P`: every port that a container says it serves, published on any free port of the host (docker-behaviours P-013).
#pragma once

#include <vector>

#include "control/model/records.hpp"

namespace pontoon {

// `specs`, and beside them one without host ports for what of `exposed` none of them is about.
[[nodiscard]] std::vector<PublishSpec> publish_all(std::vector<PublishSpec> specs,
                                                   const std::vector<ExposedPorts>& exposed);

} // namespace pontoon
