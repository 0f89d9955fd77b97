#include <algorithm>
#include <set>
#include <vector>

#include "control/topology_parts.hpp"

namespace pontoon {

namespace {

namespace json = boost::json;

std::vector<InterfaceAddress4> read_addresses(const ObjectReader& from, const Subnets& subnets) {
    std::vector<InterfaceAddress4> addresses;
    std::set<Ipv4> seen;
    from.each_text("ipv4", [&](const std::string& text, const std::string& place) {
        const auto address = InterfaceAddress4::parse(text);
        if (!address) {
            throw InputError(place, address.error());
        }
        check_host(place, address->address, address->prefix(), "the uplink");
        subnets.check_apart(place, address->prefix());
        if (!seen.insert(address->address).second) {
            throw InputError(place, address->address.to_string() + " comes twice");
        }
        addresses.push_back(*address);
    });
    return addresses;
}

// Prefixes may overlap: a host of one of them will do.
Ipv4 read_gateway(const ObjectReader& from, const std::vector<InterfaceAddress4>& addresses) {
    const Ipv4 gateway = from.parsed<Ipv4>("gateway");
    const auto holds = [&](const InterfaceAddress4& address) { return address.prefix().contains(gateway); };
    const auto serves = [&](const InterfaceAddress4& address) {
        return holds(address) && !address.prefix().is_network_or_broadcast(gateway);
    };
    if (!std::ranges::any_of(addresses, serves)) {
        const auto holder = std::ranges::find_if(addresses, holds);
        if (holder == addresses.end() && addresses.size() > 1) {
            from.fail("gateway", gateway.to_string() + " is outside every prefix of the uplink");
        }
        const auto& nearest = holder == addresses.end() ? addresses.front() : *holder;
        check_host(from.place("gateway"), gateway, nearest.prefix(), "the uplink");
    }
    return gateway;
}

std::vector<PortRange> read_nat_ports(const ObjectReader& from) {
    std::vector<PortRange> ranges;
    PortRanges taken;
    from.each_text("nat_ports", [&](const std::string& text, const std::string& place) {
        for (std::size_t begin = 0; begin <= text.size();) {
            const std::size_t end = std::min(text.find(',', begin), text.size());
            const PortRange range = ports_of(std::string_view(text).substr(begin, end - begin), place);
            if (const auto* other = taken.overlapping(range)) {
                throw InputError(place, to_string(range) + " overlaps " + to_string(other->range));
            }
            taken.add(range);
            ranges.push_back(range);
            begin = end + 1;
        }
    });
    return ranges;
}

void read_neighbor(const std::string& place, std::string_view key, const json::value& value, Uplink& uplink) {
    const auto address = Ipv4::parse(key);
    if (!address) {
        throw InputError(place, address.error());
    }
    const auto mac = Mac::parse(value.is_string() ? std::string_view(value.get_string()) : std::string_view());
    if (!mac) {
        throw InputError(place + "." + std::string(key), mac.error());
    }
    uplink.neighbors.insert_or_assign(*address, *mac);
}

} // namespace

Uplink read_uplink(const json::value& value, const Subnets& subnets) {
    const ObjectReader from(value, "uplink", {"ipv4", "mac", "gateway", "nat_ports", "neighbors", "mtu"});
    Uplink uplink;
    uplink.ipv4 = read_addresses(from, subnets);
    uplink.mac = read_mac(from, uplink.ipv4.front().address);
    if (from.has("gateway")) {
        uplink.gateway = read_gateway(from, uplink.ipv4);
    }
    if (from.has("nat_ports")) {
        uplink.nat_ports = read_nat_ports(from);
    }
    if (from.has("neighbors")) {
        for (const auto& [key, mac] : from.object("neighbors")) {
            read_neighbor(from.place("neighbors"), key, mac, uplink);
        }
    }
    uplink.mtu = read_mtu(from);
    return uplink;
}

} // namespace pontoon
