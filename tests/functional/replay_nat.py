#!/usr/bin/env python3
"""Conversations through NAT by `pontoon replay`: replay_nat.py BUILD_DIR [WORD ...]"""

import sys

import captures
import replay_host
import replay_nat_captures
import replay_nat_changes
import scenario
from nat_scenario import *


class Conversations(Nat):
    def check(self, result, frames, flows):
        self.assertEqual(result.stats["drops"], {})
        self.assertEqual(result.stats["balance"], dict(
            received=len(frames), copied=0, originated=0, sent=len(frames), merged=0, consumed=0, held=0, dropped=0))
        self.assertEqual((result.stats["flows"]["created"], result.stats["flows"]["refused"]), (flows, 0))

    def test_masquerade(self):
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                told = http(CLIENT, SERVER)
                frames, out, back = self.masqueraded(told, "--workers", workers)
                result = self.run_all(frames, "--workers", workers)
                self.assert_sent("uplink", out)
                self.assert_sent("a1", back)
                self.check(result, frames, 1)
                self.assertEqual(result.stats["flows"], dict(created=1, active=1, expired=0, refused=0))
                self.assertEqual(result.stats["nat_ports"][HOST_IP]["flows"], 1)

    def test_published_port(self):
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                frames, there, back = self.published(http(CLIENT, SERVER))
                result = self.run_all(frames, "--workers", workers)
                self.assert_sent("a1", there)
                self.assert_sent("uplink", back)
                self.check(result, frames, 1)

    def test_hairpin(self):
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                frames, there, back = self.hairpin(http(CLIENT, SERVER), "--workers", workers)
                result = self.run_all(frames, "--workers", workers)
                self.assert_sent("a1", there)
                self.assert_sent("a2", back)
                self.check(result, frames, 1)

    def test_many_at_once(self):
        told = sorted((c for n in range(40) for c in http(CLIENT, SERVER, 40000 + n, begin=n / 1000)), key=lambda c: c[0])
        frames, out, back = self.masqueraded(told)
        result = self.run_all(frames)
        self.assert_sent("uplink", out)
        self.assert_sent("a1", back)
        self.check(result, frames, 40)
        self.assertEqual(result.stats["nat_ports"], {HOST_IP: {"ports": 4536, "flows": 40}})

    def test_pings(self):
        told = [(n / 10, n % 2 == 0, echo(CLIENT, SERVER, 8, 77, n // 2) if n % 2 == 0 else echo(SERVER, CLIENT, 0, 77, n // 2))
                for n in range(10)]
        frames, out, back = self.masqueraded(told)
        result = self.run_all(frames)
        self.assert_sent("uplink", out)
        self.assert_sent("a1", back)
        self.check(result, frames, 1)

    def test_stream_in_pieces(self):
        told = []
        for n in range(20):
            for c in (True, False):
                ends = (CLIENT, SERVER, 5000, 53) if c else (SERVER, CLIENT, 53, 5000)
                told.append((n / 5 + (0 if c else 0.1), c, datagram(*ends, bytes(range(256)) * 16)))
        frames, out, back = self.masqueraded(told)
        cut = lambda told: [(*rest, piece) for *rest, d in told for piece in in_pieces(d, 1480)]
        result = self.run_all(cut(frames))
        self.assert_sent("uplink", cut(out))
        self.assert_sent("a1", cut(back))
        self.check(result, cut(frames), 1)

    def test_pieces_in_any_order(self):
        whole = datagram(CONTAINERS["a1"], SERVER, 5000, 53, bytes(range(256)) * 16).changed(from_container("a1"))
        pieces = in_pieces(whole, 1480)[::-1]
        result = self.run_all([(n / 100, "a1", piece) for n, piece in enumerate(pieces)])
        sent = [Datagram.read(frame) for _, frame in self.sent("uplink")]
        self.assertEqual(sorted(d.offset for d in sent), sorted(d.offset for d in pieces))
        self.assertEqual({d.source for d in sent}, {HOST_IP})
        self.assertEqual({time for time, _ in self.sent("uplink")}, {START + SECOND // 50}) # when the first piece came
        self.assertEqual((result.stats["held"], result.stats["drops"]), (0, {}))

    def test_too_long_for_the_uplink(self):
        self.topology = self.write("topology.json", nat_topology(mtu=1280))
        whole = datagram(CONTAINERS["a1"], SERVER, 5000, 53, bytes(1400)).changed(from_container("a1"))
        result = self.run_all([(0, "a1", whole)])
        self.assertEqual([len(frame) - 14 for _, frame in self.sent("uplink")], [1276, 172])
        self.assertEqual(result.stats["balance"]["copied"], 1)


class Arp(Nat):
    def setUp(self):
        super().setUp()
        self.topology = self.write("topology.json", nat_topology(neighbors=False))

    def test_resolved_in_the_capture(self):
        answer = self.arp(TO_HOST, 2, NEXT_HOP_MAC, NEXT_HOP, HOST_MAC, HOST_IP)
        empty, preset = self.topology, self.write("preset.json", nat_topology())
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                self.topology = preset
                frames, out, back = self.masqueraded(http(CLIENT, SERVER), "--workers", workers)
                self.topology = empty
                frames = sorted([*frames, (0.005, "uplink", answer)], key=lambda f: f[0])
                result = self.run_all(frames, "--workers", workers)
                self.assert_sent("uplink", [(0, self.request()), (0.005, out[0][1]), *out[1:]])
                self.assert_sent("a1", back)
                self.assertEqual(result.stats["drops"], {})
                self.assertEqual((result.stats["consumed"], result.stats["held"]), (1, 0))
                self.assertEqual(result.stats["balance"]["originated"], 1)

    def arp(self, macs, kind, sender, sender_ip, target, target_ip):
        head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, kind)
        return macs + b"\x08\x06" + head + sender + socket.inet_aton(sender_ip) + target + socket.inet_aton(target_ip)

    def request(self):
        return self.arp(b"\xff" * 6 + HOST_MAC, 1, HOST_MAC, HOST_IP, bytes(6), NEXT_HOP).ljust(60, b"\0")

    def test_nobody_answers(self):
        asked = [(n / 10, "a1", d.changed(from_container("a1"), source=CONTAINERS["a1"])) for n, (_, c, d) in
                 enumerate(http(CLIENT, SERVER)[:1])]
        asked.append((60, "a2", asked[0][2].changed(from_container("a2"), source=CONTAINERS["a2"], destination="203.0.113.77")))
        result = self.run_all(asked)
        self.assertEqual(result.stats["drops"].get("neighbor_unreachable"), 1)


if __name__ == "__main__":
    modules = [sys.modules[__name__], replay_host, replay_nat_changes]
    if captures.FOLDER.is_dir():
        modules.append(replay_nat_captures)
    scenario.main(*modules)
