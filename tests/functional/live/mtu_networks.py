#!/usr/bin/env python3
"""Networks of MTU 1500, 9000 and 65535: packets of just that length pass whole, TCP and UDP too, all sums right."""

from lab import Capture, SinkServer, UdpServer, check, equal, main, network, ping, udp_ask, upload

MTUS = (1500, 9000, 65535)


def scenario(lab):
    for mtu in MTUS:
        a, b = lab.attach(f"a{mtu}", f"n{mtu}"), lab.attach(f"b{mtu}", f"n{mtu}")
        equal(a.namespace.ip_json("link show dev eth0")[0]["mtu"], mtu, "the device's MTU")
        capture = Capture(b.namespace)
        ping(a.namespace, b.address, "-M", "do", "-s", str(mtu - 28))
        UdpServer(b.namespace, 53)
        for size in (0, 1, 18, 1472, mtu - 28, 65507):
            udp_ask(a.namespace, b.address, 53, b"x" * size)
        SinkServer(b.namespace, 9)
        upload(a.namespace, b.address, 9, 20 << 20)
        frames, counts = capture.verified()
        check(counts["tcp"] > 50 and counts["udp"] >= 10, f"verified packets: {counts}")
        if not (lab.is_pontoon and lab.switch.kind_of_attachment == "veth"):
            longest = max(len(frame.data) for frame in frames)
            check(longest > 20000, f"segments stay whole on the way: the longest frame has {longest} bytes")


main(scenario, variants=("tap", "veth"), networks=[network(f"n{mtu}", f"172.{18 + i}.0.0/16", mtu=mtu)
                                                   for i, mtu in enumerate(MTUS)])
