#!/usr/bin/env python3
"""A second daemon on the same state, socket or uplink is refused by name, and the first does not notice."""

from lab import check, main, ping


def scenario(lab):
    a, b = lab.attach("a"), lab.attach("b")
    first = {lab.switch.words[i]: lab.switch.words[i + 1] for i in range(0, len(lab.switch.words), 2)}
    other = {**first, "--socket": lab.folder / "socket2", "--state": lab.folder / "state2", "--uplink": "none"}
    other.pop("--uplink-mode")
    for shared in ("--state", "--socket", "--uplink"):
        words = [word for pair in {**other, shared: first[shared]}.items() for word in pair]
        result = lab.host.run(lab.switch.build / "pontoond", *words, check=False, timeout=10)
        lines = result.stderr.strip().splitlines()
        check(result.returncode not in (0, 127) and len(lines) == 1 and str(first[shared]) in lines[0],
              f"the same {shared}: exit {result.returncode}: {result.stderr}")
        ping(a.namespace, b.address)
        ping(a.namespace, "198.51.100.7")


main(scenario, only="pontoon")
