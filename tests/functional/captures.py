#!/usr/bin/env python3
"""Real captures through the switch, where the folder ../shared/pcaps exists: captures.py BUILD_DIR [WORD ...]"""

import concurrent.futures
import pathlib
import struct
import sys

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


class Captures(Scenario):
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
        assert not hasattr(Captures, name), name
        setattr(Captures, name, lambda self, path=path: self.check(path))


if __name__ == "__main__":
    if not FOLDER.is_dir():
        print("skipped: there is no folder ../shared/pcaps")
        print("0 passed, 0 failed")
        sys.exit(0)
    add_tests()
    scenario.main(sys.modules[__name__])
