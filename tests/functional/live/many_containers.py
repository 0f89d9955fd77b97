#!/usr/bin/env python3
"""Many containers, 200 unless PONTOON_LIVE_CONTAINERS says otherwise: they come and go while others talk, of whom no
packet is lost; ping between pairs, and out. Median times are printed."""

import os
import statistics
import time

from lab import SERVER, Datagrams, check, equal, main, ping

COUNT = int(os.environ.get("PONTOON_LIVE_CONTAINERS", 200))


def scenario(lab):
    attached, times = [], {"attach": [], "detach": []}
    a, b = lab.attach("a"), lab.attach("b")
    others = Datagrams(a.namespace, b.namespace, b.address)
    for number in range(COUNT):
        container = lab.prepare(f"c{number}")
        begin = time.monotonic()
        lab.switch.attach(container, "bridge")
        times["attach"].append(time.monotonic() - begin)
        container.address = container.namespace.address()
        attached.append(container)
    equal(len({container.address for container in attached}), COUNT, "different addresses")
    for number in range(0, COUNT, 10):
        one, other = attached[number], attached[(number * 7 + 13) % COUNT]
        ping(one.namespace, other.address, count=1)
        ping(one.namespace, SERVER, count=1)
    if lab.is_pontoon:
        listed = lab.switch.command("ls").stdout
        check(all(container.name in listed for container in attached), f"ls names all:\n{listed}")
    for container in attached:
        begin = time.monotonic()
        lab.switch.detach(container)
        times["detach"].append(time.monotonic() - begin)
    sent, lost = others.end()
    equal(lost, 0, f"datagrams of others lost of {sent}")
    print(", ".join(f"{what} {statistics.median(took) * 1e3:.1f} ms" for what, took in times.items()), f"at the median of {COUNT};",
          f"{sent} datagrams of others meanwhile")


main(scenario, timeout=60 + COUNT // 3)
