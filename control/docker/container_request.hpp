// What docker API requests ask for containers and their endpoints. Docker's keys that mean nothing here are ignored; of
// those that mean something every value is checked. All functions throw Refused with Docker's words.
#pragma once

#include <boost/json.hpp>

#include <string>

#include "control/model/records.hpp"

namespace pontoon {

// Body of POST /containers/create. `name` without '/', empty: none was asked for. Links have what containers were
// called by. Adds to `warnings`.
[[nodiscard]] ContainerRecord read_create_request(const boost::json::object& body, const std::string& name,
                                                  unsigned api_version, Texts& warnings);

// One of NetworkingConfig.EndpointsConfig, or EndpointConfig of POST /networks/{id}/connect (null: nothing was asked).
[[nodiscard]] EndpointRecord read_endpoint_settings(const boost::json::object* settings);

// "name[:alias]" (L-001).
[[nodiscard]] LegacyLink parse_link(const std::string& text);

} // namespace pontoon
