#!/usr/bin/env python3
"""Containers that leave nothing to hardware: whatever one side owes, the other gets complete checksums and segments."""

from lab import (HOST, SERVER, Capture, SinkServer, UdpServer, check, main, udp_ask, upload)


def scenario(lab):
    plain, able = lab.attach("plain", publish=["99:9"]), lab.attach("able")
    plain.namespace.run("ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off", "gro", "off")
    for side in (plain.namespace, able.namespace, lab.outside):
        SinkServer(side, 9)
        UdpServer(side, 53)
    captures = [Capture(plain.namespace), Capture(able.namespace), Capture(lab.outside, "wan")]
    for client, address in ((plain, able.address), (able, plain.address), (plain, SERVER), (able, SERVER)):
        upload(client.namespace, address, 9, 4 << 20)
        udp_ask(client.namespace, address, 53, b"y" * 1200)
    upload(lab.outside, HOST, 99, 4 << 20)
    for capture in captures:
        counts = capture.verified()[1]
        check(counts["tcp"] > 100 and counts["udp"] >= 4, f"verified packets: {counts}")


main(scenario, variants=("tap", "veth", "xdp"))
