"""Captures inside a namespace, each packet's checksums verified.

An AF_PACKET socket rather than tcpdump: it has what passed the moment it passed, nothing is lost when it ends, and its
auxiliary data says which checksums are still owed by hardware (then the field has to hold the pseudo-header's sum)."""

import collections
import socket
import struct

from .namespaces import Failure

SOL_PACKET, PACKET_AUXDATA, PACKET_STATISTICS, SO_RCVBUFFORCE = 263, 8, 6, 33
ETH_P_ALL, CSUM_NOT_READY, OUTGOING = 3, 8, 4
TRANSPORTS = {1: "icmp", 6: "tcp", 17: "udp"}
CHECKSUM_AT = {1: 2, 6: 16, 17: 6}


class Frame(collections.namedtuple("Frame", "data owes outgoing")):
    @property
    def ipv4(self):
        return self.data[14:] if self.data[12:14] == b"\x08\x00" else b""

    @property
    def source(self):
        return socket.inet_ntoa(self.ipv4[12:16])

    @property
    def destination(self):
        return socket.inet_ntoa(self.ipv4[16:20])

    @property
    def protocol(self):
        return TRANSPORTS.get(self.ipv4[9], str(self.ipv4[9]))


class Capture:
    def __init__(self, namespace, device="eth0", bytes_held=256 << 20):
        self.where = f"{namespace.name}:{device}"
        self.socket = namespace.new_socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, bytes_held)
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.bind((device, ETH_P_ALL))
        self.socket.setblocking(False)

    def end(self):
        """All frames that passed so far."""
        frames = []
        try:
            while True:
                data, auxiliary, _, peer = self.socket.recvmsg(1 << 17, 64)
                status = struct.unpack_from("=I", auxiliary[0][2])[0] if auxiliary else 0
                frames.append(Frame(data, bool(status & CSUM_NOT_READY), peer[2] == OUTGOING))
        except BlockingIOError:
            pass
        lost = struct.unpack("=II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
        self.socket.close()
        if lost:
            raise Failure(f"{self.where}: the capture lost {lost} packets")
        return frames

    def verified(self):
        """The frames, all of whose IPv4, TCP, UDP and ICMP checksums are right, and how many there are of each kind."""
        frames, counts = self.end(), collections.Counter()
        for number, frame in enumerate(frames):
            if frame.ipv4:
                try:
                    counts[verify(frame)] += 1
                except ValueError as error:
                    raise Failure(f"{self.where}: packet {number}, {error}: {frame.data[:80].hex()}") from None
        return frames, counts


def verify(frame):
    """Which transport's sum was verified; ValueError says what is wrong."""
    packet = frame.ipv4
    header, total = (packet[0] & 15) * 4, struct.unpack_from("!H", packet, 2)[0]
    if total > len(packet):
        raise ValueError(f"total length {total} of {len(packet)} bytes")
    if value(packet[:header]) != 0:
        raise ValueError("IPv4 checksum")
    if struct.unpack_from("!H", packet, 6)[0] & 0x3FFF:
        return "fragment"
    protocol, segment = packet[9], packet[header:total]
    if protocol not in TRANSPORTS:
        return "other"
    name = TRANSPORTS[protocol]
    field = struct.unpack_from("!H", segment, CHECKSUM_AT[protocol])[0]
    pseudo = 0 if protocol == 1 else value(packet[12:20] + struct.pack("!HH", protocol, len(segment)))
    if protocol == 17 and field == 0:
        return "udp without"
    if frame.owes and protocol != 1:
        if field % 65535 != pseudo:
            raise ValueError(f"{name}: owes its checksum, and the field is {field:#x}, not the pseudo-header's {pseudo:#x}")
    elif (pseudo + value(segment)) % 65535 != 0:
        raise ValueError(f"{name} checksum {field:#x}")
    return name


def value(data):
    """The ones' complement sum: bytes as one number, modulo 65535, which whole arithmetic does at the speed of C."""
    return int.from_bytes(data + bytes(len(data) % 2), "big") % 65535
