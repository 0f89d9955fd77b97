#!/usr/bin/env python3
"""10 MB each way by TCP through an outside that loses 1 % and reorders 2 % of the packets."""

from lab import FAR, HOST, SinkServer, check, main, upload

SIZE = 10_000_000


def scenario(lab):
    far = lab.world.impaired(loss=0.01, reorder=0.02)
    a = lab.attach("a", publish=["99:9"])
    SinkServer(far, 9)
    SinkServer(a.namespace, 9)
    upload(a.namespace, FAR, 9, SIZE, timeout=60)
    upload(far, HOST, 99, SIZE, timeout=60)
    wire = far.impairment
    check(wire.lost > 50 and wire.reordered > 100, f"lost {wire.lost}, reordered {wire.reordered} of {wire.carried}")


main(scenario, variants=("tap", "xdp"), timeout=120)
