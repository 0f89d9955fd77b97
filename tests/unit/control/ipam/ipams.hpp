// An Ipam whose answers are text, for tests.
#pragma once

#include <string>
#include <vector>

#include "control/ipam/ipam.hpp"
#include "control/ipam/ipam_request.hpp"
#include "control/refused.hpp"

namespace pontoon {

struct Ipams {
    Ipam ipam;
    std::map<std::string, NetworkRecord> networks; // by id
    std::vector<Prefix4> reserved;
    Refused::Why why = Refused::Why::bad; // of the last error

    explicit Ipams(std::vector<DefaultPool> defaults = docker_default_pools()) : ipam(std::move(defaults)) {}

    // "SUBNET GATEWAY", or the error.
    std::string add(const std::string& id, const std::vector<IpamText>& pools = {}, bool with_gateway = true) {
        return said([&] {
            NetworkRecord network;
            network.id = id;
            network.name = "net-" + id;
            network.pools = read_ipam(pools);
            const auto chosen = ipam.add_network(network, "br-" + id, with_gateway, reserved);
            network.subnet = chosen.subnet;
            network.gateway = chosen.gateway;
            networks[id] = network;
            return chosen.subnet.to_string() + " " + (chosen.gateway ? chosen.gateway->to_string() : "none");
        });
    }
    void remove(const std::string& id) {
        ipam.remove_network(id);
        networks.erase(id);
    }
    // The address, or the error.
    std::string take(const std::string& id, const char* wanted = nullptr) {
        return said([&] {
            const auto address = wanted == nullptr ? std::nullopt : std::optional(*Ipv4::parse(wanted));
            return ipam.take_address(networks.at(id), address).to_string();
        });
    }
    void give_back(const std::string& id, const char* address) { ipam.give_back(id, *Ipv4::parse(address)); }
    std::string usage(const std::string& id) const {
        const auto usage = ipam.usage(id);
        return std::to_string(usage.in_use) + " " + std::to_string(usage.available);
    }

private:
    template <typename Work>
    std::string said(const Work& work) {
        try {
            return work();
        } catch (const Refused& refused) {
            why = refused.why();
            return refused.what();
        }
    }
};

} // namespace pontoon
