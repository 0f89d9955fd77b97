#!/usr/bin/env python3
"""The library itself finds what it is there to find: wrong checksums, and what is left behind."""

from lab import Capture, Failure, UdpServer, check, main, ping, udp_ask
from lab.main import nothing_runs
from lab.sniff import verify


def finds(what, work, *arguments):
    try:
        work(*arguments)
    except (Failure, ValueError):
        return
    raise Failure(f"not found: {what}")


def flipped(frame, at):
    return frame._replace(data=frame.data[:at] + bytes([frame.data[at] ^ 1]) + frame.data[at + 1:])


def scenario(lab):
    a, b = lab.attach("a"), lab.attach("b")
    capture = Capture(b.namespace)
    ping(a.namespace, b.address)
    UdpServer(b.namespace, 53)
    a.namespace.run("ethtool", "-K", "eth0", "tx", "off")
    udp_ask(a.namespace, b.address, 53, b"q" * 101)
    frames = [frame for frame in capture.verified()[0] if frame.ipv4 and frame.protocol in ("udp", "icmp")]
    whole = [frame for frame in frames if not frame.owes]
    check(len(whole) >= 7, f"{len(whole)} frames that owe nothing")
    for frame in whole:
        for at in (14 + 8, 14 + 12, len(frame.data) - 1):  # TTL, address, payload
            finds(f"byte {at} of {frame}", verify, flipped(frame, at))
    for frame in frames:
        if frame.owes:  # only what the pseudo-header has is summed yet
            finds(f"port of {frame}", verify, flipped(frame, 14 + 20 + 6))
    lab.host.ip("link add stray type bridge")
    finds("a device", lab.assert_nothing_left)
    lab.host.ip("link delete stray")
    lab.host.sysctl("net.ipv4.ip_local_reserved_ports", "61000-65535")
    finds("reserved ports", lab.assert_nothing_left)
    lab.host.sysctl("net.ipv4.ip_local_reserved_ports", "")
    process = lab.host.spawn("sleep", "30")
    finds("a process", nothing_runs)
    process.kill()


main(scenario)
