#!/usr/bin/env python3
"""Multicast and broadcast stay on their network and reach all of it."""

import socket
import struct

from lab import check, equal, main, network

GROUP = "239.1.2.3"


def member(container):
    made = container.namespace.new_socket(kind=socket.SOCK_DGRAM)
    made.settimeout(3)
    made.bind(("", 7000))
    made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                    struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(container.address)))
    return made


def scenario(lab):
    a, b, c = (lab.attach(name, "web") for name in "abc")
    stranger = lab.attach("d", "db")
    members, outsider = [member(b), member(c)], member(stranger)
    with a.namespace.new_socket(kind=socket.SOCK_DGRAM) as sender:
        sender.bind((a.address, 0))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(a.address))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 8)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for destination in (GROUP, "172.18.255.255"):
            for number in range(10):
                sender.sendto(f"{destination} {number}".encode(), (destination, 7000))
            for made in members:
                got = [made.recv(100).decode() for _ in range(10)]
                equal(got, [f"{destination} {number}" for number in range(10)], "what a member received")
    outsider.settimeout(0.3)
    try:
        check(not outsider.recv(100), "the other network hears nothing")
    except TimeoutError:
        pass


main(scenario, networks=[network("web", "172.18.0.0/16"), network("db", "172.19.0.0/16")])
