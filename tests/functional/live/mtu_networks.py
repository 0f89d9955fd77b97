#!/usr/bin/env python3
"""Networks of MTU 1500, 9000 and the most: packets of just that length pass whole, TCP and UDP too, all sums right."""

from lab import Capture, SinkServer, UdpServer, check, equal, main, network, ping, udp_ask, upload

MTUS = (1500, 9000, 36846, 65535)
VETH_MOST = 36846  # 18 buffers of 2048 bytes, less Ethernet and a VLAN tag
TAP_MOST = 65521   # of Linux: 65535 with the Ethernet header


def scenario(lab):
    is_veth = lab.is_pontoon and lab.switch.kind_of_attachment == "veth"
    for mtu in MTUS:
        if is_veth and mtu > VETH_MOST:
            refused(lab, mtu)
            continue
        a, b = lab.attach(f"a{mtu}", f"n{mtu}"), lab.attach(f"b{mtu}", f"n{mtu}")
        if lab.is_pontoon and not is_veth:
            mtu = min(mtu, TAP_MOST)
        equal(a.namespace.ip_json("link show dev eth0")[0]["mtu"], mtu, "the device's MTU")
        capture = Capture(b.namespace)
        ping(a.namespace, b.address, "-M", "do", "-s", str(mtu - 28))
        UdpServer(b.namespace, 53)
        for size in (0, 1, 18, 1472, min(mtu - 28, 65507), 65507):
            udp_ask(a.namespace, b.address, 53, b"x" * size)
        SinkServer(b.namespace, 9)
        upload(a.namespace, b.address, 9, 20 << 20)
        frames, counts = capture.verified()
        check(counts["tcp"] > 50 and counts["udp"] >= 10, f"verified packets: {counts}")
        longest = max(len(frame.data) for frame in frames)
        if is_veth:
            check(longest >= mtu, f"whole packets of the MTU {mtu} pass: the longest frame has {longest} bytes")
        else:
            check(longest > 20000, f"segments stay whole on the way: the longest frame has {longest} bytes")


def refused(lab, mtu):
    container = lab.prepare(f"a{mtu}")
    result = lab.switch.command("attach", "--network", f"n{mtu}", "--name", container.name, "--netns",
                                container.namespace.path, check=False)
    check(result.returncode != 0 and f"veth carries at most {VETH_MOST}" in result.stderr, f"refused: {result.stderr}")
    equal([link["ifname"] for link in container.namespace.ip_json("link show")], ["lo"], "nothing is left of it")


main(scenario, variants=("tap", "veth"), networks=[network(f"n{mtu}", f"172.{18 + i}.0.0/16", mtu=mtu)
                                                   for i, mtu in enumerate(MTUS)])
