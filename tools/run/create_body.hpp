// What `run` and `create` send: Docker's create body, with our own key Publish that keeps ranges of ports whole.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "tools/cli/verb.hpp"

namespace pontoon {

// Throws std::runtime_error with Docker's texts. Reads the files of --env-file.
[[nodiscard]] boost::json::object create_body(const Arguments& arguments);

// The flags of run and create that say what a container is.
[[nodiscard]] std::vector<Flag> create_flags();

// -e and --env-file: NAME=VALUE; a NAME alone takes the value of our own environment, or is left out.
[[nodiscard]] std::vector<std::string> environment_of(const Arguments& arguments);

// --expose: "80", "80/udp", "8000-8010/tcp" as keys "80/tcp".
[[nodiscard]] std::vector<std::string> exposed_ports(const std::string& text);

} // namespace pontoon
