#!/usr/bin/env python3
"""Ports published on addresses of the loopback are the host's alone: two containers share a port by two of them (T-44), and
a neighbour on the uplink that routes them to the host reaches neither (T-16)."""

import socket

from lab import HOST, Capture, HttpServer, UdpServer, check, curl, equal, main, refuses

ONE, TWO = "127.0.0.1", "127.0.0.2"


def scenario(lab):
    servers = []
    for name, address in (("a", ONE), ("b", TWO)):
        container = lab.attach(name, publish=[f"{address}:8080:80", f"{address}:5353:53/udp"])
        servers += [HttpServer(container.namespace, 80), UdpServer(container.namespace, 53)]
    for name, address in (("a", ONE), ("b", TWO)):
        check(curl(lab.host, f"http://{address}:8080/").startswith(f"{name} sees"), f"the host at {address}:8080")
        asked = f"exec 3<>/dev/udp/{address}/5353; echo -n question >&3; timeout 2 head -c 6 <&3"
        equal(lab.host.run("bash", "-c", asked).stdout, f"{name} sees", f"UDP at {address}")
    for server in servers:
        server.peers.clear()
    check(refuses(lab.outside, HOST, 8080, timeout=0.3), "the host's other addresses do not have the port")
    lab.outside.ip("address delete 127.0.0.1/8 dev lo")
    lab.outside.ip(f"route add 127.0.0.0/8 via {HOST} dev wan")
    lab.outside.sysctl("net.ipv4.conf.wan.route_localnet", 1)
    arrived = Capture(lab.host, "eth0")
    lab.changed = {"sysctls"}
    for allowed in (0, 1):
        lab.host.sysctl("net.ipv4.conf.eth0.route_localnet", allowed)
        for address in (ONE, TWO):
            for port, kind in ((8080, socket.SOCK_STREAM), (5353, socket.SOCK_DGRAM)):
                check(refuses(lab.outside, address, port, kind, timeout=0.2), f"{address}:{port} from outside, {allowed}")
    check(not any(server.peers for server in servers), "nothing reached a container")
    tried = {frame.destination for frame in arrived.end() if frame.ipv4 and not frame.outgoing}
    check({ONE, TWO} <= tried, f"the neighbour's packets came as far as the host: {tried}")


main(scenario, only="pontoon", cgroup=True, variants=("tap", "xdp"))
