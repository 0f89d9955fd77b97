#include "control/compile.hpp"

#include "control/bridge_options.hpp"
#include "control/model/state.hpp"

namespace pontoon {

namespace {

// Of a gateway that is not there. In a subnet of two (RFC 3021) containers have all the MACs that addresses give.
constexpr Mac kNoGatewayMac{{0x02, 0x4e, 0x6f, 0x47, 0x77, 0x00}};

} // namespace

Network compile(const NetworkRecord& record) {
    const auto options = parse_bridge_options(record.options, record.internal);
    Network network;
    network.name = record.name;
    network.subnet = record.subnet.value_or(Prefix4{});
    network.gateway = record.gateway.value_or(Ipv4{}); // nobody asks for 0.0.0.0
    network.gateway_mac = record.gateway_mac.value_or(record.gateway ? mac_of(*record.gateway) : kNoGatewayMac);
    network.icc = options.icc;
    network.masquerade = options.masquerade;
    network.internal = record.internal;
    network.mtu = options.mtu;
    network.host_ipv4 = options.host_ipv4;
    if (record.gateway) { // where there is none the host is not in the network
        network.host_port = "host:" + record.name;
    }
    network.names = record.name != kDefaultNetwork && record.gateway.has_value();
    return network;
}

NetworkRecord record_of(const Network& network) {
    const auto text = [](bool value) { return value ? "true" : "false"; };
    NetworkRecord record;
    record.name = network.name;
    record.from_topology = true;
    record.internal = network.internal;
    IpamPool pool;
    pool.subnet = network.subnet;
    pool.gateway = network.gateway;
    record.pools = {pool};
    record.options = {{"com.docker.network.bridge.enable_icc", text(network.icc)},
                      {"com.docker.network.bridge.enable_ip_masquerade", text(network.masquerade)},
                      {"com.docker.network.driver.mtu", std::to_string(network.mtu)}};
    if (network.host_ipv4) {
        record.options["com.docker.network.host_ipv4"] = network.host_ipv4->to_string();
    }
    if (network.gateway_mac != mac_of(network.gateway)) {
        record.gateway_mac = network.gateway_mac;
    }
    return record;
}

std::string host_interface(const NetworkRecord& record) {
    const auto told = record.options.find("com.docker.network.bridge.name");
    if (told != record.options.end() && !told->second.empty()) {
        return told->second;
    }
    return record.name == kDefaultNetwork ? "docker0" : "br-" + short_id(record.id);
}

} // namespace pontoon
