// The part of a container's JSON that is about networks.
#include <fmt/format.h>

#include <algorithm>

#include "control/docker/container_json.hpp"
#include "control/docker/json_values.hpp"
#include "control/model/container_rules.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/model/gateway.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr unsigned kMostPorts = 1024; // of one range that are told one by one

std::string ports_text(const PortRange& ports) {
    return ports.size() == 1 ? std::to_string(ports.first) : fmt::format("{}-{}", ports.first, ports.last);
}

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

// A range that is too long to be told port by port is told as one.
void add_binding(json::object& ports, const PortRange& inside, std::string_view protocol, const Publish* publish) {
    const auto add = [&](const std::string& key, const std::string& host_port) {
        auto& value = ports[fmt::format("{}/{}", key, protocol)];
        if (publish == nullptr) {
            return;
        }
        if (!value.is_array()) {
            value = json::array();
        }
        value.get_array().push_back(json::object{{"HostIp", publish->host_ip.to_string()}, {"HostPort", host_port}});
    };
    const unsigned first_host = publish == nullptr ? 0 : publish->host_ports.first;
    if (inside.size() > kMostPorts) {
        add(ports_text(inside), publish == nullptr ? "" : ports_text(publish->host_ports));
        return;
    }
    for (unsigned i = 0; i < inside.size(); ++i) {
        add(std::to_string(inside.first + i), std::to_string(first_host + i));
    }
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
    json::object ports;
    if (!container.is_running() || container.network_mode == "host") {
        return ports; // P-037, H-001
    }
    for (const auto& exposed : exposed_ports(container)) {
        add_binding(ports, exposed.ports, to_string(exposed.protocol), nullptr);
    }
    for (const auto& publish : container.bindings) {
        add_binding(ports, publish.ports, to_string(publish.protocol), &publish);
    }
    return ports;
}

} // namespace pontoon
