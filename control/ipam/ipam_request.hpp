// IPAM.Config of a network as a client sends it, and what is wrong with it in Docker's words (docker-behaviours N-100
// to N-108).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "control/model/records.hpp"

namespace pontoon {

// One entry; empty where nothing was told.
struct IpamText {
    std::string subnet;
    std::string ip_range;
    std::string gateway;
    std::map<std::string, std::string> auxiliary; // names to addresses
};

// The IPv4 entries: those of an IPv6 subnet are left out, as Docker does without --ipv6 (N-108), and so are those in
// which nothing is told. Throws Refused with all that is wrong, a line each.
[[nodiscard]] std::vector<IpamPool> read_ipam(const std::vector<IpamText>& entries);

} // namespace pontoon
