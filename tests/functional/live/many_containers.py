#!/usr/bin/env python3
"""200 containers: attach all, ping between pairs, out of each, detach all; median times are printed."""

import statistics
import time

from lab import SERVER, check, equal, main, ping

COUNT = 200


def scenario(lab):
    attached, times = [], {"attach": [], "detach": []}
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
    print(", ".join(f"{what} {statistics.median(took) * 1e3:.1f} ms" for what, took in times.items()), "at the median of",
          COUNT)


main(scenario, timeout=120)
