// What `pontoon doctor` concludes, from facts alone.
#pragma once

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "tools/cli/host_facts.hpp"

namespace pontoon {

struct Finding {
    enum class Kind { ok, note, wrong };
    Kind kind = Kind::ok;
    std::string subject; // uplink, route, DNS ...
    std::string text;
    std::string remedy; // what to do; empty where nothing is wrong
};

// `daemon` is GET /pontoon/v1/doctor.
[[nodiscard]] std::vector<Finding> check_host(const HostFacts& host, const boost::json::value& daemon);

// A container and the networks that it is on (GET /containers/{id}/json, GET /networks/{id}).
[[nodiscard]] std::vector<Finding> check_container(const HostFacts& host, const boost::json::value& daemon,
                                                   const boost::json::value& container,
                                                   const std::vector<boost::json::value>& networks);

} // namespace pontoon
