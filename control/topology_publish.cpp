#include "control/topology_parts.hpp"

namespace pontoon {

PublishReader::PublishReader(const Config& config, const NetworkOf& endpoints)
    : endpoints_(endpoints), uplink_(config.uplink.has_value()) {
    for (const auto& network : config.networks) {
        others_.insert(network.gateway);
        if (network.host_ipv4) {
            translated_.insert(*network.host_ipv4);
        }
    }
    others_.insert(config.host_addresses.begin(), config.host_addresses.end());
    if (!uplink_) {
        return;
    }
    for (const auto& address : config.uplink->ipv4) {
        translated_.insert(address.address);
    }
    for (const auto& range : config.uplink->nat_ports) {
        nat_ports_.add(range);
    }
}

Publish PublishReader::read(const boost::json::value& value, const std::string& place) {
    const ObjectReader from(value, place, {"host_ip", "host_port", "protocol", "endpoint", "port"});
    Publish publish;
    publish.host_ip = from.parsed<Ipv4>("host_ip", Ipv4{});
    check_host_ip(from, publish.host_ip);
    publish.host_ports = ports_of(from.text("host_port"), from.place("host_port"));
    if (from.has("protocol")) {
        publish.protocol = transport_of(from.text("protocol"), from.place("protocol"));
    }
    publish.endpoint = from.text("endpoint");
    if (!endpoints_.contains(publish.endpoint)) {
        from.fail("endpoint", "there is no endpoint " + shown(publish.endpoint));
    }
    publish.ports = ports_of(from.text("port"), from.place("port"));
    if (publish.ports.size() != publish.host_ports.size()) {
        from.fail("port", "the ranges of host_port and port differ in size");
    }
    take(from, publish);
    return publish;
}

void PublishReader::check_host_ip(const ObjectReader& from, Ipv4 address) const {
    static constexpr Prefix4 loopback{Ipv4{be32{0x7f000000}}, 8};
    const bool ours = address.is_unspecified() || loopback.contains(address) || translated_.contains(address) ||
                      others_.contains(address);
    if (uplink_ && !ours) {
        from.fail("host_ip", address.to_string() + " is no address of this host");
    }
}

// 0.0.0.0 and an address may publish one port each: whoever asks for the address gets the address's.
void PublishReader::take(const ObjectReader& from, const Publish& publish) {
    PortRanges& taken = taken_[{publish.protocol, publish.host_ip}];
    if (const auto* other = taken.overlapping(publish.host_ports)) {
        from.fail("host_port", "overlaps a port that is published to " + other->owner);
    }
    if (publish.host_ip.is_unspecified() || translated_.contains(publish.host_ip)) {
        if (const auto* other = nat_ports_.overlapping(publish.host_ports)) {
            from.fail("host_port", "overlaps nat_ports " + to_string(other->range) + " of the uplink");
        }
    }
    taken.add(publish.host_ports, publish.endpoint);
}

} // namespace pontoon
