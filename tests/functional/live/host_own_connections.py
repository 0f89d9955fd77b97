#!/usr/bin/env python3
"""The host's own connections from published ports get their answers, and others reach the container by those ports."""

import socket

from lab import HOST, SERVER, EchoServer, TcpServer, UdpServer, check, equal, eventually, main, seen, tcp_ask, udp_ask

FIRST, LAST = 20000, 60999
WIDE = f"{FIRST}-{LAST}:{FIRST}-{LAST}"  # with all that the host chooses from


def scenario(lab):
    old, accepted = connection_to_host(lab, 30000)
    a = lab.attach("a", publish=[WIDE, WIDE + "/udp"])
    TcpServer(a.namespace, 30000)
    TcpServer(a.namespace, 50000)
    UdpServer(a.namespace, 50000)
    EchoServer(lab.outside, 7)
    UdpServer(lab.outside, 7)

    exchange(old, accepted, "a connection from before the port was published")
    out = [client(lab, kind, port) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM) for port in (0, 50000, LAST)]
    for one in out:
        port = one.getsockname()[1]
        check(FIRST <= port <= LAST, f"the host's port {port} is published")
        if one.type == socket.SOCK_STREAM:
            one.sendall(b"q" * 100000)
            equal(received(one, 100000), b"q" * 100000, f"TCP from port {port}")
        else:
            one.send(b"question")
            equal(seen(one.recv(4096).decode())[1], HOST, f"UDP from port {port}")
    for port in (30000, 50000):
        equal(seen(tcp_ask(lab.outside, HOST, port, source=SERVER))[:2], ("a", SERVER), f"port {port} for others")
    equal(seen(udp_ask(lab.outside, HOST, 50000, source=SERVER))[:2], ("a", SERVER), "UDP port 50000 for others")
    exchange(old, accepted, "still the connection from before")
    equal(reserved(lab), "61000-65535", "so many ports are not reserved")
    for one in (*out, old, accepted):
        one.close()
    lab.detach(a)
    few_ports_are_reserved(lab)


def connection_to_host(lab, port):
    """A connection from outside to a server of the host that listens no more."""
    listener = lab.host.bound(port)
    client = lab.outside.connect(HOST, port)
    listener.settimeout(5)
    server = listener.accept()[0]
    listener.close()
    server.settimeout(5)
    return client, server


def client(lab, kind, port):
    """To the servers outside, from any port of the host or a certain one."""
    made = lab.host.new_socket(kind=kind)
    made.settimeout(5)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if port:
        made.bind(("0.0.0.0", port))
    made.connect((SERVER, 7))
    return made


def exchange(left, right, what):
    for one, other in ((left, right), (right, left)):
        one.sendall(b"x" * 50000)
        equal(received(other, 50000), b"x" * 50000, what)


def received(stream, size):
    data = b""
    while len(data) < size:
        data += stream.recv(size - len(data)) or 1 / 0
    return data


def reserved(lab):
    return lab.host.run("cat", "/proc/sys/net/ipv4/ip_local_reserved_ports").stdout.strip()


def few_ports_are_reserved(lab):
    lab.attach("b", publish=["7000-7001:7000-7001"])
    c = lab.attach("c", publish=["60500-60999:500-999"])
    equal(reserved(lab), "60500-65535", "with the published ports that the host would choose")
    lab.switch.kill()
    lab.switch.restart()
    equal(reserved(lab), "60500-65535", "after kill -9 and a new start")
    lab.detach(c)
    eventually(lambda: reserved(lab) == "61000-65535", "not published, not reserved")


main(scenario, only="pontoon", variants=("tap", "xdp", "workers"))
