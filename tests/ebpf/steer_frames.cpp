#include "tests/ebpf/steer_frames.hpp"

namespace pontoon::test {

Bytes ip(const IpSpec& spec, const Bytes& payload) {
    const std::size_t header = spec.words < 5 ? 20 : spec.words * 4;
    Writer frame;
    frame.u8(spec.version << 4 | spec.words).u8(0).u16(spec.total.value_or(header + payload.size()));
    frame.u16(spec.id).u16(spec.fragment).u8(64).u8(spec.protocol).u16(0);
    frame.put(spec.source).put(spec.destination).zeros(header - 20).put(payload);
    return frame.take();
}

Bytes ethernet(const Bytes& payload, unsigned type, Mac destination) {
    return Writer().put(destination).put(kPeerMac).u16(type).put(payload).take();
}

Bytes ports(unsigned source, unsigned destination) {
    return Writer().u16(source).u16(destination).u32(8).take();
}

Bytes icmp(std::uint8_t type, unsigned id, const Bytes& quoted) {
    return Writer().u8(type).u8(0).u16(0).u16(id).u16(1).put(quoted).take();
}

Ipv4 ipv4(const char* text) {
    return Ipv4::parse(text).value();
}

Config steered_config() {
    const auto network = [](const char* name, const char* subnet, const char* gateway) {
        return Network{name, Prefix4::parse(subnet).value(), ipv4(gateway), mac_of(ipv4(gateway))};
    };
    Config config;
    config.networks = {network("web", "172.18.0.0/16", "172.18.0.1"), network("db", "172.19.4.0/22", "172.19.4.1"),
                       network("app", "10.9.8.0/25", "10.9.8.1")};
    config.networks[1].internal = true;
    config.networks[2].host_ipv4 = ipv4("198.51.100.20");
    config.endpoints = {{"w1", "web", ipv4("172.18.0.2"), mac_of(ipv4("172.18.0.2"))},
                        {"d1", "db", ipv4("172.19.4.2"), mac_of(ipv4("172.19.4.2"))}};
    config.publishes = {{Ipv4{}, {8080, 8080}, Transport::tcp, "w1", {80, 80}},
                        {Ipv4{}, {9000, 9063}, Transport::udp, "w1", {9000, 9063}},
                        {Ipv4{}, {5000, 5000}, Transport::sctp, "w1", {5000, 5000}},
                        {ipv4("203.0.113.11"), {443, 443}, Transport::tcp, "w1", {443, 443}},
                        {ipv4("192.0.2.99"), {444, 444}, Transport::tcp, "w1", {444, 444}},
                        {Ipv4{}, {3306, 3306}, Transport::tcp, "d1", {3306, 3306}}};
    config.uplink = Uplink{
        {InterfaceAddress4::parse("203.0.113.10/24").value(), InterfaceAddress4::parse("203.0.113.11/24").value()},
        kNicMac,
        ipv4("203.0.113.1"),
        {{61000, 61999}, {64000, 65535}},
        {}};
    return config;
}

} // namespace pontoon::test
