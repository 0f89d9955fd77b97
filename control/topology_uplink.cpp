#include <algorithm>
#include <iterator>
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
Ipv4 read_gateway(const ObjectReader& from, const std::vector<Prefix4>& on_link) {
    const Ipv4 gateway = from.parsed<Ipv4>("gateway");
    const auto holds = [&](const Prefix4& prefix) { return prefix.contains(gateway); };
    const auto serves = [&](const Prefix4& prefix) {
        return holds(prefix) && !prefix.is_network_or_broadcast(gateway);
    };
    if (!std::ranges::any_of(on_link, serves)) {
        const auto holder = std::ranges::find_if(on_link, holds);
        if (holder == on_link.end() && on_link.size() > 1) {
            from.fail("gateway", gateway.to_string() + " is outside every prefix of the uplink");
        }
        check_host(from.place("gateway"), gateway, holder == on_link.end() ? on_link.front() : *holder, "the uplink");
    }
    return gateway;
}

// Gateways have to be on the link: in an address's prefix or behind a route without a gateway, wherever it stands.
void read_routes(const ObjectReader& from, std::vector<Prefix4>& on_link, Uplink& uplink) {
    std::set<Prefix4> seen;
    from.each("routes", [&](const json::value& value, const std::string& place) {
        const ObjectReader route(value, place, {"destination", "gateway"});
        uplink.routes.push_back({route.parsed<Prefix4>("destination"), {}});
        const Prefix4& destination = uplink.routes.back().destination;
        if (!seen.insert(destination).second) {
            route.fail("destination", destination.to_string() + " comes twice");
        }
        if (!route.has("gateway")) {
            on_link.push_back(destination);
        }
    });
    auto next = uplink.routes.begin();
    from.each("routes", [&](const json::value& value, const std::string& place) {
        const ObjectReader route(value, place, {"destination", "gateway"});
        if (route.has("gateway")) {
            next->gateway = read_gateway(route, on_link);
        }
        ++next;
    });
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
    const ObjectReader from(value, "uplink",
                            {"ipv4", "mac", "gateway", "routes", "nat_ports", "neighbors", "mtu", "shared"});
    Uplink uplink;
    uplink.ipv4 = read_addresses(from, subnets);
    uplink.mac = read_mac(from, uplink.ipv4.front().address);
    std::vector<Prefix4> on_link;
    std::ranges::transform(uplink.ipv4, std::back_inserter(on_link), &InterfaceAddress4::prefix);
    read_routes(from, on_link, uplink);
    if (from.has("gateway")) {
        uplink.gateway = read_gateway(from, on_link);
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
    uplink.shared = from.boolean("shared", false);
    return uplink;
}

} // namespace pontoon
