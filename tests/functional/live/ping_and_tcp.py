#!/usr/bin/env python3
"""Two containers of a network: ping both ways, TCP, UDP, curl against a web server, every checksum right."""

from lab import Capture, HttpServer, SinkServer, UdpServer, check, curl, equal, main, ping, udp_ask, upload


def scenario(lab):
    a, b = lab.attach("a"), lab.attach("b")
    inside = Capture(b.namespace)
    ping(a.namespace, b.address)
    ping(b.namespace, a.address, "-s", "1400")
    ping(a.namespace, lab.gateway(a))
    HttpServer(b.namespace, 80)
    equal(curl(a.namespace, f"http://{b.address}/"), f"b sees {a.address}", "the page")
    UdpServer(b.namespace, 53)
    check(udp_ask(a.namespace, b.address, 53).startswith(f"b sees {a.address}:"), "UDP comes from a")
    SinkServer(b.namespace, 9)
    upload(a.namespace, b.address, 9, 20 << 20)
    counts = inside.verified()[1]
    check(counts["tcp"] > 100 and counts["icmp"] >= 12 and counts["udp"] >= 2, f"verified packets: {counts}")


main(scenario, variants=("tap", "veth", "workers"))
