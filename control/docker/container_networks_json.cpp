// The part of a container's JSON that is about networks.
#include <fmt/format.h>

#include <algorithm>

#include "control/docker/container_json.hpp"
#include "control/docker/json_values.hpp"
#include "control/docker/port_bindings.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/model/gateway.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

// Name, aliases, short id, hostname, each once (N-034).
json::value dns_names(const ContainerRecord& container, const EndpointRecord& endpoint) {
    if (!is_user_defined(endpoint.network)) {
        return nullptr;
    }
    Texts names{container.name};
    names.insert(names.end(), endpoint.aliases.begin(), endpoint.aliases.end());
    names.push_back(short_id(container.id));
    names.push_back(container.hostname);
    json::array once;
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (!name->empty() && std::find(names.begin(), name, *name) == name) {
            once.emplace_back(*name);
        }
    }
    return once;
}

json::value ipam_config(const EndpointRecord& endpoint) {
    return endpoint.wanted_ipv4 ? json::value(json::object{{"IPv4Address", endpoint.wanted_ipv4->to_string()}})
                                : json::value();
}

json::object endpoint_json(const State& state, const ContainerRecord& container, const EndpointRecord& endpoint) {
    const auto* network = state.networks.by_id(endpoint.network_id);
    const bool is_up = !endpoint.attachment.empty() && network != nullptr;
    const auto gateway = is_up ? container_gateway(*network) : std::nullopt;
    const std::string wanted_mac = endpoint.wanted_mac ? endpoint.wanted_mac->to_string() : "";
    return {{"IPAMConfig", ipam_config(endpoint)},
            {"Links", json_or_null(endpoint.links)},
            {"Aliases", json_or_null(endpoint.aliases)},
            {"MacAddress", is_up ? endpoint.mac.to_string() : wanted_mac},
            {"DriverOpts", endpoint.driver_options.empty() ? json::value() : json_of(endpoint.driver_options)},
            {"GwPriority", endpoint.gw_priority},
            {"NetworkID", endpoint.network_id},
            {"EndpointID", endpoint.id},
            {"Gateway", gateway ? gateway->to_string() : ""},
            {"IPAddress", is_up ? endpoint.ipv4.to_string() : ""},
            {"IPPrefixLen", is_up ? network->subnet->length : 0},
            {"IPv6Gateway", ""},
            {"GlobalIPv6Address", ""},
            {"GlobalIPv6PrefixLen", 0},
            {"DNSNames", dns_names(container, endpoint)}};
}

} // namespace

json::object networks_json(const State& state, const ContainerRecord& container) {
    json::object networks;
    for (const auto& endpoint : container.endpoints) {
        networks[endpoint.network] = endpoint_json(state, container, endpoint);
    }
    return networks;
}

json::object ports_json(const ContainerRecord& container) {
    if (!container.is_running() || container.network_mode == "host") {
        return {}; // P-037, H-001
    }
    return ports_json(container.bindings, exposed_ports(container));
}

} // namespace pontoon
