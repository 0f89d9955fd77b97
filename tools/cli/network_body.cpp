#include "tools/cli/network_body.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>

namespace pontoon {

namespace ip = boost::asio::ip;
namespace json = boost::json;

namespace {

struct Pool {
    std::string subnet;
    std::string range;
    std::string gateway;
    json::object auxiliary;
};

// Of an address, or of a prefix without regard to its length.
std::optional<ip::address> address_of(const std::string& text) {
    boost::system::error_code error;
    const auto address = ip::make_address(text.substr(0, text.find('/')), error);
    return error ? std::nullopt : std::optional(address);
}

template <class Network, class Address>
bool holds(const Network& network, const Address& address) {
    return Network(address, network.prefix_length()).canonical() == network.canonical();
}

// Whether the subnet has the address or the prefix's address. Throws for what is no subnet.
bool matches(const std::string& subnet, const std::string& other) {
    boost::system::error_code error;
    const auto address = address_of(other);
    const bool six = subnet.contains(':');
    const auto v4 = six ? ip::network_v4() : ip::make_network_v4(subnet, error);
    const auto v6 = six ? ip::make_network_v6(subnet, error) : ip::network_v6();
    // A prefix that is too long is for the daemon to refuse, as Docker leaves it to the engine too.
    if (error && (!address_of(subnet) || !subnet.contains('/'))) {
        throw std::runtime_error("invalid subnet: invalid CIDR address: " + subnet);
    }
    if (error || !address || address->is_v6() != six) {
        return false;
    }
    return six ? holds(v6, address->to_v6()) : holds(v4, address->to_v4());
}

std::vector<Pool> subnets(const Arguments& arguments) {
    std::vector<Pool> pools;
    for (const auto& subnet : arguments.all("subnet")) {
        for (const auto& pool : pools) {
            if (matches(subnet, pool.subnet) || matches(pool.subnet, subnet)) {
                throw std::runtime_error("multiple overlapping subnet configuration is not supported");
            }
        }
        pools.push_back({subnet, {}, {}, {}});
    }
    return pools;
}

Pool& pool_for(std::vector<Pool>& pools, const std::string& what, const std::string& value) {
    for (auto& pool : pools) {
        if (matches(pool.subnet, value)) {
            return pool;
        }
    }
    throw std::runtime_error(fmt::format("no matching subnet for {} {}", what, value));
}

json::array ipam_config(const Arguments& arguments) {
    auto pools = subnets(arguments);
    const auto ranges = arguments.all("ip-range");
    const auto gateways = arguments.all("gateway");
    if (pools.size() < ranges.size() || pools.size() < gateways.size()) {
        throw std::runtime_error("every ip-range or gateway must have a corresponding subnet");
    }
    for (const auto& range : ranges) {
        auto& pool = pool_for(pools, "range", range);
        if (!pool.range.empty()) {
            throw std::runtime_error(fmt::format("cannot configure multiple ranges ({}, {}) on the same subnet ({})",
                                                 range, pool.range, pool.subnet));
        }
        pool.range = range;
    }
    for (const auto& gateway : gateways) {
        auto& pool = pool_for(pools, "gateway", gateway);
        if (!pool.gateway.empty()) {
            throw std::runtime_error(fmt::format("cannot configure multiple gateways ({}, {}) for the same subnet ({})",
                                                 gateway, pool.gateway, pool.subnet));
        }
        pool.gateway = gateway;
    }
    for (const auto& [name, address] : pairs_object(arguments.all("aux-address"))) {
        const std::string text(address.get_string());
        pool_for(pools, "aux-address", text).auxiliary[name] = text;
    }
    json::array config;
    for (const auto& pool : pools) {
        json::object one{{"Subnet", pool.subnet}};
        if (!pool.range.empty()) {
            one["IPRange"] = pool.range;
        }
        if (!pool.gateway.empty()) {
            one["Gateway"] = pool.gateway;
        }
        if (!pool.auxiliary.empty()) {
            one["AuxiliaryAddresses"] = pool.auxiliary;
        }
        config.push_back(std::move(one));
    }
    return config;
}

json::array texts(const std::vector<std::string>& all) {
    json::array result;
    for (const auto& one : all) {
        result.emplace_back(one);
    }
    return result;
}

} // namespace

json::object pairs_object(const std::vector<std::string>& pairs) {
    json::object object;
    for (const auto& pair : pairs) {
        const auto equals = pair.find('=');
        object[pair.substr(0, equals)] = equals == std::string::npos ? "" : pair.substr(equals + 1);
    }
    return object;
}

json::object network_create_body(const Arguments& arguments) {
    json::object body{{"Name", arguments.words.at(0)},
                      {"Driver", arguments.text("driver")},
                      {"Scope", arguments.text("scope")},
                      {"Internal", arguments.is("internal")},
                      {"Attachable", arguments.is("attachable")},
                      {"Ingress", arguments.is("ingress")},
                      {"ConfigOnly", arguments.is("config-only")},
                      {"ConfigFrom", nullptr},
                      {"Options", pairs_object(arguments.all("opt"))},
                      {"Labels", pairs_object(arguments.all("label"))},
                      {"IPAM", json::object{{"Driver", arguments.text("ipam-driver")},
                                            {"Options", pairs_object(arguments.all("ipam-opt"))},
                                            {"Config", ipam_config(arguments)}}}};
    if (arguments.has("config-from")) {
        body["ConfigFrom"] = json::object{{"Network", arguments.text("config-from")}};
    }
    for (const auto& [flag, key] : {std::pair{"ipv4", "EnableIPv4"}, {"ipv6", "EnableIPv6"}}) {
        if (arguments.has(flag)) {
            body[key] = arguments.is(flag);
        }
    }
    return body;
}

json::object network_connect_body(const Arguments& arguments) {
    json::object addresses;
    for (const auto& [flag, key] : {std::pair{"ip", "IPv4Address"}, {"ip6", "IPv6Address"}}) {
        if (arguments.has(flag)) {
            addresses[key] = arguments.text(flag);
        }
    }
    if (arguments.has("link-local-ip")) {
        addresses["LinkLocalIPs"] = texts(arguments.all("link-local-ip"));
    }
    json::object settings{{"IPAMConfig", addresses},
                          {"Links", nullptr},
                          {"Aliases", texts(arguments.all("alias"))},
                          {"DriverOpts", pairs_object(arguments.all("driver-opt"))},
                          {"GwPriority", arguments.number("gw-priority")}};
    if (arguments.has("link")) {
        settings["Links"] = texts(arguments.all("link"));
    }
    return {{"Container", arguments.words.at(1)}, {"EndpointConfig", settings}};
}

} // namespace pontoon
