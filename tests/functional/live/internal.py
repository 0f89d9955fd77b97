#!/usr/bin/env python3
"""Internal networks: their containers reach each other and their gateway, which is the host, and nothing else even where
a route is forged; isolated ones have no gateway, and one of two addresses has both for containers (T-02, T-04 to T-06)."""

from lab import HOST, SERVER, TcpServer, check, equal, main, no_ping, ping, refuses
from lab.api import request


def create(lab, network, subnet, **options):
    request(lab.switch.socket, "POST", "/networks/create", {
        "Name": network, "Internal": True, "IPAM": {"Config": [{"Subnet": subnet}]},
        "Options": {"com.docker.network.bridge." + key: value for key, value in options.items()}})


def unreachable(container, address):
    result = container.namespace.run("ping", "-n", "-c", "1", "-W", "1", address, check=False)
    check("Network is unreachable" in result.stderr, f"{container.name} to {address}: {result.stdout}{result.stderr}")


def scenario(lab):
    create(lab, "inner", "172.30.0.0/24")
    a, b, outer = lab.attach("a", "inner"), lab.attach("b", "inner"), lab.attach("outer")
    server = TcpServer(lab.outside, 80)
    for client in (a, b):
        ping(client.namespace, "172.30.0.1")
        for address in ("8.8.8.8", SERVER, outer.address):
            unreachable(client, address)
    ping(a.namespace, b.address)
    ping(lab.host, a.address)
    a.namespace.ip("route add default via 172.30.0.1")
    check(refuses(a.namespace, SERVER, 80, timeout=0.5), "no way out by a route of one's own")
    for address in (HOST, outer.address):
        no_ping(a.namespace, address)
    check(not server.peers, "nothing came out")
    drops = lab.switch.stats()["drops"]
    check(drops.get("internal_network", 0) >= 2 and drops.get("network_isolated", 0) >= 1, f"drops are named: {drops}")
    isolated(lab)
    point_to_point(lab)


def isolated(lab):
    create(lab, "lonely", "172.31.0.0/24", gateway_mode_ipv4="isolated", name="br-lonely")
    c, d = lab.attach("c", "lonely"), lab.attach("d", "lonely")
    equal([link["addr_info"] for link in lab.host.ip_json("-4 address show dev br-lonely")], [], "the host's addresses")
    for one, other in ((c, d), (d, c)):
        ping(one.namespace, other.address)
        equal(one.namespace.ip_json("-4 route show default"), [], "no gateway")


def point_to_point(lab):
    for option in ({"inhibit_ipv4": "true"}, {"gateway_mode_ipv4": "isolated"}):
        create(lab, "pair", "192.168.135.0/31", **option)
        pair = [lab.prepare(f"{name}-{next(iter(option))}"[:15]) for name in "ef"]
        for number, container in enumerate(pair):
            lab.reattach(container, "pair")
            equal(container.address, f"192.168.135.{number}", "an address")
        for one, other in (pair, pair[::-1]):
            ping(one.namespace, other.address)
        for container in pair:
            lab.detach(container)
        request(lab.switch.socket, "DELETE", "/networks/pair")


main(scenario, only="pontoon", variants=("tap", "veth"))
