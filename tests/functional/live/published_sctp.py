#!/usr/bin/env python3
"""A published SCTP port, by raw packets where the kernel has no SCTP: addresses, ports and CRC32c both ways."""

import socket
import struct

from lab import HOST, SERVER, check, equal, main

SCTP = 132


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return struct.pack("<I", crc ^ 0xFFFFFFFF)


def packet(source, destination, tag, kind):
    """One chunk INIT (1) or INIT ACK (2), with the state cookie that the latter needs."""
    body = struct.pack("!IIHHI", 0x1234, 65536, 4, 4, 77) + (struct.pack("!HH4s", 7, 8, b"cook") if kind == 2 else b"")
    head, chunk = struct.pack("!HHI", source, destination, tag), struct.pack("!BBH", kind, 0, 4 + len(body)) + body
    return head + crc32c(head + bytes(4) + chunk) + chunk


def receive(raw, what):
    try:
        data, (address, _) = raw.recvfrom(2048)
    except TimeoutError:
        raise AssertionError(f"no {what}") from None
    segment = data[(data[0] & 15) * 4:]
    equal(crc32c(segment[:8] + bytes(4) + segment[12:]), segment[8:12], f"CRC32c of the {what}")
    return (address, *struct.unpack_from("!HH", segment))


def scenario(lab):
    a = lab.attach("a", publish=["8080:80/sctp"])
    client, server = (side.new_socket(kind=socket.SOCK_RAW, protocol=SCTP) for side in (lab.outside, a.namespace))
    for raw in (client, server):
        raw.settimeout(3)
    client.bind((SERVER, 0))
    client.sendto(packet(5000, 8080, 0, 1), (HOST, 0))
    equal(receive(server, "INIT"), (SERVER, 5000, 80), "what the container got")
    server.sendto(packet(80, 5000, 0x1234, 2), (SERVER, 0))
    equal(receive(client, "INIT ACK"), (HOST, 8080, 5000), "what the client got")
    client.sendto(packet(5000, 8081, 0, 1), (HOST, 0))
    server.settimeout(0.5)
    try:
        check(not server.recv(2048), "8081 is not published")
    except TimeoutError:
        pass


main(scenario)
