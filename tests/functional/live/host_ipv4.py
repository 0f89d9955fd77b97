#!/usr/bin/env python3
"""A network with host_ipv4 goes out with that address, the others with the host's first (T-24, O-011); rules of the host
that drop all that its kernel forwards are nothing to either (T-25, T-26)."""

from lab import HOST, SERVER, TcpServer, UdpServer, check, equal, main, ping, seen, tcp_ask, udp_ask
from lab.api import request

OTHER = "203.0.113.11"


def scenario(lab):
    lab.host.ip(f"address add {OTHER}/24 dev eth0")
    lab.host.run("iptables", "-P", "FORWARD", "DROP")
    lab.host.run("iptables", "-A", "FORWARD", "-j", "DROP")
    request(lab.switch.socket, "POST", "/networks/create", {
        "Name": "web", "IPAM": {"Config": [{"Subnet": "172.18.0.0/16"}]},
        "Options": {"com.docker.network.host_ipv4": OTHER}})
    a, b = lab.attach("a", "web", publish=["8080:80"]), lab.attach("b", publish=["8081:80"])
    for server in (lab.outside, a.namespace, b.namespace):
        TcpServer(server, 80)
    UdpServer(lab.outside, 53)
    for container, address in ((a, OTHER), (b, HOST)):
        equal(seen(tcp_ask(container.namespace, SERVER, 80))[1], address, f"{container.name}'s address outside")
        equal(seen(udp_ask(container.namespace, SERVER, 53))[1], address, f"{container.name}'s address for UDP")
        ping(container.namespace, SERVER)
    equal(seen(tcp_ask(a.namespace, HOST, 8081))[:2], ("b", OTHER), "a at b's published port")
    for address in (HOST, OTHER):
        for name, port in (("a", 8080), ("b", 8081)):
            equal(seen(tcp_ask(lab.outside, address, port, source=SERVER))[:2], (name, SERVER), f"{address}:{port}")
    check("-A FORWARD -j DROP" in lab.host.run("iptables-save").stdout, "the rule is there")
    lab.host.run("iptables", "-F", "FORWARD")
    lab.host.ip(f"address delete {OTHER}/24 dev eth0")


main(scenario, only="pontoon", variants=("tap", "xdp"))
