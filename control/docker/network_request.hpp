// What the docker API asks of networks: bodies as records. All throw Refused with Docker's words and class.
#pragma once

#include <boost/json.hpp>

#include "control/http_text.hpp"
#include "control/model/records.hpp"

namespace pontoon {

// POST /networks/create. What we do not have is refused by name.
[[nodiscard]] NetworkRecord read_network(const boost::json::object& body, unsigned api_version = kNewestApi);

} // namespace pontoon
