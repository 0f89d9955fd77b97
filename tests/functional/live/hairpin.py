#!/usr/bin/env python3
"""Published ports as containers use them: of the container itself, of its network, of another network (P-066 to P-068, T-07,
T-10 to T-12, T-29)."""

from lab import HOST, TcpServer, UdpServer, check, equal, main, network, seen, tcp_ask, udp_ask

DOCKER0 = "172.17.0.1"  # of the default network, where nobody is


def scenario(lab):
    a = lab.attach("a", "web", publish=["8080:80", "5353:53/udp"])
    neighbour, stranger = lab.attach("b", "web"), lab.attach("c", "db")
    TcpServer(a.namespace, 80)
    UdpServer(a.namespace, 53)
    gateway = lab.gateway(a)
    for client in (a, neighbour, stranger):
        for address in (HOST, gateway, lab.gateway(stranger), DOCKER0):
            name, source, _ = seen(tcp_ask(client.namespace, address, 8080))
            equal(name, "a", f"who answers {client.name} at {address}:8080")
            # Docker without its proxy shows a neighbour's own address (P-066).
            check(source == gateway or (client is neighbour and not lab.is_pontoon and source == neighbour.address),
                  f"{client.name} at {address} is seen as {source}")
            udp_ask(client.namespace, address, 5353)


main(scenario, variants=("tap", "veth", "workers"), networks=[network("web", "172.18.0.0/16"), network("db", "172.19.0.0/16")])
