// Endpoints for people.
#pragma once

#include <boost/json.hpp>

#include <string>

namespace pontoon {

// NAME NETWORK IPV4 MAC INTERFACE PORTS, a line an endpoint.
[[nodiscard]] std::string table_text(const boost::json::array& endpoints);
// One line about an endpoint that was attached.
[[nodiscard]] std::string attached_text(const boost::json::object& endpoint);

} // namespace pontoon
