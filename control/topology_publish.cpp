#include "control/topology_parts.hpp"

namespace pontoon {

PublishReader::PublishReader(const Config& config, const NetworkOf& endpoints)
    : endpoints_(endpoints), uplink_(config.uplink.has_value()), addresses_(config) {}

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
    if (uplink_ && !addresses_.is_ours(address)) {
        from.fail("host_ip", address.to_string() + " is no address of this host");
    }
}

// 0.0.0.0 and an address may publish one port each: whoever asks for the address gets the address's.
void PublishReader::take(const ObjectReader& from, const Publish& publish) {
    PortRanges& taken = taken_[{publish.protocol, publish.host_ip}];
    if (const auto* other = taken.overlapping(publish.host_ports)) {
        from.fail("host_port", "overlaps a port that is published to " + other->owner);
    }
    if (const auto* nat = addresses_.nat_ports_in(publish)) {
        from.fail("host_port", "overlaps nat_ports " + to_string(*nat) + " of the uplink");
    }
    taken.add(publish.host_ports, publish.endpoint);
}

} // namespace pontoon
