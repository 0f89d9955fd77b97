// The parts of a topology file, each read and checked where it is told. All functions throw InputError.
#pragma once

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "control/host_addresses.hpp"
#include "control/json_reader.hpp"
#include "control/port_ranges.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

// Docker's: [a-zA-Z0-9][a-zA-Z0-9_.-]*. A name is also part of file names.
[[nodiscard]] std::string read_name(const ObjectReader& from, std::string_view key);
// The `mac` of one station; without one, what Docker derives from `owner`.
[[nodiscard]] Mac read_mac(const ObjectReader& from, Ipv4 owner);
// `mtu`: 68, RFC 791's least, to 65535; 1500 without it.
[[nodiscard]] std::uint16_t read_mtu(const ObjectReader& from);
// "80" or "8000-8010".
[[nodiscard]] PortRange ports_of(std::string_view text, const std::string& place);
[[nodiscard]] std::string to_string(const PortRange& range);
[[nodiscard]] Transport transport_of(std::string_view text, const std::string& place);
// Fails unless a host of `subnet` may have `address`.
void check_host(const std::string& place, Ipv4 address, const Prefix4& subnet, const std::string& owner);

// The subnets of the networks, none of which overlaps another.
class Subnets {
public:
    // Fails if `prefix` overlaps one of them.
    void check_apart(const std::string& place, const Prefix4& prefix) const;
    // Fails if `address` is inside one of them.
    void check_outside(const std::string& place, Ipv4 address) const;
    void add(const Prefix4& subnet, const std::string& network);

private:
    using Owned = std::pair<Prefix4, std::string>; // and its network's name

    [[nodiscard]] const Owned* overlapping(const Prefix4& prefix) const;

    std::map<Ipv4, Owned> by_address_;
};

// An endpoint's network, by their names.
using NetworkOf = std::unordered_map<std::string, std::string>;

// topology_uplink.cpp
[[nodiscard]] Uplink read_uplink(const boost::json::value& value, const Subnets& subnets);

// topology_publish.cpp: one published port after the other; none may overlap an earlier one.
class PublishReader {
public:
    // `config` has its networks, host_addresses, endpoints and uplink.
    PublishReader(const Config& config, const NetworkOf& endpoints);
    PublishReader(const PublishReader&) = delete;
    PublishReader& operator=(const PublishReader&) = delete;

    [[nodiscard]] Publish read(const boost::json::value& value, const std::string& place);

private:
    void check_host_ip(const ObjectReader& from, Ipv4 address) const;
    void take(const ObjectReader& from, const Publish& publish);

    const NetworkOf& endpoints_;
    bool uplink_;
    HostAddresses addresses_;
    std::map<std::pair<Transport, Ipv4>, PortRanges> taken_;
};

// topology_links.cpp
[[nodiscard]] Link read_link(const boost::json::value& value, const std::string& place, const NetworkOf& endpoints);

// topology_conntrack.cpp
[[nodiscard]] Conntrack read_conntrack(const boost::json::value& value);

} // namespace pontoon
