#!/usr/bin/env python3
"""`meson install --destdir` puts everything in place, and what it puts there is sound."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from commands import BUILD, PROGRAM


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", cls.folder.name], check=True,
                       capture_output=True, timeout=120)
        cls.root = pathlib.Path(cls.folder.name)
        cls.prefix = cls.root / "usr/local"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_programs(self):
        for program in ("bin/pontoon", "sbin/pontoond"):
            text = subprocess.run([self.prefix / program, "--version"], capture_output=True, text=True, timeout=20)
            self.assertRegex(text.stdout, r"\Apontoond? \d+\.\d+\.\d+\n\Z")

    def test_each_verb_has_a_page(self):
        usage = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=20).stdout
        verbs = [line.split()[0] for line in usage.splitlines() if line.startswith("  ")]
        self.assertGreater(len(verbs), 20)
        for verb in verbs:
            if verb != "network":
                self.assertTrue((self.prefix / f"share/man/man1/pontoon-{verb}.1").exists(), verb)
        self.assertTrue((self.prefix / "share/man/man8/pontoond.8").exists())
        page = (self.prefix / "share/man/man1/pontoon-network-create.1").read_text()
        self.assertIn(r"\fB\-\-subnet\fR", page)
        self.assertIn(r"\fB\-\-uplink\-mode\fR", (self.prefix / "share/man/man8/pontoond.8").read_text())

    @unittest.skipUnless(shutil.which("groff"), "there is no groff")
    def test_troff_has_nothing_to_say(self):
        for page in (self.prefix / "share/man").rglob("*.[18]"):
            result = subprocess.run(["groff", "-man", "-ww", "-Tutf8", page], capture_output=True, text=True)
            self.assertEqual(result.stderr, "", page)

    def complete(self, *words):
        """What bash offers for the last word."""
        script = f"""source {self.prefix}/share/bash-completion/completions/pontoon
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _pontoon; printf '%s\\n' "${{COMPREPLY[@]}}" """
        path = f"{BUILD}:{os.environ['PATH']}"
        result = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, timeout=20,
                                env={**os.environ, "PATH": path, "PONTOON_SOCKET": os.environ.get("SOCKET", "/none")})
        self.assertEqual(result.stderr, "")
        return set(result.stdout.split())

    def test_completion(self):
        self.assertEqual(self.complete("pontoon", "unp"), {"unpublish"})
        self.assertEqual(self.complete("pontoon", "network", "cr"), {"create"})
        self.assertEqual(self.complete("pontoon", "network", "create", "--sub"), {"--subnet"})
        self.assertEqual(self.complete("pontoon", "run", "--network-a"), {"--network-alias"})

    def test_completion_asks_the_daemon(self):
        from fake_daemon import FakeDaemon
        with tempfile.TemporaryDirectory() as folder:
            daemon = FakeDaemon(folder)
            daemon.answers = {r"GET /networks": [{"Name": "net1", "Id": "1"}, {"Name": "other", "Id": "2"}],
                              r"GET /containers/json": [{"Names": ["/c1"], "Id": "3"}]}
            os.environ["SOCKET"] = str(daemon.socket)
            self.assertEqual(self.complete("pontoon", "network", "rm", "n"), {"net1"})
            self.assertEqual(self.complete("pontoon", "network", "connect", "net1", ""), {"c1"})
            self.assertEqual(self.complete("pontoon", "stop", ""), {"c1"})
            self.assertEqual(self.complete("pontoon", "run", "--network", "o"), {"other"})
            del os.environ["SOCKET"]
            daemon.stop()

    def unit(self):
        return self.prefix / "lib/systemd/system/pontoon.service"

    def test_unit(self):
        text = self.unit().read_text()
        for line in ("Type=notify", "KillMode=process", "NoNewPrivileges=yes", "ProtectSystem=strict"):
            self.assertIn(line + "\n", text)
        config = "/usr/local/etc/pontoon/pontoond.conf"
        self.assertIn(f"ExecStart=/usr/local/sbin/pontoond --config {config} --keep-interfaces\n", text)
        self.assertTrue((self.root / config[1:]).exists())

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd")
    def test_systemd_has_nothing_to_say(self):
        # The program is where the unit says only once it is installed for good.
        copy = self.root / "pontoon.service"
        copy.write_text(self.unit().read_text().replace("/usr/local/", f"{self.prefix}/"))
        result = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True,
                                timeout=60)
        self.assertEqual([line for line in result.stderr.splitlines() if "pontoon" in line], [])


if __name__ == "__main__":
    unittest.main()
