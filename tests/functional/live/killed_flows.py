#!/usr/bin/env python3
"""kill -9 in the middle of connections: the next daemon knows nothing of them and picks them up: those in by what is
published, whichever side speaks first, those out through the masquerade by the same NAT port as before once the
container speaks, be it that it keeps the connection alive: nobody else knows whose port it was."""

from lab import HOST, SERVER, Stream, check, main


def scenario(lab):
    a = lab.attach("a", publish=["7002:7102"])
    out = Stream(a.namespace, lab.outside, SERVER, 7000, keepalive=True)
    back = Stream(lab.outside, a.namespace, HOST, 7002, listen=7102)
    for _ in range(4):
        for stream in (out, back):
            stream.goes_on()
        lab.switch.kill()
        lab.switch.restart()
        for stream in (out, back):
            stream.goes_on()
    check("saved flows" not in lab.switch.log.read_text(), "nothing was saved")
    for stream in (out, back):
        stream.end()


main(scenario, variants=("tap", "veth"), only="pontoon")
