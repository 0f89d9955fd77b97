#!/usr/bin/env python3
"""`pontoon bench` as a user meets it, too briefly to measure anything: bench_cli.py BUILD_DIR [WORD ...]"""

import concurrent.futures
import itertools
import json
import sys

import scenario
from capture_files import read_pcap
from scenario import Scenario

COSTS = {"kind", "size", "mpps", "ns", "cycles", "stage_cycles", "dropped", "hugepages"}
LIMIT = {"limit_mpps", "limit_ns"}
NAT = {"direction", "protocol", "flows", "bytes_per_flow"}


class Bench(Scenario):
    def bench(self, *words):
        return self.run_command([scenario.PROGRAM, "bench", *words, "--seconds", "0.02", "--hugepages", "off"])

    def measured(self, *words):
        result = self.bench(*words, "--json")
        self.assertEqual((result.code, result.err), (0, ""))
        figures = json.loads(result.out)
        self.assertEqual(figures["dropped"], 0)
        self.assertEqual(figures["kind"], words[0])
        return figures


class Bridge(Bench):
    def test_l2(self):
        figures = self.measured("l2", "--macs", "10")
        self.assertEqual(set(figures), COSTS | LIMIT | {"macs", "copies"})
        self.assertEqual(figures["copies"], 0)
        self.assertGreater(figures["mpps"], 0)

    def test_l2_writes_what_it_would_send(self):
        self.assertEqual(self.bench("l2", "--macs", "10", "--write", self.out).code, 0)
        self.assertEqual(self.left(), ["left.pcap", "right.pcap"])
        self.assertEqual([len(self.sent(side)) for side in ("left", "right")], [10, 10])


class Translation(Bench):
    def test_all_ways(self):
        ways = list(itertools.product(("masquerade", "publish"), ("out", "in"), ("udp", "tcp"), ("64", "imix")))

        def measured(way):
            kind, direction, protocol, size = way
            return self.measured(kind, "--direction", direction, "--protocol", protocol, "--size", size, "--flows", "1000")

        with concurrent.futures.ThreadPoolExecutor(4) as pool:  # most of a run is waiting for the EAL
            results = list(pool.map(measured, ways))
        for (kind, direction, protocol, size), figures in zip(ways, results):
            with self.subTest(kind=kind, direction=direction, protocol=protocol, size=size):
                extra = {"publishes"} if kind == "publish" else set()
                self.assertEqual(set(figures), COSTS | LIMIT | NAT | extra)
                self.assertEqual((figures["direction"], figures["protocol"]), (direction, protocol))
                self.assertIsNone(figures["bytes_per_flow"])

    def test_one_flow(self):
        for kind in ("masquerade", "publish"):
            for direction in ("out", "in"):
                self.measured(kind, "--direction", direction)

    def test_ports_that_nobody_visits(self):
        self.assertEqual(self.measured("publish", "--flows", "1000", "--publishes", "10000")["publishes"], 10000)

    def test_memory(self):
        figures = self.measured("masquerade", "--flows", "50000")
        self.assertTrue(20 < figures["bytes_per_flow"] < 5000, figures)

    def test_setup(self):
        for direction in ("out", "in"):
            for protocol in ("udp", "tcp"):
                figures = self.measured("setup", "--direction", direction, "--protocol", protocol, "--flows", "20000")
                self.assertGreater(figures["setup_mflows_s"], 0)
                self.assertGreaterEqual(figures["rounds"], 3)
                self.assertTrue(20 < figures["bytes_per_flow"] < 5000, figures)

    def test_the_same_seed_writes_the_same_frames_with_the_same_ports(self):
        def written(seed, name):
            folder = self.dir / name
            result = self.bench("masquerade", "--direction", "in", "--flows", "100", "--seed", seed, "--write", folder)
            self.assertEqual((result.code, result.err), (0, ""))
            self.assertEqual(read_pcap(folder / "left.pcap"), [])
            return read_pcap(folder / "right.pcap")

        first = written("1", "a")
        self.assertEqual(len(first), 100)
        self.assertEqual(first, written("1", "b"))
        self.assertNotEqual(first, written("2", "c"))

    def test_the_written_frames_are_those_of_the_flows(self):
        for kind in ("masquerade", "publish"):
            for direction, side in (("out", "left"), ("in", "right")):
                words = (kind, "--direction", direction, "--flows", "100")
                folder = self.dir / (kind + direction)
                self.assertEqual(self.bench(*words, "--write", folder).code, 0)
                vdevs = [f"net_null{i},no-rx=1" for i in range(2)]
                number = 0 if side == "left" else 1
                vdevs[number] = f"net_pcap{number},rx_pcap={folder}/{side}.pcap,infinite_rx=1"
                figures = self.measured(*words, "--vdev", vdevs[0], "--vdev", vdevs[1])
                self.assertNotIn("limit_mpps", figures)


class Refusals(Bench):
    def test_one_line_says_why(self):
        for words in ((), ("l3",), ("l2", "--flows", "1"), ("masquerade", "--flows", "0"), ("setup", "--size", "64"),
                      ("l2", "--packets", self.dir / "missing.pcap")):
            result = self.bench(*words)
            self.assertEqual((result.code, result.out), (2, ""))
            self.assertRegex(result.err, r"\Apontoon bench: [^\n]+\n\Z")

    def test_help(self):
        result = self.bench("--help")
        self.assertEqual((result.code, result.err), (0, ""))
        for word in ("l2", "masquerade", "publish", "setup", "--flows", "--publishes", "sized for the flows"):
            self.assertIn(word, result.out)


if __name__ == "__main__":
    scenario.main(sys.modules[__name__])
