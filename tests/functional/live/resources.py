#!/usr/bin/env python3
"""What the daemon takes: to its first forwarded packet under 1 s of processor time, which other work on the machine does
not change (the time by the clock is printed), memory under 200 MiB, and next to no processor time with 100 idle
containers."""

import os
import pathlib
import signal
import time

from lab import check, equal, main, ping

IDLE_SECONDS = 5


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def scenario(lab):
    first, second = lab.prepare("first"), lab.prepare("second")
    ready = lab.switch.start()
    begin = time.monotonic()
    lab.reattach(first)
    lab.reattach(second)
    ping(first.namespace, second.address, count=1)
    took = ready + time.monotonic() - begin
    pid = lab.switch.process.pid
    worked = processor_seconds(pid)
    check(worked < 1, f"{worked:.2f} s of processor time from start to the first forwarded packet")
    for number in range(98):
        lab.attach(f"c{number}")
    memory = int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) // 1024
    check(memory < 200, f"{memory} MiB resident")
    time.sleep(1)  # neighbour discovery of the new devices is over
    before = processor_seconds(pid)
    time.sleep(IDLE_SECONDS)
    share = (processor_seconds(pid) - before) / IDLE_SECONDS
    check(share < 0.02, f"{share:.1%} of a core with 100 idle containers")
    lab.switch.process.send_signal(signal.SIGTERM)
    equal(lab.switch.process.wait(timeout=10), 0, "exit status")
    print(f"first packet after {took:.2f} s ({worked:.2f} s of work), {memory} MiB, {share:.2%} of a core when idle")


main(scenario, start=False, only="pontoon", timeout=90)
