#!/usr/bin/env python3
"""icc=false on the default network: a link lets its container reach the exposed ports of the other, and nothing else, as
long as there is the link (T-23, L-006)."""

import pathlib
import socket

from lab import TcpServer, UdpServer, check, equal, main, no_ping, refuses, seen, tcp_ask
from lab.api import RunningContainer, request


def closed(client, server, port, kind=socket.SOCK_STREAM):
    check(refuses(client.namespace, server.address, port, kind, timeout=0.3), f"{client.name} to {server.name}:{port}")


def scenario(lab):
    server = RunningContainer(lab, "server", "bridge", ExposedPorts={"80/tcp": {}})
    for port in (80, 81):
        TcpServer(server.namespace, port)
    UdpServer(server.namespace, 80)
    stranger = RunningContainer(lab, "stranger", "bridge")
    client = RunningContainer(lab, "client", "bridge", HostConfig={"Links": ["server:alias"]})
    TcpServer(client.namespace, 80)

    def reaches(who):
        equal(seen(tcp_ask(who.namespace, server.address, 80))[:2], ("server", who.address), f"{who.name} by its link")

    def line():
        return f"{server.address}\talias " in pathlib.Path(client.files["HostsPath"]).read_text()

    closed(stranger, server, 80)
    reaches(client)
    check(line(), "the alias is a name")
    closed(client, server, 81)
    closed(client, server, 80, socket.SOCK_DGRAM)
    closed(server, client, 80)
    no_ping(client.namespace, server.address)
    closed(stranger, server, 80)
    lab.switch.kill()
    lab.switch.start()
    reaches(client)
    request(lab.switch.socket, "DELETE", "/containers/client/alias?link=1")
    closed(client, server, 80)
    check(not line(), "the alias is no name any more")
    for one in (client, server):
        check(one.do("GET", "/json")[1]["State"]["Running"], f"{one.name} runs")
    equal(client.do("GET", "/json")[1]["HostConfig"]["Links"], None, "the link in inspect")
    later = RunningContainer(lab, "later", "bridge", HostConfig={"Links": ["server"]})
    reaches(later)
    later.exit()
    closed(client, server, 80)
    for one in (later, client, stranger, server):
        one.remove()


main(scenario, only="pontoon", options=["--icc", "false"])
