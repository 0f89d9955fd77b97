// What the switch is to be, as the control plane keeps it: everything that a Config is made of, in one place.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "dataplane/config_change.hpp"

namespace pontoon {

struct Desired {
    std::vector<Network> networks;
    std::vector<Link> links;
    Conntrack conntrack;
    std::optional<Uplink> uplink;
    std::vector<Ipv4> host_addresses; // all of the host, sorted
    std::map<std::string, Attachment> attachments;

    [[nodiscard]] const Network* network(const std::string& name) const;
};

// Pure: the same state always gives the same Config.
[[nodiscard]] Config to_config(const Desired& desired);

// The same without endpoints and what they publish, which costs nothing where there are many.
[[nodiscard]] Config to_config_without_endpoints(const Desired& desired);

// What makes `after` of `before`, where it is known that no other endpoints than these are different. It costs a look
// at each network, and at no other endpoint.
[[nodiscard]] ConfigChange change_of(const ConfigByName& before, const Desired& after,
                                     const std::vector<std::string>& endpoints);

// The networks, links and conntrack of `topology`, or none. A file may have the uplink's addresses only where nobody
// else knows them (`uplink_in_file`: a NIC given to DPDK). Throws std::runtime_error.
[[nodiscard]] Desired load_desired(const std::optional<std::filesystem::path>& topology, bool uplink_in_file);

// The host's end of an endpoint's veth pair: "pv-" and 12 hexadecimal digits of its name: FNV-1a of 64 bits, its upper
// 16 bits folded onto the lower 48.
[[nodiscard]] std::string host_end(const std::string& endpoint);

} // namespace pontoon
