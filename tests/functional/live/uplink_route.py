#!/usr/bin/env python3
"""The uplink's default route changes to another gateway, whose MAC has to be found: new flows leave by it."""

from lab import HOST, SERVER, Failure, TcpServer, equal, eventually, main, seen, tcp_ask


def asked(client):
    """Who answered; nobody where the connection was cut, as one is that began on the way that just changed."""
    try:
        return seen(tcp_ask(client, SERVER, 7))[:2]
    except (ConnectionResetError, Failure):
        return None


def scenario(lab):
    other = lab.world.second_gateway()
    a = lab.attach("a")
    TcpServer(lab.outside, 7)
    TcpServer(other, 7)
    equal(seen(tcp_ask(a.namespace, SERVER, 7))[:2], ("outside", HOST), "by the first gateway")
    lab.host.ip("route replace default via 203.0.113.2")
    eventually(lambda: asked(a.namespace) == ("outside2", HOST), "by the second gateway")
    lab.host.ip(f"route add {SERVER}/32 via 203.0.113.1")
    eventually(lambda: asked(a.namespace) == ("outside", HOST), "by a route of its own")
    lab.changed = {"routes"}


main(scenario, variants=("tap", "xdp"))
