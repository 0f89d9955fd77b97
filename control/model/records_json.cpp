#include "control/model/records_json.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json.hpp>

#include "control/json_reader.hpp"

namespace pontoon {

namespace json = boost::json;

// What is kept of each; a new member needs nothing else.
BOOST_DESCRIBE_ENUM(AttachKind, tap, veth)
BOOST_DESCRIBE_ENUM(Transport, tcp, udp, sctp)
BOOST_DESCRIBE_STRUCT(PortRange, (), (first, last))
BOOST_DESCRIBE_STRUCT(Publish, (), (host_ip, host_ports, protocol, endpoint, ports))
BOOST_DESCRIBE_STRUCT(PublishSpec, (), (text, host_ip, host_ports, ports, protocol, has_host_ip, host_ip6))
BOOST_DESCRIBE_STRUCT(Place, (), (path, pid, id))
BOOST_DESCRIBE_STRUCT(IpamPool, (), (subnet, ip_range, gateway, auxiliary))
BOOST_DESCRIBE_STRUCT(NetworkRecord, (),
                      (id, name, created, driver, internal, attachable, config_only, from_topology, config_from,
                       ipam_driver, ipam_options, pools, options, labels, subnet, gateway, gateway_mac))
BOOST_DESCRIBE_STRUCT(EndpointRecord, (),
                      (network, network_id, wanted_ipv4, wanted_mac, aliases, links, driver_options, gw_priority, id,
                       ipv4, mac, interface, kind, attachment))
BOOST_DESCRIBE_STRUCT(ExposedPorts, (), (ports, protocol))
BOOST_DESCRIBE_STRUCT(LegacyLink, (), (container, alias))
BOOST_DESCRIBE_ENUM(ContainerRecord::State, created, running, exited)
BOOST_DESCRIBE_STRUCT(ContainerRecord, (),
                      (id, name, created, foreign, auto_remove, hostname, domainname, command, env, working_dir, labels,
                       network_mode, endpoints, publish, publish_all, exposed, links, extra_hosts, dns, dns_search,
                       dns_options, state, pid, pid_start, place, bindings, started, finished, exit_code, error))

// Values that are one JSON value: addresses as text, times as nanoseconds, namespaces as two numbers.
template <typename Address>
    requires requires(const Address& address) { Address::parse(address.to_string()); }
void tag_invoke(json::value_from_tag, json::value& value, const Address& address) {
    value = address.to_string();
}

template <typename Address>
    requires requires(const Address& address) { Address::parse(address.to_string()); }
Address tag_invoke(json::value_to_tag<Address>, const json::value& value) {
    const auto address = Address::parse(json::value_to<std::string>(value));
    if (!address) {
        throw InputError("", address.error());
    }
    return *address;
}

void tag_invoke(json::value_from_tag, json::value& value, const NetNs::Id& id) {
    value = json::array{id.device, id.inode};
}

NetNs::Id tag_invoke(json::value_to_tag<NetNs::Id>, const json::value& value) {
    return {json::value_to<dev_t>(value.at(0)), json::value_to<ino_t>(value.at(1))};
}

void tag_invoke(json::value_from_tag, json::value& value, const Time& time) {
    value = time.nanoseconds;
}

Time tag_invoke(json::value_to_tag<Time>, const json::value& value) {
    return {json::value_to<std::int64_t>(value)};
}

namespace {

// What an older version did not know of has its default; what a newer one knew is left out.
template <typename Record>
Record from_json(std::string_view text) {
    json::value whole = json::value_from(Record{});
    try {
        const auto told = json::parse(text);
        for (const auto& [key, value] : told.as_object()) {
            if (auto* known = whole.as_object().if_contains(key)) {
                *known = value;
            }
        }
        return json::value_to<Record>(whole);
    } catch (const std::exception& error) {
        throw InputError("", std::string("a record that cannot be read: ") + error.what());
    }
}

} // namespace

std::string to_json(const NetworkRecord& record) {
    return json::serialize(json::value_from(record));
}

std::string to_json(const ContainerRecord& record) {
    return json::serialize(json::value_from(record));
}

NetworkRecord network_from_json(std::string_view text) {
    return from_json<NetworkRecord>(text);
}

ContainerRecord container_from_json(std::string_view text) {
    return from_json<ContainerRecord>(text);
}

} // namespace pontoon
