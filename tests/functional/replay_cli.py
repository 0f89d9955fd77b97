#!/usr/bin/env python3
"""`pontoon replay` as a user meets it: replay_cli.py BUILD_DIR [WORD ...]"""

import os
import pty
import signal
import subprocess
import sys
import time

import replay_formats
import replay_refuses
import scenario
from capture_files import A1, A2, A3, EVERYBODY, GATEWAY, frame, pcap, udp
from scenario import START, Scenario, topology


class Help(Scenario):
    def test_help(self):
        result = self.run_command([scenario.PROGRAM, "replay", "--help"])
        self.assertEqual((result.code, result.err), (0, ""))
        for option in ("--in", "--out", "--stats", "--workers", "--seed", "--repeat", "--reconfigure", "--trace"):
            self.assertIn(option, result.out)

    def test_version(self):
        result = self.run_command([scenario.PROGRAM, "--version"])
        self.assertRegex(result.out, r"\Apontoon \d+\.\d+\.\d+\n\Z")

    def test_unknown_verb(self):
        result = self.run_command([scenario.PROGRAM, "fly"])
        self.assertEqual((result.code, result.out), (2, ""))
        self.assertIn("fly", result.err)


class Statistics(Scenario):
    def setUp(self):
        super().setUp()
        self.first = self.capture("1.pcap", [(0, frame(A1, EVERYBODY)), (1, frame(A1, A1)), (2, b"short")])
        self.second = self.capture("2.pcap", [(1.5, udp(A2, A1))])

    def test_all_fields(self):
        result = self.replay(a1=self.first, a2=self.second)
        self.assert_done(result)
        sizes = [len(frame(A1, A2)), len(udp(A2, A1))]
        port = lambda *numbers, drops={}: dict(
            zip(("rx_packets", "rx_bytes", "tx_packets", "tx_bytes", "drops"), (*numbers, drops))
        )
        self.assertEqual(
            result.stats,
            {
                "ports": {
                    "a1": port(3, 2 * sizes[0] + 5, 1, sizes[1], drops={"same_port": 1, "frame_truncated": 1}),
                    "a2": port(1, sizes[1], 1, sizes[0]),
                    "a3": port(0, 0, 1, sizes[0]),
                },
                "drops": {"frame_truncated": 1, "same_port": 1},
                "consumed": 0,
                "held": 0,
                "fdb": {"web": 3},
                "flows": {"created": 0, "active": 0, "expired": 0, "refused": 0},
                "nat_ports": {},
                "balance": dict(received=4, copied=1, originated=0, sent=3, merged=0, consumed=0, held=0, dropped=2),
            },
        )

    def test_in_a_file(self):
        printed = self.replay(a1=self.first).out
        result = self.replay("--stats", self.dir / "stats.json", a1=self.first)
        self.assertEqual((result.code, result.out), (0, ""))
        self.assertEqual((self.dir / "stats.json").read_text(), printed)
        self.assertEqual([n for n in os.listdir(self.dir) if "partial" in n], [])

    def test_only_ports_that_sent_have_a_file(self):
        capture = self.capture("in.pcap", [(0, frame(A1, A2)), (1, frame(A1, GATEWAY))])
        self.assert_done(self.replay(a1=capture))
        self.assertEqual(self.left(), ["a2.pcap"])

    def test_empty_capture(self):
        result = self.replay(a1=self.capture("in.pcap", []))
        self.assert_done(result)
        self.assertEqual((result.stats["balance"]["received"], self.left()), (0, []))

    def test_old_output_is_replaced(self):
        self.out.mkdir()
        (self.out / "a2.pcap").write_bytes(b"old")
        self.assert_done(self.replay(a1=self.capture("in.pcap", [(0, frame(A1, A2))])))
        self.assertEqual(self.sent("a2"), [(START, frame(A1, A2))])

    def test_several_inputs_behind_one_option(self):
        result = self.run_command(
            [scenario.PROGRAM, "replay", self.topology, "--in", f"a1={self.first}", f"a2={self.second}", "--out", self.out]
        )
        self.assert_done(result)
        self.assertEqual(result.stats["balance"]["received"], 4)


class Same(Scenario):
    def setUp(self):
        super().setUp()
        stations = [bytes([2, 0, 0, 0, 1, n]) for n in range(40)]
        ends = [A1, A2, A3]
        self.inputs = {}
        for port, own in enumerate(ends):
            packets = []
            for n in range(300):
                source = stations[(n * 7 + port * 13) % 40] if n % 3 == 0 else own
                target = [EVERYBODY, stations[n * 11 % 40], ends[(port + 1) % 3], GATEWAY, own][n % 5]
                packets.append((n * 0.9 + port * 0.1, frame(source, target, b"%d" % n)))
            self.inputs[f"a{port + 1}"] = self.capture(f"{port}.pcap", packets)

    def test_two_runs(self):
        digests = [self.digest(self.replay(**self.inputs)) for _ in range(2)]
        self.assertEqual(len(digests[0][0]), 3)
        self.assertEqual(*digests)

    def test_workers_and_seeds(self):
        wanted = None
        for workers in (1, 2, 4):
            for seed in (1, 2, 2**64 - 1):
                with self.subTest(f"workers {workers}, seed {seed}"):
                    result = self.replay("--workers", workers, "--seed", seed, **self.inputs)
                    self.assert_done(result)
                    wanted = wanted or self.digest(result)
                    self.assertEqual(self.digest(result), wanted)


