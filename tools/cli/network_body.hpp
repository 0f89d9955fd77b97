// What `network create` and `network connect` send.
#pragma once

#include <boost/json.hpp>

#include "tools/cli/verb.hpp"

namespace pontoon {

// Throws std::runtime_error with the texts of docker-behaviours N-138.
[[nodiscard]] boost::json::object network_create_body(const Arguments& arguments);
[[nodiscard]] boost::json::object network_connect_body(const Arguments& arguments);

// ["a=b", "c"] is {"a": "b", "c": ""}.
[[nodiscard]] boost::json::object pairs_object(const std::vector<std::string>& pairs);

} // namespace pontoon
