#include "control/docker/network_request.hpp"

#include <fmt/format.h>

#include "control/bridge_options.hpp"
#include "control/docker/json_body.hpp"
#include "control/ipam/ipam_request.hpp"
#include "control/json_reader.hpp"
#include "control/model/network_rules.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

using Why = Refused::Why;

constexpr const char* kNoIpv6 = "pontoon has no IPv6 yet: leave out --ipv6";

std::vector<IpamText> read_pools(const json::object& ipam) {
    std::vector<IpamText> pools;
    const auto* config = array_of(ipam, "Config");
    if (config == nullptr) {
        return pools;
    }
    for (const auto& element : *config) {
        if (!element.is_object()) {
            throw Refused(Why::bad, "invalid JSON: json: cannot unmarshal field IPAM.Config: must be an object");
        }
        const auto& pool = element.get_object();
        auto auxiliary = text_map_of(pool, "AuxiliaryAddresses");
        auxiliary.merge(text_map_of(pool, "AuxAddress"));
        pools.push_back(
            {text_of(pool, "Subnet"), text_of(pool, "IPRange"), text_of(pool, "Gateway"), std::move(auxiliary)});
    }
    return pools;
}

// The flag, else the option of the same meaning (O-012).
std::optional<bool> family(const json::object& body, const TextMap& options, const char* flag, const char* option) {
    const auto told = options.find(option);
    std::optional<bool> by_option;
    if (told != options.end()) {
        by_option = parse_bool(told->second);
        if (!by_option) {
            throw Refused(Why::bad, fmt::format("driver-opt \"{}\" is not a valid bool", option));
        }
    }
    const auto by_flag = maybe_bool_of(body, flag);
    return by_flag ? by_flag : by_option;
}

void check_families(const json::object& body, const TextMap& options, unsigned api_version) {
    constexpr unsigned ipv4_from = 48;
    const char* const flag = api_version < ipv4_from ? "" : "EnableIPv4";
    const bool ipv4 = family(body, options, flag, "com.docker.network.enable_ipv4").value_or(true);
    const bool ipv6 = family(body, options, "EnableIPv6", "com.docker.network.enable_ipv6").value_or(false);
    if (!ipv4 && !ipv6) {
        throw Refused(Why::bad, "IPv4 or IPv6 must be enabled");
    }
    if (ipv6) {
        throw Refused(Why::unsupported, kNoIpv6);
    }
}

void check_scope(const json::object& body, bool config_only) {
    const auto scope = text_of(body, "Scope");
    const bool ingress = bool_of(body, "Ingress");
    if (config_only && (ingress || !scope.empty())) {
        throw Refused(Why::forbidden,
                      "configuration network can only contain network specific fields. Network operator fields like "
                      "[ ingress | internal | attachable | scope ] are not supported.");
    }
    if (scope == "swarm") {
        throw Refused(Why::forbidden, "cannot create a swarm scoped network when swarm is not active");
    }
    if (ingress) {
        throw Refused(Why::forbidden, "Ingress network can only be global scope network");
    }
    if (!scope.empty() && scope != "local") {
        throw Refused(Why::unsupported,
                      fmt::format("pontoon has no networks of scope {}: leave out --scope", shown(scope)));
    }
}

} // namespace

NetworkRecord read_network(const json::object& body, unsigned api_version) {
    NetworkRecord network;
    network.name = text_of(body, "Name");
    network.internal = bool_of(body, "Internal");
    network.attachable = bool_of(body, "Attachable");
    network.config_only = bool_of(body, "ConfigOnly");
    network.options = text_map_of(body, "Options");
    network.labels = text_map_of(body, "Labels");
    if (const auto driver = text_of(body, "Driver"); !driver.empty()) {
        network.driver = driver;
    }
    if (const auto* from = object_of(body, "ConfigFrom")) {
        network.config_from = text_of(*from, "Network");
    }
    std::vector<IpamText> pools;
    if (const auto* ipam = object_of(body, "IPAM")) {
        if (const auto driver = text_of(*ipam, "Driver"); !driver.empty()) {
            network.ipam_driver = driver;
        }
        if (member(*ipam, "Options") != nullptr) {
            network.ipam_options = text_map_of(*ipam, "Options");
        }
        pools = read_pools(*ipam);
    }
    check_name(network);
    check_families(body, network.options, api_version);
    network.pools = read_ipam(pools);
    check_scope(body, network.config_only);
    return network;
}

} // namespace pontoon
