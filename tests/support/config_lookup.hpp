// Questions about a Config, answered by looking at all of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataplane/config.hpp"
#include "tests/support/datagram.hpp"

namespace pontoon::test {

[[nodiscard]] const Network& network_named(const Config& config, const std::string& name);
[[nodiscard]] const Endpoint* endpoint_named(const Config& config, const std::string& name);
[[nodiscard]] const Endpoint* endpoint_at(const Config& config, Ipv4 address);
[[nodiscard]] const Network& network_of(const Config& config, const Endpoint& endpoint);

// Uplink addresses, host_ipv4s and gateways.
[[nodiscard]] std::vector<Ipv4> host_addresses(const Config& config);
[[nodiscard]] bool is_host_address(const Config& config, Ipv4 address);
[[nodiscard]] bool is_gateway_address(const Config& config, Ipv4 address);
[[nodiscard]] std::vector<std::uint16_t> nat_ports(const Config& config);

[[nodiscard]] std::uint8_t number_of(Transport protocol); // as in an IPv4 header
// The publish that `tuple`'s destination, a host address, belongs to: one with that very address before one with
// 0.0.0.0. Those to internal networks do not count.
[[nodiscard]] const Publish* publish_for(const Config& config, const Tuple& tuple);
// Where that publish leads.
[[nodiscard]] Tuple published(const Config& config, const Publish& publish, const Tuple& tuple);

// The MAC address of the next hop on the uplink.
[[nodiscard]] Mac next_hop(const Uplink& uplink, Ipv4 destination);
// Whether a link lets the packet through from one endpoint to the other.
[[nodiscard]] bool is_linked(const Config& config, const Endpoint& from, const Endpoint& to, const Tuple& tuple);

} // namespace pontoon::test
