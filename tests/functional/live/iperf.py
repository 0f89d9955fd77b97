#!/usr/bin/env python3
"""iperf3 moves data: container to container, out and in, and with several streams."""

from lab import HOST, SERVER, check, iperf3, main


def scenario(lab):
    a, b = lab.attach("a", publish=["5201:5201"]), lab.attach("b")
    for client, address, server, words in ((b.namespace, a.address, a.namespace, ()),
                                           (b.namespace, a.address, a.namespace, ("-P", 4)),
                                           (a.namespace, SERVER, lab.outside, ()),
                                           (lab.outside, HOST, a.namespace, ())):
        rate = iperf3(client, address, server, 1, *words)
        check(rate > 100e6, f"{client.name} to {address}: {rate / 1e9:.2f} Gbit/s")


main(scenario, variants=("tap", "veth", "xdp"))
