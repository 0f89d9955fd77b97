"""Topologies that must be refused, and what the one line says. {} stands for the file's own network and endpoint."""

import json

WEB = {"name": "web", "subnet": "172.18.0.0/16"}
A1 = {"name": "a1", "network": "web", "ipv4": "172.18.0.2"}
UPLINK = {"ipv4": "203.0.113.10/24"}


def changed(base, **keys):
    return {**base, **keys}


def nets(*networks):
    return {"networks": list(networks), "endpoints": [A1]}


def ends(*endpoints):
    return {"networks": [WEB], "endpoints": list(endpoints)}


def publishes(*ports, **rest):
    return {"networks": [WEB], "endpoints": [A1], "publish": list(ports), **rest}


def uplinks(**keys):
    return {"networks": [WEB], "endpoints": [A1], "uplink": changed(UPLINK, **keys)}


def links(*between):
    return {"networks": [WEB], "endpoints": [A1, changed(A1, name="a2", ipv4="172.18.0.3")], "links": list(between)}


PORT = {"host_port": "8080", "endpoint": "a1", "port": "80"}

OBJECTS = {
    "unknown_key": ({**nets(WEB), "volumes": []}, ["volumes: unknown key"]),
    "unknown_network_key": (nets(changed(WEB, vlan=7)), ["networks[0].vlan: unknown key"]),
    "unknown_endpoint_key": (ends(changed(A1, ip="172.18.0.2")), ["endpoints[0].ip: unknown key"]),
    "unknown_uplink_key": (uplinks(dns="1.1.1.1"), ["uplink.dns: unknown key"]),
    "unknown_publish_key": (publishes(changed(PORT, host="x")), ["publish[0].host: unknown key"]),
    "not_an_object": ([], ["must be an object"]),
    "networks_no_array": ({"networks": {}}, ["networks: must be an array"]),
    "network_no_object": (nets("web"), ["networks[0]: must be an object"]),
    "name_missing": (nets({"subnet": "172.18.0.0/16"}), ["networks[0].name: is missing"]),
    "subnet_missing": (nets({"name": "web"}), ["networks[0].subnet: is missing"]),
    "endpoint_network_missing": (ends({"name": "a1", "ipv4": "172.18.0.2"}), ["endpoints[0].network: is missing"]),
    "name_no_string": (nets(changed(WEB, name=7)), ["networks[0].name: must be a string"]),
    "icc_no_boolean": (nets(changed(WEB, icc="false")), ["networks[0].icc: must be true or false"]),
    "mtu_too_small": (nets(changed(WEB, mtu=67)), ["networks[0].mtu", "68"]),
    "mtu_no_integer": (nets(changed(WEB, mtu=1500.5)), ["networks[0].mtu"]),
    "name_is_a_path": (ends(changed(A1, name="../a1")), ["endpoints[0].name", "../a1"]),
    "name_empty": (ends(changed(A1, name="")), ["endpoints[0].name"]),
    "name_with_newline": (ends(changed(A1, name="a\nb")), ["endpoints[0].name"]),
    "name_uplink": (ends(changed(A1, name="uplink")), ["endpoints[0].name", "uplink"]),
    "subnet_host_bits": (nets(changed(WEB, subnet="172.18.0.1/16")), ["networks[0].subnet", "172.18.0.1/16"]),
    "subnet_no_subnet": (nets(changed(WEB, subnet="web")), ["networks[0].subnet", "web"]),
    "subnet_length": (nets(changed(WEB, subnet="172.18.0.0/33")), ["networks[0].subnet"]),
    "subnets_equal": (nets(WEB, changed(WEB, name="db")), ["networks[1].subnet", "172.18.0.0/16 of network web"]),
    "subnets_overlap": (
        nets(WEB, {"name": "db", "subnet": "172.18.5.0/24"}),
        ["networks[1].subnet: 172.18.5.0/24 overlaps 172.18.0.0/16 of network web"],
    ),
    "subnets_overlap_outside": (nets({"name": "db", "subnet": "172.18.5.0/24"}, WEB), ["networks[1].subnet", "overlaps"]),
    "gateway_outside": (nets(changed(WEB, gateway="172.19.0.1")), ["networks[0].gateway", "172.19.0.1", "172.18.0.0/16"]),
    "gateway_broadcast": (nets(changed(WEB, gateway="172.18.255.255")), ["networks[0].gateway"]),
    "network_twice": (nets(WEB, {"name": "web", "subnet": "172.19.0.0/16"}), ["networks[1].name", "web"]),
    "endpoint_twice": (ends(A1, changed(A1, ipv4="172.18.0.3")), ["endpoints[1].name", "a1"]),
    "network_unknown": (ends(changed(A1, network="db")), ["endpoints[0].network", "db"]),
    "address_outside": (ends(changed(A1, ipv4="172.19.0.2")), ["endpoints[0].ipv4", "172.19.0.2", "172.18.0.0/16"]),
    "address_of_subnet": (ends(changed(A1, ipv4="172.18.0.0")), ["endpoints[0].ipv4"]),
    "address_of_broadcast": (ends(changed(A1, ipv4="172.18.255.255")), ["endpoints[0].ipv4"]),
    "address_of_gateway": (ends(changed(A1, ipv4="172.18.0.1")), ["endpoints[0]", "172.18.0.1"]),
    "address_twice": (ends(A1, changed(A1, name="a2", mac="02:00:00:00:00:02")), ["endpoints[1].ipv4", "172.18.0.2"]),
    "address_no_address": (ends(changed(A1, ipv4="172.18.0.256")), ["endpoints[0].ipv4", "172.18.0.256"]),
    "mac_twice": (
        ends(A1, {"name": "a2", "network": "web", "ipv4": "172.18.0.3", "mac": "02:42:ac:12:00:02"}),
        ["endpoints[1].mac", "02:42:ac:12:00:02"],
    ),
    "mac_of_gateway": (ends(changed(A1, mac="02:42:ac:12:00:01")), ["endpoints[0].mac", "02:42:ac:12:00:01"]),
    "mac_of_group": (ends(changed(A1, mac="03:00:00:00:00:01")), ["endpoints[0].mac"]),
    "mac_zero": (ends(changed(A1, mac="00:00:00:00:00:00")), ["endpoints[0].mac"]),
    "mac_no_mac": (ends(changed(A1, mac="02:42")), ["endpoints[0].mac", "02:42"]),
    "publish_no_endpoint": (publishes(changed(PORT, endpoint="b1")), ["publish[0].endpoint", "b1"]),
    "publish_port_0": (publishes(changed(PORT, port="0")), ["publish[0].port"]),
    "publish_port_high": (publishes(changed(PORT, host_port="65536")), ["publish[0].host_port"]),
    "publish_range_backwards": (publishes(changed(PORT, host_port="90-80", port="80-90")), ["publish[0].host_port"]),
    "publish_sizes_differ": (publishes(changed(PORT, host_port="8000-8010")), ["publish[0].port"]),
    "publish_protocol": (publishes(changed(PORT, protocol="icmp")), ["publish[0].protocol", "icmp"]),
    "publish_twice": (publishes(PORT, PORT), ["publish[1].host_port", "a1"]),
    "publish_over_nat_ports": (publishes(changed(PORT, host_port="61000"), uplink=UPLINK), ["publish[0].host_port", "61000-65535"]),
    "publish_no_address_of_host": (
        publishes(changed(PORT, host_ip="203.0.113.11"), uplink=UPLINK),
        ["publish[0].host_ip: 203.0.113.11 is no address of this host"],
    ),
    "host_ipv4_of_loopback": (nets(changed(WEB, host_ipv4="127.0.0.1")), ["networks[0].host_ipv4", "127.0.0.1"]),
    "host_ipv4_inside": (nets(changed(WEB, host_ipv4="172.18.9.9")), ["networks[0].host_ipv4", "network web"]),
    "link_to_nobody": (links({"from": "a1", "to": "a3", "ports": ["80"]}), ["links[0].to", "a3"]),
    "link_to_itself": (links({"from": "a1", "to": "a1", "ports": ["80"]}), ["links[0].to", "a1"]),
    "link_without_ports": (links({"from": "a1", "to": "a2", "ports": []}), ["links[0].ports"]),
    "link_protocol": (links({"from": "a1", "to": "a2", "ports": ["80/icmp"]}), ["links[0].ports[0]", "icmp"]),
    "conntrack_unknown": ({"conntrack": {"timeout": 1}}, ["conntrack.timeout: unknown key"]),
    "conntrack_max": ({"conntrack": {"max": 0}}, ["conntrack.max", "from 1 to 16777216"]),
    "conntrack_timeout": ({"conntrack": {"udp_timeout": 2147484}}, ["conntrack.udp_timeout", "2147483"]),
    "uplink_no_addresses": (uplinks(ipv4=[]), ["uplink.ipv4: must not be empty"]),
    "uplink_address_twice": (uplinks(ipv4=["203.0.113.10/24", "203.0.113.10/24"]), ["uplink.ipv4[1]", "twice"]),
    "uplink_nat_ports_overlap": (uplinks(nat_ports="1-10,10-20"), ["uplink.nat_ports: 10-20 overlaps 1-10"]),
    "uplink_mtu": (uplinks(mtu=67), ["uplink.mtu", "68"]),
    "uplink_overlaps": (uplinks(ipv4="172.18.0.200/24"), ["uplink.ipv4", "172.18.0.0/16 of network web"]),
    "uplink_no_length": (uplinks(ipv4="203.0.113.10"), ["uplink.ipv4"]),
    "uplink_gateway_outside": (uplinks(gateway="198.51.100.1"), ["uplink.gateway", "198.51.100.1"]),
    "uplink_nat_ports": (uplinks(nat_ports="0-10"), ["uplink.nat_ports"]),
    "neighbor_no_address": (uplinks(neighbors={"x": "02:00:00:00:00:01"}), ["uplink.neighbors", "x"]),
    "neighbor_no_mac": (uplinks(neighbors={"203.0.113.1": 5}), ["uplink.neighbors.203.0.113.1"]),
}

TEXTS = {
    "empty": ("", ["line 1, column 1"]),
    "no_json": ("networks:\n  - web\n", ["line 1", "not JSON"]),
    "stray_comma": ('{\n  "networks": [,]\n}\n', ["line 2, column 1", "not JSON"]),
    "cut": ('{\n"networks": [\n', ["line 3", "not JSON"]),
    "trailing": (json.dumps(nets(WEB)) + "\nmore", ["line 2, column 1", "not JSON"]),
}
