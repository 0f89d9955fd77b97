#!/usr/bin/env python3
"""In through published ports: TCP, UDP, ranges, one address of the host; the server sees the client's own address."""

import socket

from lab import (HOST, SERVER, Capture, HttpServer, SinkServer, TcpServer, UdpServer, check, curl, equal, main, refuses,
                 seen, tcp_ask, udp_ask, upload)


def scenario(lab):
    a = lab.attach("a", publish=["8080:80", "5353:53/udp", "9000-9002:7000-7002", f"{HOST}:81:7000", "99:9"])
    inside, outside = Capture(a.namespace), Capture(lab.outside, "wan")
    HttpServer(a.namespace, 80)
    UdpServer(a.namespace, 53)
    SinkServer(a.namespace, 9)
    for port in (7000, 7001, 7002):
        TcpServer(a.namespace, port, name=f"port{port}")
    equal(curl(lab.outside, f"http://{HOST}:8080/", "--interface", SERVER), f"a sees {SERVER}", "the page")
    equal(seen(udp_ask(lab.outside, HOST, 5353, source=SERVER))[:2], ("a", SERVER), "UDP")
    for port in (9000, 9001, 9002):
        equal(seen(tcp_ask(lab.outside, HOST, port, source=SERVER))[:2], (f"port{port - 2000}", SERVER), f"port {port}")
    equal(seen(tcp_ask(lab.outside, HOST, 81))[0], "port7000", "the port of one address")
    upload(lab.outside, HOST, 99, 8 << 20)
    for port in (80, 8999, 9003):
        check(refuses(lab.outside, HOST, port), f"port {port} is not published")
    check(refuses(lab.outside, HOST, 8080, socket.SOCK_DGRAM), "8080 is published for TCP alone")
    for capture in (inside, outside):
        counts = capture.verified()[1]
        check(counts["tcp"] > 100 and counts["udp"] >= 2, f"verified packets: {counts}")


main(scenario, variants=("tap", "veth", "xdp", "workers"))
