#!/usr/bin/env python3
"""The daemon is started again in the middle of connections: out through the masquerade, in through a published port, from
one container to a published port of another. They go on, with interfaces that stay as with a restart by systemd."""

from lab import HOST, SERVER, Stream, TcpServer, check, main, tcp_ask


def scenario(lab):
    a, b = lab.attach("a", publish=["7002:7102"]), lab.attach("b")
    out = Stream(a.namespace, lab.outside, SERVER, 7000)
    back = Stream(lab.outside, a.namespace, HOST, 7002, listen=7102)
    inside = Stream(a.namespace, b.namespace, b.address, 7003)
    streams = (out, back, inside)
    for _ in range(3):
        for stream in streams:
            stream.goes_on()
        lab.switch.end()
        lab.switch.restart()
        for stream in streams:
            stream.goes_on()
    check("saved flows go on" in lab.switch.log.read_text(), "flows were taken over")
    TcpServer(lab.outside, 7)
    check(tcp_ask(b.namespace, SERVER, 7).startswith("outside sees"), "a new connection")
    for stream in streams:
        stream.end()


main(scenario, variants=("tap", "veth", "workers"), only="pontoon", options=["--keep-interfaces"])
