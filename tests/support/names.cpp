#include "tests/support/names.hpp"

#include "tests/support/words.hpp"

namespace pontoon::test {

void Names::add(const Config& config) {
    for (const auto& network : config.networks) {
        stations_["gw." + network.name] = {network.gateway_mac, network.gateway};
        network_of_[network.host_port] = network.name;
    }
    for (const auto& endpoint : config.endpoints) {
        stations_[endpoint.name] = {endpoint.mac, endpoint.ipv4};
        network_of_[endpoint.name] = endpoint.network;
    }
    stations_[kNamesPort].mac = kNamesMac;
    if (config.uplink) {
        stations_[kUplinkName] = {config.uplink->mac, config.uplink->ipv4.front().address};
    }
}

void Names::look_from(const std::string& port) {
    const auto network = network_of_.find(port);
    if (network == network_of_.end()) {
        stations_.erase("gw");
    } else {
        stations_["gw"] = stations_.at("gw." + network->second);
    }
}

Mac Names::mac(const std::string& text) const {
    if (text == "bcast") {
        return kBroadcast;
    }
    if (const auto station = stations_.find(text); station != stations_.end()) {
        return station->second.mac;
    }
    const auto mac = Mac::parse(text);
    if (!mac) {
        throw BadText("\"" + text + "\" is neither a name nor a MAC address");
    }
    return *mac;
}

Ipv4 Names::ipv4(const std::string& text) const {
    if (const auto station = stations_.find(text); station != stations_.end()) {
        return station->second.ipv4;
    }
    const auto address = Ipv4::parse(text);
    if (!address) {
        throw BadText("\"" + text + "\" is neither a name nor an IPv4 address");
    }
    return *address;
}

Ipv6 Names::ipv6(const std::string& text) {
    const auto address = Ipv6::parse(text);
    if (!address) {
        throw BadText("\"" + text + "\" is not an IPv6 address");
    }
    return *address;
}

} // namespace pontoon::test
