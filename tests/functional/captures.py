#!/usr/bin/env python3
"""Real captures through the switch, where the folder ../shared/pcaps exists: captures.py BUILD_DIR [WORD ...]"""

import concurrent.futures
import pathlib
import struct
import sys

import conversations
import scenario
from capture_files import ETHERNET, MICRO, NANO, pcap
from scenario import Scenario

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "shared" / "pcaps"
PCAPNG = 0x0A0D0D0A


class Expected:
    """What a capture holds, read without libpcap: its link type, its frames, and whether it is cut."""

    def __init__(self, path):
        self.data = path.read_bytes()
        self.frames = []  # (nanoseconds, bytes, length on the wire)
        self.link = None
        self.cut = False
        for order in "<>":
            magic = struct.unpack_from(order + "I", self.data.ljust(4, b"\0"))[0]
            if magic in (MICRO, NANO) and len(self.data) >= 24:
                self.read_pcap(order, 1 if magic == NANO else 1000)
            elif magic == PCAPNG and len(self.data) >= 12:
                self.read_pcapng(">" if self.data[8:12] == b"\x1a\x2b\x3c\x4d" else "<")
                break

    @property
    def exit_status(self):
        return 2 if self.link != ETHERNET else 1 if self.cut else 0

    def read_pcap(self, order, unit):
        self.link = struct.unpack_from(order + "I", self.data, 20)[0] & 0xFFFF
        at = 24
        while at < len(self.data):
            if at + 16 > len(self.data):
                self.cut = True
                return
            seconds, rest, captured, length = struct.unpack_from(order + "IIII", self.data, at)
            if at + 16 + captured > len(self.data):
                self.cut = True
                return
            self.frames.append((seconds * 10**9 + rest * unit, self.data[at + 16 : at + 16 + captured], length))
            at += 16 + captured

    def read_pcapng(self, order):
        at = 0
        while at < len(self.data):
            kind, size = struct.unpack_from(order + "II", self.data.ljust(at + 8, b"\0"), at)
            if size < 12 or at + size > len(self.data):
                self.cut = True
                return
            if kind == 1 and self.link is None:
                self.link = struct.unpack_from(order + "H", self.data, at + 8)[0]
            elif kind == 6:
                _, high, low, captured, length = struct.unpack_from(order + "IIIII", self.data, at + 8)
                frame = self.data[at + 28 : at + 28 + captured]
                self.frames.append(((high << 32 | low) * 1000, frame, length))
            at += size


def fixed(sum_, old, new):
    """A checksum after its bytes changed (RFC 1624); right stays right and wrong stays wrong."""
    words = lambda data: sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (~struct.unpack("!H", sum_)[0] & 0xFFFF) + words(bytes(255 - byte for byte in old)) + words(new)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def readdressed(frame, at, address):
    """The frame with the IPv4 address at offset `at` replaced, where it has one."""
    if frame[12:14] != b"\x08\x00" or len(frame) < 34:
        return frame
    frame, old = bytearray(frame), frame[at : at + 4]
    frame[24:26] = fixed(frame[24:26], old, address)
    frame[at : at + 4] = address
    l4 = 14 + (frame[14] & 15) * 4
    sum_at = l4 + {6: 16, 17: 6}.get(frame[23], len(frame))
    first = struct.unpack_from("!H", frame, 20)[0] & 0x1FFF == 0
    if first and sum_at + 2 <= len(frame) and frame[sum_at : sum_at + 2] != b"\0\0":
        frame[sum_at : sum_at + 2] = fixed(frame[sum_at : sum_at + 2], old, address)
    return bytes(frame)


class Captures(Scenario):
    def check_through_nat(self, path):
        """What the capture holds comes from a container for its gateway, and from the world for the host."""
        expected = Expected(path)
        if expected.exit_status == 2 or not expected.frames:
            return
        self.topology = self.write("nat.json", conversations.nat_topology(mtu=1400))
        for at, address, to, name in (
            (26, conversations.CONTAINERS["a1"], conversations.from_container("a1"), "a1"),
            (30, conversations.HOST_IP, conversations.TO_HOST, "uplink"),
        ):
            frames = [(t, (to + frame[12:])[: len(frame)], length) for t, frame, length in expected.frames]
            self.write(f"macs.{name}", pcap(frames))
            address = conversations.socket.inet_aton(address)
            self.write(f"addresses.{name}", pcap([(t, readdressed(frame, at, address), n) for t, frame, n in frames]))
        runs = (("macs", 2), ("addresses", 1 + len(expected.frames) % 2))  # some with one worker, some with two
        inputs = lambda what: {name: self.dir / f"{what}.{name}" for name in ("a1", "uplink")}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(self.run_with, workers, what, inputs(what)) for what, workers in runs]
        for job in jobs:
            result, _ = job.result()
            self.assert_done(result)
            balance = result.stats["balance"]
            self.assertEqual(balance["received"], 2 * len(expected.frames))
            self.assertEqual(sum(result.stats["drops"].values()), balance["dropped"])
            flows = result.stats["flows"]
            self.assertGreaterEqual(flows["created"], flows["active"])

    def check(self, path):
        expected = Expected(path)
        runs = [(expected.exit_status, {"a1": path})]
        if expected.exit_status != 2 and expected.frames:
            runs.append((0, self.split(expected)))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:  # most of a short run is waiting for the EAL
            jobs = [
                (status, [pool.submit(self.run_with, workers, index, inputs) for workers in (1, 2)])
                for index, (status, inputs) in enumerate(runs)
            ]
        for status, futures in jobs:
            results = [future.result() for future in futures]
            for result, _ in results:
                self.check_result(result, expected, status)
            self.assertEqual(results[0][1], results[1][1])

    def split(self, expected):
        """Each source MAC behind a port of its own, as far as three ports go."""
        sources, ports = {}, {1: [], 2: [], 3: []}
        for frame in expected.frames:
            ports[sources.setdefault(frame[1][6:12], len(sources) % 3 + 1)].append(frame)
        return {f"a{port}": self.write(f"{port}.pcap", pcap(frames)) for port, frames in ports.items()}

    def run_with(self, workers, index, inputs):
        out = self.dir / f"out{index}.{workers}"
        result = self.replay("--workers", workers, out=out, **inputs)
        return result, self.digest(result, out)

    def check_result(self, result, expected, status):
        if status == 2:
            self.assert_refused(result)
            return
        self.assert_done(result, code=status)
        received = result.stats["balance"]["received"]
        self.assertEqual(received, len(expected.frames))
        self.assertEqual(sum(port["rx_packets"] for port in result.stats["ports"].values()), received)
        self.assertEqual(sum(result.stats["drops"].values()), result.stats["balance"]["dropped"])


def add_tests():
    for path in sorted([*FOLDER.rglob("*.pcap"), *FOLDER.rglob("*.pcapng")]):
        name = f"test_{path.parent.name}_{path.stem}".replace("-", "_").replace(".", "_")
        assert not hasattr(Captures, f"{name}_bridged"), name
        setattr(Captures, f"{name}_bridged", lambda self, path=path: self.check(path))
        setattr(Captures, f"{name}_through_nat", lambda self, path=path: self.check_through_nat(path))


if __name__ == "__main__":
    if not FOLDER.is_dir():
        print("skipped: there is no folder ../shared/pcaps")
        print("0 passed, 0 failed")
        sys.exit(0)
    add_tests()
    scenario.main(sys.modules[__name__])
