"""The captures that go in: their clocks, their forms, and what is wrong with them."""

import struct

from capture_files import A1, A2, A3, EVERYBODY, MICRO, NANO, frame, pcap, pcapng, udp
from scenario import SECOND, START, Scenario


class Time(Scenario):
    def test_merge_by_timestamp(self):
        odd = self.capture("odd.pcap", [(t, frame(A1, EVERYBODY, b"%d" % t)) for t in (1, 3, 5)])
        even = self.capture("even.pcap", [(t, frame(A2, EVERYBODY, b"%d" % t)) for t in (0, 2, 4, 6)])
        self.assert_done(self.replay(a1=odd, a2=even))
        self.assertEqual([data[14:] for _, data in self.sent("a3")], [b"%d" % t for t in range(7)])
        self.assertEqual([time for time, _ in self.sent("a3")], [START + t * SECOND for t in range(7)])

    def test_equal_timestamps_in_order_of_the_command_line(self):
        one = self.capture("one.pcap", [(0, frame(A1, EVERYBODY, b"1")), (0, frame(A1, EVERYBODY, b"2"))])
        two = self.capture("two.pcap", [(0, frame(A2, EVERYBODY, b"3"))])
        self.assert_done(self.replay(a1=one, a2=two))
        self.assertEqual([data[14:] for _, data in self.sent("a3")], [b"1", b"2", b"3"])

    def test_nanoseconds(self):
        times = [START + n for n in (0, 1, 999, 1_000_000_001, 123_456_789_012)]
        capture = self.write("in.pcap", pcap([(time, frame(A1, A2)) for time in times]))
        self.assert_done(self.replay(a1=capture))
        self.assertEqual([time for time, _ in self.sent("a2")], times)

    def test_time_that_goes_back(self):
        capture = self.capture("in.pcap", [(t, frame(A1, A2, b"%d" % t)) for t in (5, 7, 2, 8)])
        self.assert_done(self.replay(a1=capture))
        self.assertEqual([data[14:] for _, data in self.sent("a2")], [b"5", b"7", b"2", b"8"])
        times = [time for time, _ in self.sent("a2")]
        self.assertEqual(times, sorted(times))

    def test_ageing_by_the_captures_clock(self):
        station = b"\x02\x00\x00\x00\x00\x51"
        learn = self.capture("learn.pcap", [(0, frame(station, EVERYBODY))])
        ask = self.capture("ask.pcap", [(299.9, frame(A1, station)), (300.1, frame(A1, station))])
        self.assert_done(self.replay(a2=learn, a1=ask))
        self.assertEqual((len(self.sent("a2")), len(self.sent("a3"))), (2, 2))

    def test_repeat(self):
        capture = self.capture("in.pcap", [(t, frame(A1, A2, b"%d" % t)) for t in range(3)])
        result = self.replay("--repeat", "4", a1=capture)
        self.assert_done(result)
        self.assertEqual(result.stats["ports"]["a1"]["rx_packets"], 12)
        times = [time for time, _ in self.sent("a2")]
        self.assertEqual([data[14:] for _, data in self.sent("a2")], [b"0", b"1", b"2"] * 4)
        self.assertTrue(all(earlier < later for earlier, later in zip(times, times[1:])), times)


class Formats(Scenario):
    PACKETS = [(START + n * 1_234_567_000, udp(A1, A2, n)) for n in range(0, 60, 2)]

    def run_form(self, name, content):
        result = self.replay(a1=self.write(name, content))
        self.assert_done(result)
        return self.digest(result)

    def test_all_alike(self):
        forms = {
            f"{order} {magic:x}": pcap(self.PACKETS, order=order, magic=magic) for order in "<>" for magic in (MICRO, NANO)
        }
        forms |= {
            f"ng {order} {digits}": pcapng(self.PACKETS, order=order, resolution=digits)
            for order in "<>"
            for digits in (None, 6, 9)
        }
        wanted = self.run_form("wanted.pcap", forms.pop(f"< {NANO:x}"))
        self.assertEqual([time for time, _ in self.sent("a2")], [time for time, _ in self.PACKETS])
        for name, content in forms.items():
            with self.subTest(name):
                self.assertEqual(self.run_form("in.pcap", content), wanted)

    def test_the_name_does_not_tell_the_form(self):
        self.run_form("capture.txt", pcapng(self.PACKETS))

    def test_snapped_frames(self):
        whole = udp(A1, A2, 1000)
        result = self.replay(a1=self.capture("in.pcap", [(0, whole[:96], len(whole)), (1, whole)]))
        self.assert_done(result)
        self.assertEqual([data for _, data in self.sent("a2")], [whole, whole])  # the payload is zeros
        self.assertEqual(result.stats["ports"]["a1"]["rx_bytes"], 2 * len(whole))
        self.assertRegex(result.err, r"1 packets? .*snap")

    def test_cut_in_mid_record(self):
        packets = [(START + n * SECOND, udp(A1, A2, n)) for n in range(3)]
        for form, size in ((pcap, 50), (pcap, 5), (pcapng, 30)):
            with self.subTest(f"{form.__name__} {size}"):
                cut = self.write("cut.pcap", form(packets)[:-size])
                result = self.replay(a1=cut)
                self.assert_done(result, code=1)
                self.assertEqual([data for _, data in self.sent("a2")], [data for _, data in packets[:2]])
                lines = [line for line in result.err.splitlines() if "cut.pcap" in line]
                self.assertEqual(len(lines), 1, result.err)
                self.assertIn("packet 3", lines[0])

    def test_cut_capture_beside_a_whole_one(self):
        cut = self.write("cut.pcap", pcap([(START, frame(A1, A3)), (START + SECOND, frame(A1, A3))])[:-1])
        whole = self.capture("whole.pcap", [(t, frame(A2, A3)) for t in range(3)])
        self.assert_done(self.replay(a1=cut, a2=whole), code=1)
        self.assertEqual(len(self.sent("a3")), 4)

    def test_record_that_lies_about_its_length(self):
        lie = pcap([(START, frame(A1, A2))]) + struct.pack("<IIII", 1_700_000_001, 0, 0xFFFFFFF0, 60) + bytes(60)
        self.assert_done(self.replay(a1=self.write("lie.pcap", lie)), code=1)
        self.assertEqual(len(self.sent("a2")), 1)

    def test_forged_timestamp(self):
        forged = pcap([(START, frame(A1, A2))]) + struct.pack("<IIII", 0xFFFFFFFF, 0xFFFFFFFF, 19, 19) + frame(A1, A2)
        self.assert_done(self.replay(a1=self.write("forged.pcap", forged)))
        self.assertEqual(len(self.sent("a2")), 2)
