"""Bad input and bad luck: one line says what, the exit status says which, and nothing half-written stays."""

import os
import signal
import subprocess
import sys
import time

import bad_topologies
import scenario
from capture_files import A1, A2, EVERYBODY, frame, pcap, pcapng, udp
from scenario import START, Scenario, topology


class Topologies(Scenario):
    def refuse(self, content, fragments):
        bad = self.write("bad.json", content)
        capture = self.capture("in.pcap", [(0, frame(A1, A2))])
        self.assert_refused(self.replay(topology=bad, a1=capture), bad, *fragments)
        self.assertFalse(self.out.exists())


def _add_topology_tests():
    for name, (content, fragments) in {**bad_topologies.OBJECTS, **bad_topologies.TEXTS}.items():
        setattr(Topologies, f"test_{name}", lambda self, c=content, f=fragments: self.refuse(c, f))


_add_topology_tests()


class Files(Scenario):
    def refuse(self, content, *fragments):
        bad = self.write("bad.pcap", content)
        self.assert_refused(self.replay(a1=bad), bad, *fragments)

    def test_missing_topology(self):
        capture = self.capture("in.pcap", [(0, frame(A1, A2))])
        self.assert_refused(self.replay(topology=self.dir / "none.json", a1=capture), "none.json")

    def test_directory_as_topology(self):
        capture = self.capture("in.pcap", [(0, frame(A1, A2))])
        self.assert_refused(self.replay(topology=self.dir, a1=capture), self.dir)

    def test_missing_capture(self):
        self.assert_refused(self.replay(a1=self.dir / "none.pcap"), "none.pcap", "No such file")

    def test_directory_as_capture(self):
        self.assert_refused(self.replay(a1=self.dir), self.dir)

    def test_empty_file(self):
        self.refuse(b"")

    def test_text_file(self):
        self.refuse(b"this is no capture\n" * 10, "not a capture")

    def test_header_cut(self):
        self.refuse(pcap([])[:20])

    def test_link_type_named(self):
        self.refuse(pcap([(START, b"\x45" + bytes(19))], link=101), "RAW", "not Ethernet")

    def test_link_type_of_linux_cooked(self):
        self.refuse(pcap([], link=113), "113", "LINUX_SLL", "not Ethernet")

    def test_link_type_in_pcapng(self):
        self.refuse(pcapng([(START, bytes(60))], link=105), "105", "IEEE802_11", "not Ethernet")

    def test_second_input_is_bad(self):
        good = self.capture("good.pcap", [(0, frame(A1, A2))])
        bad = self.write("bad.pcap", b"nonsense")
        self.assert_refused(self.replay(a1=good, a2=bad), bad)

    def test_reconfiguration_is_bad(self):
        good = self.capture("good.pcap", [(0, frame(A1, A2))])
        bad = self.write("bad.json", {"nets": []})
        self.assert_refused(self.replay("--reconfigure", f"1={bad}", a1=good), bad, "nets: unknown key")

    def test_overwritten_input(self):
        self.out.mkdir()
        capture = self.out / "a2.pcap"
        capture.write_bytes(pcap([(START, frame(A1, A2))]))
        before = capture.read_bytes()
        result = self.replay(a1=capture)
        self.assertEqual((result.code, result.out, result.err.count("\n")), (2, "", 1))
        self.assertIn("overwrite", result.err)
        self.assertEqual(self.left(), ["a2.pcap"])
        self.assertEqual(capture.read_bytes(), before)

    def test_overwritten_input_by_link(self):
        self.out.mkdir()
        capture = self.capture("in.pcap", [(0, frame(A1, A2))])
        (self.out / "a2.pcap").symlink_to(capture)
        self.assertEqual(self.replay(a1=capture).code, 2)
        self.assertEqual(self.left(), ["a2.pcap"])


