"""Capture files and frames made by hand, byte by byte, and read back."""

import struct

MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D
ETHERNET = 1


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


A1, A2, A3 = (mac(f"02:42:ac:12:00:0{n}") for n in (2, 3, 4))
GATEWAY = mac("02:42:ac:12:00:01")
EVERYBODY = b"\xff" * 6


def frame(source, destination, payload=b"hello", ether_type=0x88B5):
    """A frame of an experimental EtherType, which the switch only bridges."""
    return destination + source + struct.pack("!H", ether_type) + payload


def checksum(data):
    words = struct.unpack(f"!{len(data) // 2}H", data)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp(source, destination, size=100):
    """An IPv4 frame between two endpoints, its UDP not summed."""
    addresses = bytes([172, 18, 0, source[5], 172, 18, 0, destination[5]])
    datagram = struct.pack("!HHHH", 1000, 53, 8 + size, 0) + bytes(size)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0) + addresses
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return frame(source, destination, header + datagram, 0x0800)


def pcap(packets, order="<", magic=NANO, link=ETHERNET, snaplen=262144):
    """`packets` are (nanoseconds, bytes) or (nanoseconds, bytes, length on the wire)."""
    unit = 1 if magic == NANO else 1000
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for time, data, *wire in packets:
        seconds, rest = divmod(time, 10**9)
        out.append(struct.pack(order + "IIII", seconds, rest // unit, len(data), wire[0] if wire else len(data)))
        out.append(data)
    return b"".join(out)


def pcapng_block(order, kind, body):
    body += bytes(-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length)


def pcapng_option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def pcapng(packets, order="<", resolution=None, link=ETHERNET):
    """`resolution` is the if_tsresol option: digits behind the second, 6 where it is missing."""
    header = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    interface = struct.pack(order + "HHI", link, 0, 262144)
    if resolution is not None:
        interface += pcapng_option(order, 9, bytes([resolution])) + pcapng_option(order, 0, b"")
    out = [pcapng_block(order, 0x0A0D0D0A, header), pcapng_block(order, 1, interface)]
    for time, data, *wire in packets:
        ticks = time // 10 ** (9 - (6 if resolution is None else resolution))
        head = struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), wire[0] if wire else len(data))
        out.append(pcapng_block(order, 6, head + data))
    return b"".join(out)


def read_pcap(path):
    """The (nanoseconds, bytes) of a capture that pontoon wrote; anything else in it is an error."""
    with open(path, "rb") as file:
        data = file.read()
    magic, major, minor, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    assert (magic, major, minor, link) == (NANO, 2, 4, ETHERNET), path
    packets, at = [], 24
    while at < len(data):
        seconds, rest, captured, length = struct.unpack_from("<IIII", data, at)
        assert captured == length and rest < 10**9, path
        packets.append((seconds * 10**9 + rest, data[at + 16 : at + 16 + captured]))
        at += 16 + captured
    assert at == len(data), path
    return packets
