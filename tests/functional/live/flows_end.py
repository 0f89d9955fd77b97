#!/usr/bin/env python3
"""The flows of a container end with it (T-21, P-103): of a UDP server that goes none is left, and the clients' next datagrams
reach the server that comes after it."""

import socket

from lab import HOST, SERVER, Failure, UdpServer, check, equal, eventually, main, network, seen


def client(namespace, address, port, source=None):
    made = namespace.new_socket(kind=socket.SOCK_DGRAM)
    made.settimeout(2)
    made.bind((source or "0.0.0.0", 0))
    made.connect((address, port))
    return made


def ask(made):
    try:
        made.send(b"question")
        return seen(made.recv(4096).decode())[0]
    except ConnectionRefusedError:  # said of a datagram before, which nobody took
        return None
    except TimeoutError:
        raise Failure(f"{made.getsockname()} to {made.getpeername()}: no answer") from None


def active(lab):
    return lab.switch.stats()["flows"]["active"]


def scenario(lab):
    stranger = lab.attach("stranger", "db")
    clients = [client(lab.outside, HOST, 5353, SERVER), client(stranger.namespace, HOST, 5353),
               client(lab.host, "127.0.0.1", 5353)]
    for name in ("first", "second"):
        server = lab.attach(name, "web", publish=["5353:53/udp"])
        UdpServer(server.namespace, 53)
        for one in clients:
            eventually(lambda: ask(one) == name, f"{name} answers {one.getsockname()}")
        check(active(lab) >= 2, f"{active(lab)} flows")
        lab.detach(server)
        eventually(lambda: active(lab) == 0, "no flow is left", within=2)
        for one in clients[:2]:
            one.send(b"nobody hears this")
        equal(active(lab), 0, "flows to nobody")
    for one in clients:
        one.close()


main(scenario, only="pontoon", variants=("tap", "workers"),
     networks=[network("web", "172.18.0.0/16"), network("db", "172.19.0.0/16")])
