#!/usr/bin/env python3
"""An uplink of several queues and MTU 9000 by AF_XDP: flows come in by every queue, long frames whole, both ways; and a
device whose driver has no XDP is refused by name."""

import re

from lab import (GATEWAY, HOST, SERVER, Capture, Failure, SinkServer, TcpServer, check, equal, main, network, seen,
                 tcp_ask, upload)


def scenario(lab):
    for side, device in ((lab.host, "eth0"), (lab.outside, "wan")):
        side.run("ethtool", "-L", device, "rx", "2", "tx", "2")
        side.ip(f"link set {device} mtu 9000")
    lab.switch.start()
    a = lab.attach("a", "wide", publish=["99:9", "8080:80"])
    outside = Capture(lab.outside, "wan")
    TcpServer(lab.outside, 7)
    TcpServer(a.namespace, 80)
    for _ in range(50):
        equal(seen(tcp_ask(a.namespace, SERVER, 7))[1], HOST, "the client's address outside")
        check(tcp_ask(lab.outside, HOST, 8080).startswith("a sees"), "published")
    SinkServer(lab.outside, 9)
    SinkServer(a.namespace, 9)
    upload(a.namespace, SERVER, 9, 8 << 20)
    upload(lab.outside, HOST, 99, 8 << 20)
    used = [int(n) for n in re.findall(r"rx_queue_\d_xdp_packets: (\d+)", lab.host.run("ethtool", "-S", "eth0").stdout)]
    check(len(used) == 2 and min(used) > 100, f"packets by each queue: {used}")
    frames, _ = outside.verified()
    for way, address in (("out", HOST), ("in", GATEWAY)):
        longest = max(len(frame.data) for frame in frames if frame.ipv4 and frame.source == address)
        check(longest >= 9000, f"the longest frame {way}: {longest}")
    lab.switch.stop()
    generic(lab)


def generic(lab):
    lab.host.ip("link add link eth0 name plain0 type macvlan mode bridge")
    lab.host.ip("link set plain0 up")
    words = ["plain0" if word == "eth0" else word for word in lab.switch.words]
    try:
        lab.switch.start(words)
        raise AssertionError("plain0 was taken")
    except Failure as failure:
        check("plain0: its driver has no XDP; tap mode needs none" in str(failure), str(failure))
    lab.host.ip("link delete plain0")
    lab.switch.start()


main(scenario, variants=("xdp",), start=False, only="pontoon", networks=[network("wide", "172.18.0.0/16", mtu=9000)])
