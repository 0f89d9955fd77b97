"""Conversations of IPv4 hosts: made here or taken from captures, readdressed as a NAT would, each byte accounted for."""

import dataclasses
import socket
import struct

from capture_files import checksum, mac

TCP, UDP, ICMP = 6, 17, 1
SYN, ACK, PSH, FIN = 2, 16, 8, 1

CONTAINERS = {f"a{n}": f"172.18.0.{n + 1}" for n in range(1, 4)}
GATEWAY_IP, HOST_IP, NEXT_HOP = "172.18.0.1", "203.0.113.10", "203.0.113.1"
GATEWAY_MAC, HOST_MAC, NEXT_HOP_MAC = mac("02:42:ac:12:00:01"), mac("02:00:00:00:00:0a"), mac("02:00:00:00:00:01")
TO_HOST, FROM_HOST = HOST_MAC + NEXT_HOP_MAC, NEXT_HOP_MAC + HOST_MAC


def mac_of(name):
    return bytes([2, 0x42]) + socket.inet_aton(CONTAINERS[name])


def from_container(name):
    return GATEWAY_MAC + mac_of(name)


def to_container(name):
    return mac_of(name) + GATEWAY_MAC


def nat_topology(neighbors=True, publish=("a1",), **uplink):
    if neighbors:
        uplink["neighbors"] = {NEXT_HOP: "02:00:00:00:00:01"}
    return {
        "networks": [{"name": "web", "subnet": "172.18.0.0/16"}],
        "endpoints": [{"name": name, "network": "web", "ipv4": ipv4} for name, ipv4 in CONTAINERS.items()],
        "publish": [{"host_port": "8080", "endpoint": name, "port": "80"} for name in publish],
        "uplink": {"ipv4": f"{HOST_IP}/24", "mac": "02:00:00:00:00:0a", "gateway": NEXT_HOP, **uplink},
    }


def even(data):
    return data + bytes(len(data) % 2)


@dataclasses.dataclass
class Datagram:
    """An IPv4 packet in an Ethernet frame; `bytes()` makes all checksums anew."""

    macs: bytes
    head: bytes  # the IPv4 header
    source: str
    destination: str
    body: bytes
    trailer: bytes = b""
    hops: int = 64

    @classmethod
    def read(cls, frame):
        size = (frame[14] & 15) * 4
        end = 14 + struct.unpack_from("!H", frame, 16)[0]
        source, destination = socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34])
        return cls(frame[:12], frame[14 : 14 + size], source, destination, frame[14 + size : end], frame[end:], frame[22])

    @classmethod
    def make(cls, protocol, source, destination, body, **keys):
        head = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(body), 7, 0, 64, protocol, 0, 0, 0)
        return cls(bytes(12), head, source, destination, body, **keys)

    @property
    def protocol(self):
        return self.head[9]

    @property
    def offset(self):
        return struct.unpack_from("!H", self.head, 6)[0] & 0x1FFF

    @property
    def in_pieces(self):
        return struct.unpack_from("!H", self.head, 6)[0] & 0x3FFF != 0

    @property
    def ports(self):
        """Those of the transport header, or the identifier of an ICMP query for both."""
        if self.protocol == ICMP:
            return struct.unpack_from("!H", self.body, 4) * 2
        return struct.unpack_from("!HH", self.body)

    def changed(self, macs=None, source=None, destination=None, ports=(None, None), hops=0):
        """As a router would send it on: `ports` are (source, destination), None stays; `hops` fewer."""
        body = self.body
        if self.offset == 0 and ports != (None, None):
            old = self.ports
            new = [old[i] if ports[i] is None else ports[i] for i in (0, 1)]
            if self.protocol == ICMP:
                new_id = next(port for port in ports if port is not None)
                body = body[:4] + struct.pack("!H", new_id) + body[6:]
            else:
                body = struct.pack("!HH", *new) + body[4:]
        return dataclasses.replace(
            self, macs=macs or self.macs, source=source or self.source, destination=destination or self.destination,
            body=body, hops=self.hops - hops,
        )

    def summed(self, addresses):
        at = {TCP: 16, UDP: 6, ICMP: 2}.get(self.protocol)
        if at is None or self.in_pieces or (self.protocol == UDP and self.body[6:8] == b"\0\0"):
            return self.body
        body = self.body[:at] + b"\0\0" + self.body[at + 2 :]
        pseudo = b"" if self.protocol == ICMP else addresses + struct.pack("!HH", self.protocol, len(body))
        total = checksum(even(pseudo + body))
        if self.protocol == UDP and total == 0:
            total = 0xFFFF
        return body[:at] + struct.pack("!H", total) + body[at + 2 :]

    def __bytes__(self):
        addresses = socket.inet_aton(self.source) + socket.inet_aton(self.destination)
        head = self.head[:8] + bytes([self.hops]) + self.head[9:10] + b"\0\0" + addresses + self.head[20:]
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        return self.macs + b"\x08\x00" + head + self.summed(addresses) + self.trailer


def segment(source, destination, sport, dport, flags, seq, ack, payload=b""):
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 0xFFFF, 0, 0)
    return Datagram.make(TCP, source, destination, head + payload)


def datagram(source, destination, sport, dport, payload=b"x" * 30):
    return Datagram.make(UDP, source, destination, struct.pack("!HHHH", sport, dport, 8 + len(payload), 0x1111) + payload)


def echo(source, destination, kind, identifier, sequence=1):
    return Datagram.make(ICMP, source, destination, struct.pack("!BBHHH", kind, 0, 0, identifier, sequence) + b"ping" * 8)


def http(client, server, sport=40000, dport=80, pages=20, page=b"y" * 1400, begin=0.0):
    """(seconds, from the client?, datagram) of a whole connection."""
    told = []
    sent = {True: 1000, False: 9000}

    def say(from_client, flags, payload=b""):
        ends = (client, server, sport, dport) if from_client else (server, client, dport, sport)
        ack = sent[not from_client] if flags & ACK else 0
        told.append((begin + len(told) / 100, from_client, segment(*ends, flags, sent[from_client], ack, payload)))
        sent[from_client] += len(payload) + (1 if flags & (SYN | FIN) else 0)

    say(True, SYN)
    say(False, SYN | ACK)
    say(True, ACK)
    say(True, ACK | PSH, b"GET / HTTP/1.1\r\nHost: example\r\n\r\n")
    for _ in range(pages):
        say(False, ACK | PSH, page)
        say(True, ACK)
    say(True, ACK | FIN)
    say(False, ACK | FIN)
    say(True, ACK)
    return told


def in_pieces(whole, size):
    """The fragments of a datagram with bodies of `size` bytes, the transport checksum right for the whole."""
    data = Datagram.read(bytes(whole)).body
    pieces = []
    for at in range(0, len(data), size):
        part = data[at : at + size]
        more = 0x2000 if at + size < len(data) else 0
        head = whole.head[:2] + struct.pack("!HHH", 20 + len(part), 77, more | at // 8) + whole.head[8:]
        pieces.append(dataclasses.replace(whole, head=head, body=part))
    return pieces
