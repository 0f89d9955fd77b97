#!/usr/bin/env python3
"""Out through the masquerade: who is outside sees the host's address and a NAT port, by TCP, UDP, ping and curl."""

from lab import (HOST, SERVER, Capture, HttpServer, SinkServer, TcpServer, UdpServer, check, curl, equal, main, ping, seen,
                 tcp_ask, udp_ask, upload)


def scenario(lab):
    a = lab.attach("a")
    outside, inside = Capture(lab.outside, "wan"), Capture(a.namespace)
    tcp, udp, web = TcpServer(lab.outside, 7), UdpServer(lab.outside, 53), HttpServer(lab.outside, 80)
    SinkServer(lab.outside, 9)
    for _ in range(20):
        _, address, port = seen(tcp_ask(a.namespace, SERVER, 7))
        equal(address, HOST, "the client's address outside")
        udp_ask(a.namespace, SERVER, 53)
    ping(a.namespace, SERVER)
    equal(curl(a.namespace, f"http://{SERVER}/"), f"outside sees {HOST}", "the page")
    upload(a.namespace, SERVER, 9, 8 << 20)
    if lab.is_pontoon:
        ports = {port for server in (tcp, udp, web) for _, port in server.peers}
        check(min(ports) >= 61000 and len(ports) > 20, f"ports of the NAT range: {sorted(ports)}")
    frames, counts = outside.verified()
    check(counts["tcp"] > 100 and counts["udp"] == 40 and counts["icmp"] == 6, f"verified packets outside: {counts}")
    private = [frame for frame in frames if frame.ipv4 and "172.17." in (frame.source[:7], frame.destination[:7])]
    check(not private, f"{len(private)} packets outside bear a container's address")
    check(inside.verified()[1]["tcp"] > 100, "verified packets inside")


main(scenario, variants=("tap", "veth", "xdp", "workers"))
