#!/usr/bin/env python3
"""The uplink's address changes: new flows leave with the new one, published ports are reached at it, old ones are gone."""

from lab import HOST, SERVER, TcpServer, check, equal, eventually, main, refuses, seen, tcp_ask

NEW = "203.0.113.20"


def scenario(lab):
    a = lab.attach("a", publish=["8080:80"])
    TcpServer(lab.outside, 7)
    TcpServer(a.namespace, 80)
    equal(seen(tcp_ask(a.namespace, SERVER, 7))[1], HOST, "the address outside")
    lab.host.ip(f"address add {NEW}/24 dev eth0")
    eventually(lambda: not refuses(lab.outside, NEW, 8080, timeout=0.2), "the port is published at the further address")
    equal(seen(tcp_ask(a.namespace, SERVER, 7))[1], HOST, "the first address stays that of new flows")
    lab.host.sysctl("net.ipv4.conf.eth0.promote_secondaries", 1)
    lab.host.ip(f"address delete {HOST}/24 dev eth0")
    lab.host.ip("route replace default via 203.0.113.1")
    eventually(lambda: address_outside(a) == NEW, "new flows leave with the new address")
    check(tcp_ask(lab.outside, NEW, 8080).startswith("a sees"), "published at the new address")
    check(refuses(lab.outside, HOST, 8080), "and not at the old one")
    lab.changed = {"routes", "sysctls"}


def address_outside(container):
    try:
        return seen(tcp_ask(container.namespace, SERVER, 7, timeout=0.5))[1]
    except AssertionError:
        return None


main(scenario, variants=("tap", "xdp"))
