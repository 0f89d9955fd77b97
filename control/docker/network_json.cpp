#include "control/docker/network_json.hpp"

#include <algorithm>

#include "control/compile.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

constexpr unsigned kFirstWithEnableIpv4 = 48;

json::object object_of(const TextMap& map) {
    json::object object;
    for (const auto& [name, value] : map) {
        object.emplace(name, value);
    }
    return object;
}

json::object pool_json(const IpamPool& pool, const NetworkRecord& network) {
    json::object object;
    const auto subnet = network.subnet ? network.subnet : pool.subnet;
    const auto gateway = network.subnet ? network.gateway : pool.gateway; // also one that was chosen (N-014)
    if (subnet) {
        object["Subnet"] = subnet->to_string();
    }
    if (pool.ip_range) {
        object["IPRange"] = pool.ip_range->to_string();
    }
    if (gateway) {
        object["Gateway"] = gateway->to_string();
    }
    if (!pool.auxiliary.empty()) {
        auto& auxiliary = object["AuxiliaryAddresses"].emplace_object();
        for (const auto& [name, address] : pool.auxiliary) {
            auxiliary[name] = address.to_string();
        }
    }
    return object;
}

json::object ipam_json(const NetworkRecord& network) {
    json::object ipam{{"Driver", network.ipam_driver}, {"Options", nullptr}, {"Config", nullptr}};
    if (network.ipam_options) {
        ipam["Options"] = object_of(*network.ipam_options);
    }
    const bool special = network.driver != "bridge" && !network.config_only; // host and none have none (N-013)
    if (special) {
        return ipam;
    }
    auto& config = ipam["Config"].emplace_array();
    for (const auto& pool : network.pools) {
        config.push_back(pool_json(pool, network));
    }
    if (config.empty() && network.subnet) {
        config.push_back(pool_json({}, network));
    }
    return ipam;
}

json::object containers_json(const NetworkRecord& network, const State& state) {
    json::object containers;
    const auto attached = state.attached.find(network.id);
    if (attached == state.attached.end()) {
        return containers;
    }
    for (const auto& id : attached->second) {
        const auto* container = state.containers.by_id(id);
        if (container == nullptr) {
            continue;
        }
        const auto endpoint = std::ranges::find_if(container->endpoints, [&](const EndpointRecord& one) {
            return one.network_id == network.id && one.is_attached();
        });
        if (endpoint == container->endpoints.end()) {
            continue;
        }
        const bool addressed = network.subnet.has_value();
        containers[id] = json::object{
            {"Name", container->name},
            {"EndpointID", endpoint->id},
            {"MacAddress", addressed ? endpoint->mac.to_string() : ""},
            {"IPv4Address", addressed ? endpoint->ipv4.to_string() + "/" + std::to_string(network.subnet->length) : ""},
            {"IPv6Address", ""}};
    }
    return containers;
}

} // namespace

json::object network_json(const NetworkRecord& network, const State& state, const NetworkView& view) {
    json::object object{{"Name", network.name},
                        {"Id", network.id},
                        {"Created", network.created.to_string()},
                        {"Scope", "local"},
                        {"Driver", network.driver}};
    if (view.api_version >= kFirstWithEnableIpv4) {
        object["EnableIPv4"] = network.driver == "bridge" || network.config_only || is_predefined(network);
    }
    object["EnableIPv6"] = false;
    object["IPAM"] = ipam_json(network);
    object["Internal"] = network.internal;
    object["Attachable"] = network.attachable;
    object["Ingress"] = false;
    object["ConfigFrom"] = json::object{{"Network", network.config_from}};
    object["ConfigOnly"] = network.config_only;
    if (view.containers) {
        object["Containers"] = containers_json(network, state);
    }
    object["Options"] = object_of(network.options);
    object["Labels"] = object_of(network.labels);
    return object;
}

} // namespace pontoon
