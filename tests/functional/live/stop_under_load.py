#!/usr/bin/env python3
"""SIGTERM under load: nothing is left, the host's own traffic does not notice, and the next daemon has everybody back."""

from lab import HOST, SERVER, Stream, TcpServer, check, main, refuses, seen, tcp_ask


def scenario(lab):
    a, b = lab.attach("a", publish=["8080:80"]), lab.attach("b")
    ssh, back = Stream(lab.host, lab.outside, SERVER, 22), Stream(lab.outside, lab.host, HOST, 22)
    inside, out = Stream(a.namespace, b.namespace, b.address, 7000), Stream(a.namespace, lab.outside, SERVER, 7000)
    for stream in (ssh, back, inside, out):
        stream.goes_on()
    TcpServer(a.namespace, 80)
    check(tcp_ask(lab.outside, HOST, 8080).startswith("a sees"), "published before")
    lab.switch.stop()
    lab.assert_nothing_left()
    check(refuses(lab.outside, HOST, 8080), "not published afterwards")
    ssh.goes_on(200)
    back.goes_on(200)
    lab.start_again()
    check(tcp_ask(lab.outside, HOST, 8080).startswith("a sees"), "published again")
    check(tcp_ask(b.namespace, a.address, 80).startswith("a sees"), "the bridge")
    TcpServer(lab.outside, 7)
    check(seen(tcp_ask(b.namespace, SERVER, 7))[1] == HOST, "the way out")
    for stream in (ssh, back):
        stream.end()
    check(max(ssh.longest_wait, back.longest_wait) < 0.5, f"ssh waited {ssh.longest_wait:.2f}, {back.longest_wait:.2f} s")


main(scenario, variants=("tap", "xdp"))
