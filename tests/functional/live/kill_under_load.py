#!/usr/bin/env python3
"""kill -9 under load: the host's own traffic does not notice; the next daemon takes over what was left, and connections
of containers go on: through the bridge, out and in."""

from lab import HOST, SERVER, Stream, TcpServer, check, main, tcp_ask


def scenario(lab):
    a, b = lab.attach("a", publish=["8080:80", "7002:7002"]), lab.attach("b")
    TcpServer(a.namespace, 80)
    ssh, back = Stream(lab.host, lab.outside, SERVER, 22), Stream(lab.outside, lab.host, HOST, 22)
    inside = Stream(a.namespace, b.namespace, b.address, 7000)
    for stream in (ssh, back, inside):
        stream.goes_on()
    for _ in range(2):
        lab.switch.kill()
        ssh.goes_on(100)
        back.goes_on(100)
        lab.switch.restart()
        inside.goes_on()
        check(tcp_ask(b.namespace, a.address, 80).startswith("a sees"), "the bridge")
        check(tcp_ask(lab.outside, HOST, 8080).startswith("a sees"), "the published port")
    for stream in (ssh, back, inside):
        stream.end()
    check(max(ssh.longest_wait, back.longest_wait) < 0.5, f"ssh waited {ssh.longest_wait:.2f}, {back.longest_wait:.2f} s")


main(scenario, variants=("tap", "veth", "xdp"))