class Reconfigure(Scenario):
    def test_in_mid_stream(self):
        two = self.write("two.json", topology(2))
        capture = self.capture("in.pcap", [(t / 2, frame(A1, EVERYBODY, b"%d" % t)) for t in range(10)])
        result = self.replay("--reconfigure", f"2.5={two}", "--reconfigure", f"4={self.topology}", a1=capture)
        self.assert_done(result)
        self.assertEqual([int(data[14:]) for _, data in self.sent("a2")], list(range(10)))
        self.assertEqual([int(data[14:]) for _, data in self.sent("a3")], [0, 1, 2, 3, 4, 8, 9])

    def test_in_the_order_of_time(self):
        two = self.write("two.json", topology(2))
        capture = self.capture("in.pcap", [(t, frame(A1, EVERYBODY)) for t in range(4)])
        result = self.replay("--reconfigure", f"3={self.topology}", "--reconfigure", f"1={two}", a1=capture)
        self.assert_done(result)
        self.assertEqual(len(self.sent("a3")), 2)

    def test_endpoint_that_is_only_in_the_later_topology(self):
        two = self.write("two.json", topology(2))
        capture = self.capture("in.pcap", [(t, frame(A3, A1)) for t in range(4)])
        result = self.replay("--reconfigure", f"2={self.topology}", topology=two, a3=capture)
        self.assert_done(result)
        self.assertEqual((len(self.sent("a1")), result.stats["drops"]), (2, {"port_detached": 2}))

    def test_after_the_end(self):
        capture = self.capture("in.pcap", [(0, frame(A1, A2))])
        result = self.replay("--reconfigure", f"9={self.topology}", a1=capture)
        self.assert_done(result)
        self.assertIn("end before", result.err)


class Seen(Scenario):
    def test_trace(self):
        station = b"\x02\x00\x00\x00\x00\x51"
        capture = self.capture("in.pcap", [(0, frame(station, EVERYBODY)), (0.5, udp(A1, A2)), (1, frame(A1, A1))])
        plain = self.replay(a1=capture)
        wanted = self.digest(plain)
        result = self.replay("--trace", a1=capture)
        self.assert_done(result)
        self.assertEqual(self.digest(result), wanted)
        for text in (
            "learned 02:00:00:00:00:51 on a1",
            "flooded to a2, a3",
            "0.500000 a1",
            "172.18.0.2.1000 > 172.18.0.3.53 UDP",
            "forwarded to a2",
            "dropped, same_port: ",
        ):
            self.assertIn(text, result.err)
            self.assertNotIn(text, plain.err)

    def test_progress_on_a_terminal(self):
        capture = self.capture("in.pcap", [(n / 1000, udp(A1, A1)) for n in range(1000)])
        command = [scenario.PROGRAM, "replay", self.topology, "--in", f"a1={capture}", "--out", self.out]
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = subprocess.Popen(
            [str(word) for word in [*command, "--repeat", "100000000"]], stdout=subprocess.DEVNULL, stderr=slave
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(slave)
        started, seen = time.monotonic(), b""
        while b"million packets" not in seen and time.monotonic() < started + 20:
            seen += os.read(master, 4096)
        self.assertIn(b"million packets", seen)
        self.assertGreater(time.monotonic() - started, 0.9)
        process.send_signal(signal.SIGINT)

    def test_no_progress_in_a_file(self):
        capture = self.capture("in.pcap", [(n / 1000, udp(A1, A1)) for n in range(1000)])
        result = self.replay("--repeat", "2000", a1=capture)
        self.assert_done(result)
        self.assertNotIn("\r", result.err)


class Large(Scenario):
    MEGABYTES = 300

    def largest_memory(self, capture):
        """Bytes that the command had in memory at most."""
        command = [scenario.PROGRAM, "replay", self.topology, "--in", f"a1={capture}", "--out", self.out]
        with open(self.dir / "stats.json", "wb") as stats:
            process = subprocess.Popen([str(w) for w in command], stdout=stats, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss * 1024

    def test_streams(self):
        # Frames to their own port: all are dropped, so nothing is written.
        block = pcap([(START, frame(A1, A1, bytes(8986)))] * 116)[24:]
        large, small = self.dir / "large.pcap", self.write("small.pcap", pcap([]) + block)
        with open(large, "wb") as file:
            file.write(pcap([]))
            for _ in range(self.MEGABYTES * 10**6 // len(block)):
                file.write(block)
        self.assertGreater(large.stat().st_size, 0.95 * self.MEGABYTES * 10**6)
        self.assertLess(self.largest_memory(large), self.largest_memory(small) + 50 * 10**6)


if __name__ == "__main__":
    scenario.main(replay_formats, replay_refuses, sys.modules[__name__])
