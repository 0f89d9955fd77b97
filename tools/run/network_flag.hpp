// The grammar of `--network` (docker's opts/network.go): a network's name, or fields with commas.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "tools/cli/verb.hpp"

namespace pontoon {

struct NetworkChoice {
    std::string name;             // also host, none, container:NAME
    boost::json::object settings; // of the endpoint
};

// Throws std::runtime_error: `invalid argument "nn=x" for "--network" flag: invalid field key nn`.
[[nodiscard]] NetworkChoice parse_network(const std::string& text);

// All of a command line, with --ip, --mac-address, --network-alias, --link and --link-local-ip put into the first one.
// Never empty.
[[nodiscard]] std::vector<NetworkChoice> network_choices(const Arguments& arguments);

// Not default, bridge, host, none or container:
[[nodiscard]] bool is_user_network(const std::string& network);

} // namespace pontoon
