#!/usr/bin/env python3
"""Who is outside and has a route to a container's address does not reach it, published or not, whether the host's kernel
forwards or not; by the published port it does (T-13 to T-15)."""

import socket

from lab import HOST, SERVER, Capture, TcpServer, UdpServer, check, main, network, no_ping, refuses, seen, tcp_ask

DATAGRAMS = socket.SOCK_DGRAM


def scenario(lab):
    a, b = lab.attach("a", "web", publish=["8080:80", "5353:53/udp"]), lab.attach("b", "db")
    for port in (80, 81):
        TcpServer(a.namespace, port)
    UdpServer(a.namespace, 53)
    lab.outside.ip(f"route add {a.address}/32 via {HOST}")
    lab.changed = {"sysctls"}
    inside = Capture(a.namespace)
    for forwards in (0, 1):
        lab.host.sysctl("net.ipv4.ip_forward", forwards)
        for port in (80, 81):
            check(refuses(lab.outside, a.address, port, timeout=0.3), f"TCP to port {port} with ip_forward {forwards}")
        check(refuses(lab.outside, a.address, 53, DATAGRAMS, timeout=0.3), f"UDP with ip_forward {forwards}")
        no_ping(lab.outside, a.address)
    check(refuses(b.namespace, a.address, 80, timeout=0.3), "the published port of another network's container")
    check(refuses(b.namespace, a.address, 53, DATAGRAMS, timeout=0.3), "UDP to the same")
    came = [frame for frame in inside.end() if frame.ipv4 and frame.destination == a.address and not frame.outgoing]
    check(not came, f"{len(came)} packets arrived: {came[:1]}")
    check(seen(tcp_ask(lab.outside, HOST, 8080, source=SERVER))[:2] == ("a", SERVER), "by the published port")


main(scenario, variants=("tap", "xdp"), networks=[network("web", "172.18.0.0/16"), network("db", "172.19.0.0/16")])
