// Networks and containers as a test of names needs them.
#pragma once

#include <string>
#include <vector>

#include "control/model/state.hpp"

namespace pontoon::names_test {

inline Ipv4 ip(const std::string& text) {
    return Ipv4::parse(text).value();
}

// An id whose beginning tells it from others.
inline std::string id_of(const std::string& name) {
    std::string id;
    for (const char c : name) {
        id += "0123456789abcdef"[static_cast<unsigned char>(c) % 16];
        id += "0123456789abcdef"[static_cast<unsigned char>(c) / 16];
    }
    return id.append(64 - id.size(), 'e');
}

struct AState : State {
    NetworkRecord& network(const std::string& name, const std::string& subnet, const std::string& gateway) {
        NetworkRecord record;
        record.id = id_of("n" + name);
        record.name = name;
        record.subnet = Prefix4::parse(subnet).value();
        record.gateway = ip(gateway);
        return const_cast<NetworkRecord&>(networks.put(record));
    }

    // Running, in these networks: {network, address}.
    ContainerRecord& container(const std::string& name,
                               const std::vector<std::pair<std::string, std::string>>& places) {
        ContainerRecord record;
        record.id = id_of("c" + name);
        record.name = name;
        record.state = ContainerRecord::State::running;
        for (const auto& [network, address] : places) {
            EndpointRecord endpoint;
            endpoint.network = network;
            endpoint.network_id = networks.by_name(network)->id;
            endpoint.id = id_of("e" + name);
            endpoint.ipv4 = ip(address);
            record.endpoints.push_back(endpoint);
        }
        return const_cast<ContainerRecord&>(containers.put(record));
    }
};

} // namespace pontoon::names_test
