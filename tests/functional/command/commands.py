"""What the tests of the command share: a daemon that is not one, and the command asked to talk to it."""

import contextlib
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from fake_daemon import FakeDaemon

BUILD = pathlib.Path(os.environ.get("PONTOON_BUILD", "build")).resolve()
PROGRAM = BUILD / "pontoon"


def eventually(true, what, within=10):
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(0.02)


class Commands(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.daemon = FakeDaemon(self.folder.name)

    def tearDown(self):
        for one in list(self.daemon.containers.values()):
            if one["State"]["Pid"]:
                with contextlib.suppress(ProcessLookupError):  # it ends by itself
                    os.kill(one["State"]["Pid"], 9)
                eventually(lambda: not one["State"]["Running"], "its supervisor's report")
        self.daemon.stop()
        self.folder.cleanup()

    def words(self, *words):
        return [PROGRAM, "-H", f"unix://{self.daemon.socket}", *words]

    def pontoon(self, *words, code=0, **options):
        if "input" not in options:
            options.setdefault("stdin", subprocess.DEVNULL)
        result = subprocess.run(self.words(*words), capture_output=True, text=True, timeout=30, **options)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return result

    def out(self, *words, **options):
        return self.pontoon(*words, **options).stdout
