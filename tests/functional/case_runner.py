#!/usr/bin/env python3
"""The replay cases' runner itself: what is wrong in a case is found, named and placed. case_runner.py BUILD_DIR [WORD ...]"""

import sys

import scenario
from scenario import Scenario

GOOD = """# A rule.
use two
0.0 a1 < a1 > a2 / ip a1 > a2 / udp 1 > 2 / "hello"
0.0 a2 > same
0.1 a1 < a1 > gw / arp who-has gw tell a1
0.1 a1 > gw > a1 / arp reply gw is-at gw to a1
0.1 fdb web 2
consumed 1
"""

# What is changed in the good case, into what, and what the runner says.
BROKEN = {
    "other_payload": ("a2 > same", 'a2 > a1 > a2 / ip a1 > a2 / udp 1 > 2 / "jello"', [":4: another frame came out of a2", "+ 0020", "^^"]),
    "another_port": ("a2 > same", "a1 > same", [":4: nothing came out of a1", "172.18.0.2.1 > 172.18.0.3.2 UDP"]),
    "not_expected": ("0.0 a2 > same\n", "", [":4: before this line 1 unexpected frames came out of a2"]),
    "expected_twice": ("0.0 a2 > same\n", "0.0 a2 > same\n0.0 a2 > same\n", [":5: nothing came out of a2"]),
    "not_expected_at_the_end": ("0.1 a1 > gw > a1 / arp reply gw is-at gw to a1\n", "", ["unexpected frames came out of a1"]),
    "fdb": ("fdb web 2", "fdb web 3", [":7: web knows 2 MACs, expected 3"]),
    "fdb_of_no_network": ("fdb web 2", "fdb db 2", [":7: db knows 0 MACs"]),
    "consumed": ("consumed 1", "consumed 2", ["consumed 1, held 0, expected 2 and 0"]),
    "held": ("consumed 1", "consumed 1\nheld 1", ["consumed 1, held 0, expected 1 and 1"]),
    "drops_that_are_not": ("consumed 1", "consumed 1\ndrops a1 no_route 1", ["a1 dropped 0 by no_route, expected 1"]),
    "drops_that_are": ("udp 1 > 2", "udp 1 > 2 cksum=bad", [":4: nothing came out"]),
    "drops_of_no_port": ("consumed 1", "consumed 1\ndrops b1 no_route 1", ["no port b1"]),
    "no_reason": ("consumed 1", "consumed 1\ndrops a1 no_rout 1", [':9: there is no reason "no_rout"']),
    "no_comment": ("# A rule.\n", "", ["the first line is a comment"]),
    "no_topology": ("use two", "use four", [":2: use: ", "four.json: cannot be read"]),
    "no_statement": ("consumed 1", "eaten 1", [':8: there is no statement "eaten"']),
    "no_layer": ("/ udp", "/ upd", [':3: there is no layer "upd"']),
    "no_name": ("a1 > a2 / ip", "a1 > a7 / ip", [':3: eth: "a7" is neither a name nor a MAC address']),
    "no_address": ("ip a1 > a2", "ip a1 > 172.18.0.300", [":3: ", "172.18.0.300"]),
    "word_too_many": ("udp 1 > 2", "udp 1 > 2 fast", [':3: udp: "fast" means nothing here']),
    "word_missing": ("udp 1 > 2", "udp 1 >", [":3: udp: the destination port is missing"]),
    "number_too_big": ("udp 1 > 2", "udp 1 > 65536", [':3: udp: "65536" is not a number up to 65535']),
    "open_quote": ('"hello"', '"hello', [":3: ", "quote"]),
    "no_protocol": (' / udp 1 > 2 / "hello"', ' / "hello"', [":3: ip: no protocol"]),
    "time_back": ("0.1 fdb", "0.05 fdb", [":7: time goes backwards"]),
    "expected_later": ("0.0 a2 > same", "0.05 a2 > same", [":4: nothing was sent at this moment"]),
    "no_such_port": ("0.0 a1 < a1", "0.0 a9 < a1", [":3: there is no port a9"]),
    "open_block": ("use two", "topology {", [":2: the block has no end"]),
    "bad_json": ("use two", 'topology {\n"networks": 5\n}', [":2: topology: ", "networks: must be an array"]),
}


class Runner(Scenario):
    def setUp(self):
        super().setUp()
        (self.dir / "topologies").mkdir()
        self.write("topologies/two.json", scenario.topology(2))

    def run_cases(self, *arguments):
        runner = scenario.PROGRAM.parent / "tests" / "replay" / "replay_cases"
        return self.run_command([runner, *arguments])

    def check_broken(self, before, after, fragments):
        self.assertEqual(GOOD.count(before), 1)
        case = self.write("broken.case", GOOD.replace(before, after))
        result = self.run_cases(case)
        self.assertEqual(result.code, 1)
        self.assertEqual(result.out.splitlines()[-1], "0 passed, 1 failed")
        self.assertTrue(result.out.startswith(f"FAILED {case}:"), result.out)
        for fragment in fragments:
            self.assertIn(fragment, result.out)

    def test_good(self):
        result = self.run_cases(self.write("good.case", GOOD))
        self.assertEqual((result.code, result.out), (0, "1 passed, 0 failed\n"))

    def test_folder_goes_on_behind_a_failure(self):
        self.write("1.case", "nonsense")
        self.write("2.case", GOOD)
        result = self.run_cases(self.dir)
        self.assertEqual(result.out.splitlines()[-1], "1 passed, 1 failed")

    def test_nothing_to_run_is_a_failure(self):
        self.assertEqual(self.run_cases(self.dir / "topologies").code, 1)

    def test_reasons(self):
        case = GOOD + "0.2 a1 < a1 > a1 / type 0x1234\ndrops a1 same_port 1\n"
        reasons = self.write("reasons.txt", "tx_full\n")
        self.run_cases("--reasons", reasons, self.write("good.case", case))
        self.assertEqual(reasons.read_text(), "tx_full\nsame_port\n")

    def test_unreached(self):
        unreached = self.write("unreached.txt", "tx_full: why\nno_such: why\n")
        result = self.run_cases("--unreached", unreached, self.write("good.case", GOOD))
        self.assertEqual(result.code, 1)
        self.assertIn("same_port is not reached", result.out)
        self.assertIn("there is no reason no_such", result.out)
        self.assertNotIn("tx_full", result.out)


def _add_broken():
    for name, change in BROKEN.items():
        setattr(Runner, f"test_{name}", lambda self, change=change: self.check_broken(*change))


_add_broken()

if __name__ == "__main__":
    scenario.main(sys.modules[__name__])
