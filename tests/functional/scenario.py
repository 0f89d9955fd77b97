"""What the functional tests share: the program under test, a folder of their own, and the last line."""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import capture_files

PROGRAM = None  # build/pontoon

SECOND = 10**9
START = 1_700_000_000 * SECOND


def topology(endpoints=3, **network):
    return {
        "networks": [{"name": "web", "subnet": "172.18.0.0/16", **network}],
        "endpoints": [{"name": f"a{n}", "network": "web", "ipv4": f"172.18.0.{n + 1}"} for n in range(1, endpoints + 1)],
    }


class Result:
    def __init__(self, code, out, err, usage=None):
        self.code, self.out, self.err, self.usage = code, out, err, usage

    @property
    def stats(self):
        return json.loads(self.out)


class Scenario(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pontoon-test.")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.out = self.dir / "out"
        self.topology = self.write("topology.json", topology())

    def write(self, name, content):
        path = self.dir / name
        if isinstance(content, (dict, list)):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def capture(self, name, packets, **form):
        """A capture whose times are seconds since START."""
        return self.write(name, capture_files.pcap([(START + round(t * SECOND), *rest) for t, *rest in packets], **form))

    def replay(self, *arguments, out=None, prefix=(), topology=None, **inputs):
        """Runs the command; `a1=FILE` is `--in a1=FILE`."""
        command = [*prefix, PROGRAM, "replay", topology or self.topology]
        for name, file in inputs.items():
            command += ["--in", f"{name}={file}"]
        command += ["--out", out or self.out, *arguments]
        return self.run_command(command)

    def run_command(self, command):
        process = subprocess.run([str(word) for word in command], capture_output=True, timeout=60)
        return Result(process.returncode, process.stdout.decode(), process.stderr.decode())

    def assert_done(self, result, code=0):
        self.assertEqual(result.code, code, result.err)
        balance = result.stats["balance"]
        self.assertEqual(
            balance["received"] + balance["copied"] + balance["originated"],
            balance["sent"] + balance["merged"] + balance["consumed"] + balance["held"] + balance["dropped"],
        )

    def assert_refused(self, result, *fragments, code=2):
        """One line says why, standard output says nothing, and no file is left."""
        self.assertEqual(result.code, code, result.err)
        self.assertEqual(result.out, "")
        self.assertRegex(result.err, r"\Apontoon replay: [^\n]+\n\Z")
        for fragment in fragments:
            self.assertIn(str(fragment), result.err)
        self.assertEqual(self.left(), [])

    def left(self, out=None):
        folder = out or self.out
        return sorted(os.listdir(folder)) if folder.is_dir() else []

    def sent(self, port):
        path = self.out / f"{port}.pcap"
        return capture_files.read_pcap(path) if path.exists() else []

    def digest(self, result, out=None):
        """Everything a run gave: its files and its statistics."""
        folder = out or self.out
        files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in self.left(folder)}
        return files, result.out


class Counting(unittest.TextTestResult):
    """Prints a line a failed test and nothing for the others."""

    def printErrors(self):
        for test, text in [*self.errors, *self.failures]:
            self.stream.writeln(f"FAILED {test.id()}\n{text}")


def main(*modules):
    """`SCRIPT BUILD_DIR [WORD ...]`: the tests whose names hold all these words."""
    global PROGRAM
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} BUILD_DIR [WORD ...]")
    PROGRAM = pathlib.Path(sys.argv[1]).resolve() / "pontoon"
    suite = unittest.TestSuite()
    for module in modules:
        for case in unittest.defaultTestLoader.loadTestsFromModule(module):
            suite.addTests(test for test in case if all(word in test.id() for word in sys.argv[2:]))
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Counting, verbosity=0).run(suite)
    for test, reason in result.skipped:
        print(f"skipped {test.id()}: {reason}")
    bad = len(result.errors) + len(result.failures)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed", flush=True)
    sys.exit(bad != 0 or result.testsRun == 0)
