#!/usr/bin/env python3
"""Networks are apart: neither ping nor TCP nor UDP reaches a container of another one; each reaches every gateway."""

import socket

from lab import TcpServer, UdpServer, check, main, network, no_ping, ping, refuses


def scenario(lab):
    a, b = lab.attach("a", "web"), lab.attach("b", "db")
    TcpServer(b.namespace, 80)
    server = UdpServer(b.namespace, 53)
    no_ping(a.namespace, b.address)
    check(refuses(a.namespace, b.address, 80), "TCP does not pass")
    check(refuses(a.namespace, b.address, 53, socket.SOCK_DGRAM), "UDP does not pass")
    check(not server.peers, "nothing arrived")
    ping(a.namespace, lab.gateway(a))
    ping(a.namespace, lab.gateway(b))
    if lab.is_pontoon:
        check(lab.switch.stats()["drops"].get("network_isolated", 0) >= 3, "drops are named")


main(scenario, networks=[network("web", "172.18.0.0/16"), network("db", "172.19.0.0/16")])
