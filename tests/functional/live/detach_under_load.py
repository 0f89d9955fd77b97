#!/usr/bin/env python3
"""Containers come and go while others talk: no packet of the others is lost, and each takes little time (printed)."""

import statistics
import time

from lab import SERVER, Datagrams, Stream, check, equal, main


def scenario(lab):
    a, b, guest = lab.attach("a"), lab.attach("b"), lab.attach("guest")
    inside = Stream(a.namespace, b.namespace, b.address, 7000)
    out = Stream(a.namespace, lab.outside, SERVER, 7000)
    numbered = Datagrams(a.namespace, b.namespace, b.address)
    times = {"attach": [], "detach": []}
    for _ in range(20):
        leaving = Datagrams(a.namespace, guest.namespace, guest.address, every=0.0005)
        begin = time.monotonic()
        lab.switch.detach(guest)
        middle = time.monotonic()
        lab.reattach(guest)
        times["detach"].append(middle - begin)
        times["attach"].append(time.monotonic() - middle)
        leaving.end()
    inside.end()
    out.end()
    sent, lost = numbered.end()
    check(sent > 500, f"{sent} datagrams meanwhile")
    equal(lost, 0, f"datagrams lost of {sent}")
    check(max(inside.longest_wait, out.longest_wait) < 0.5, f"waits: {inside.longest_wait:.2f}, {out.longest_wait:.2f} s")
    print(", ".join(f"{what} {statistics.median(took) * 1e3:.0f} ms" for what, took in times.items()), "at the median")


main(scenario, variants=("tap", "veth"))
