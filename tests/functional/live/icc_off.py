#!/usr/bin/env python3
"""icc=false: containers of one network do not reach each other, but the gateway, the world and, from it, published ports."""

from lab import HOST, SERVER, TcpServer, check, main, network, no_ping, ping, refuses, seen, tcp_ask


def scenario(lab):
    a, b = lab.attach("a", "apart"), lab.attach("b", "apart", publish=["8080:80"])
    server = TcpServer(b.namespace, 80)
    TcpServer(lab.outside, 80)
    no_ping(a.namespace, b.address)
    check(refuses(a.namespace, b.address, 80), "TCP does not pass")
    check(not server.peers, "nothing arrived")
    ping(a.namespace, lab.gateway(a))
    ping(a.namespace, SERVER)
    check(seen(tcp_ask(a.namespace, SERVER, 80))[1] == HOST, "the world is reached")
    check(tcp_ask(lab.outside, HOST, 8080).startswith("b sees"), "the published port is reached")
    if lab.is_pontoon:
        check(lab.switch.stats()["drops"].get("icc_denied", 0) >= 2, "drops are named")


main(scenario, networks=[network("apart", "172.18.0.0/16", icc=False)])
