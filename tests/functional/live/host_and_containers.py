#!/usr/bin/env python3
"""The host is on each network: it reaches containers, and they its services at the gateway and its other addresses."""

from lab import (HOST, Capture, SinkServer, TcpServer, UdpServer, check, equal, main, network, ping, seen, tcp_ask, udp_ask,
                 upload)


def scenario(lab):
    a, b = lab.attach("a"), lab.attach("b", "web")
    inside = Capture(a.namespace)
    for container in (a, b):
        gateway = lab.gateway(container)
        tcp, sink = TcpServer(container.namespace, 80), SinkServer(container.namespace, 9)
        ping(lab.host, container.address)
        equal(seen(tcp_ask(lab.host, container.address, 80))[:2], (container.name, gateway), "the host at a container")
        upload(lab.host, container.address, sink.port, 8 << 20)
        check(len(tcp.peers) == 1, "one connection")
    TcpServer(lab.host, 80)
    UdpServer(lab.host, 5353)
    SinkServer(lab.host, 9)
    for container in (a, b):
        for address in (lab.gateway(a), lab.gateway(b), HOST):
            ping(container.namespace, address)
            equal(seen(tcp_ask(container.namespace, address, 80))[:2], ("host", container.address), f"TCP to {address}")
            equal(seen(udp_ask(container.namespace, address, 5353))[:2], ("host", container.address), f"UDP to {address}")
            upload(container.namespace, address, 9, 2 << 20)
    check(inside.verified()[1]["tcp"] > 100, "verified packets")
    if lab.is_pontoon:
        devices = {link["ifname"] for link in lab.host.ip_json("link show")}
        check({"docker0"} < devices and any(device.startswith("br-") for device in devices), f"devices: {devices}")


main(scenario, variants=("tap", "veth"), networks=[network("web", "172.18.0.0/16")])