class Options(Scenario):
    def setUp(self):
        super().setUp()
        self.good = self.capture("in.pcap", [(0, frame(A1, A2))])

    def refuse(self, *arguments, fragments=()):
        command = [scenario.PROGRAM, "replay", *arguments]
        self.assert_refused(self.run_command(command), *fragments)

    def test_unknown_endpoint(self):
        self.assert_refused(self.replay(b7=self.good), "b7", "no endpoint")

    def test_uplink_that_is_not_there(self):
        self.assert_refused(self.replay(uplink=self.good), "uplink")

    def test_unknown_option(self):
        self.assert_refused(self.replay("--fast", a1=self.good), "--fast")

    def test_nothing(self):
        self.refuse()

    def test_no_input(self):
        self.refuse(self.topology, "--out", self.out, fragments=["--in"])

    def test_no_out(self):
        self.refuse(self.topology, "--in", f"a1={self.good}", fragments=["--out"])

    def test_no_topology(self):
        self.refuse("--in", f"a1={self.good}", "--out", self.out)

    def test_two_topologies(self):
        self.refuse(self.topology, self.topology, "--in", f"a1={self.good}", "--out", self.out, fragments=["topology"])

    def test_input_without_name(self):
        for text in (self.good, "=x.pcap", "a1="):
            with self.subTest(text):
                self.refuse(self.topology, "--in", text, "--out", self.out, fragments=["NAME=FILE"])

    def test_numbers(self):
        for option, text in [
            *(("--workers", text) for text in ("0", "65", "-1", "two", "1.5", "")),
            *(("--repeat", text) for text in ("0", "-1", "x")),
            *(("--seed", text) for text in ("x", "18446744073709551616")),
        ]:
            with self.subTest(f"{option} {text}"):
                self.assert_refused(self.replay(option, text, a1=self.good), option)

    def test_reconfigure_without_seconds(self):
        for text in (f"{self.topology}", f"x={self.topology}", f"-1={self.topology}", f"={self.topology}", "1="):
            with self.subTest(text):
                self.assert_refused(self.replay("--reconfigure", text, a1=self.good), "--reconfigure")

    def test_reconfigure_not_a_number(self):
        for text in ("nan", "inf", "1e30"):
            with self.subTest(text):
                self.assert_refused(self.replay("--reconfigure", f"{text}={self.topology}", a1=self.good))


class Disk(Scenario):
    def own_mounts(self, mount, out):
        """A command prefix that mounts something over the folder `out`, and keeps a list of what is left in it."""
        if os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
            self.skipTest("needs a mount namespace of its own")
        out.mkdir()
        script = f'mount -t tmpfs {mount} tmpfs "$0" || exit 99; "$@"; code=$?; ls -A "$0" > "$0.left"; exit $code'
        return ["unshare", "--mount", "sh", "-c", script, out]

    def left_inside(self):
        return (self.dir / "out.left").read_text().split()

    def test_full_disk(self):
        big = self.capture("in.pcap", [(n, udp(A1, A2, 1400)) for n in range(400)])
        result = self.replay(a1=big, prefix=self.own_mounts("-o size=64k", self.out))
        self.assert_refused(result, "No space left", code=1)
        self.assertEqual(self.left_inside(), [])

    def test_disk_full_at_the_very_end(self):
        # A page goes out when the writer's buffer is full; the rest does not until the last flush.
        small = self.capture("in.pcap", [(n, frame(A1, A2, bytes(84))) for n in range(43)])
        result = self.replay(a1=small, prefix=self.own_mounts("-o size=4k", self.out))
        self.assert_refused(result, "No space left", code=1)
        self.assertEqual(self.left_inside(), [])

    def test_no_room_for_another_file(self):
        small = self.capture("in.pcap", [(n, frame(A1, EVERYBODY)) for n in range(20)])
        result = self.replay(a1=small, prefix=self.own_mounts("-o nr_inodes=2", self.out))
        self.assert_refused(result, "No space left", code=1)
        self.assertEqual(self.left_inside(), [])

    def test_read_only_disk(self):
        small = self.capture("in.pcap", [(0, frame(A1, A2))])
        self.assert_refused(self.replay(a1=small, prefix=self.own_mounts("-o ro", self.out)), code=1)

    def test_out_is_a_file(self):
        small = self.capture("in.pcap", [(0, frame(A1, A2))])
        result = self.replay(a1=small, out=small)
        self.assertIn(result.code, (1, 2))
        self.assertEqual((result.out, result.err.count("\n")), ("", 1))

    def test_stats_in_no_folder(self):
        small = self.capture("in.pcap", [(0, frame(A1, A2))])
        result = self.replay("--stats", self.dir / "none" / "stats.json", a1=small)
        self.assertIn(result.code, (1, 2))
        self.assertEqual((result.out, result.err.count("\n")), ("", 1))
        self.assertNotIn("partial", " ".join(self.left()))


class Interrupted(Scenario):
    def interrupt(self, number):
        capture = self.capture("in.pcap", [(n / 1000, udp(A1, A2)) for n in range(1000)])
        command = [scenario.PROGRAM, "replay", self.topology, "--in", f"a1={capture}", "--out", self.out]
        command += ["--repeat", "100000000"]
        process = subprocess.Popen([str(w) for w in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 20
        while not self.left() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertNotEqual(self.left(), [], "nothing was being written")
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        return scenario.Result(process.returncode, out.decode(), err.decode())

    def test_interrupt(self):
        self.assert_refused(self.interrupt(signal.SIGINT), "interrupted", code=1)

    def test_termination(self):
        self.assert_refused(self.interrupt(signal.SIGTERM), "interrupted", code=1)


if __name__ == "__main__":
    scenario.main(sys.modules[__name__])
