#!/usr/bin/env python3
"""run, exec, logs, stop, start and rm with real processes and a daemon that is not one. Runs in namespaces of its own."""

import os
import pathlib
import pty
import re
import select
import subprocess
import time
import unittest

from commands import Commands, eventually
from fake_daemon import Refusal


class Foreground(Commands):
    def test_output_goes_where_it_belongs(self):
        result = self.pontoon("run", "--", "sh", "-c", "echo out; echo error >&2")
        self.assertEqual((result.stdout, result.stderr), ("out\n", "error\n"))

    def test_exit_codes(self):
        self.pontoon("run", "sh", "-c", "exit 7", code=7)
        self.pontoon("run", "sh", "-c", "kill -9 $$", code=0)  # it is the first process: the kernel ignores its own
        self.assertIn('exec: "nope-nope": executable file not found in $PATH',
                      self.pontoon("run", "nope-nope", code=127).stderr)
        self.assertIn("stat /nope/nope: no such file", self.pontoon("run", "/nope/nope", code=127).stderr)
        self.assertIn("permission denied", self.pontoon("run", "/etc/passwd", code=126).stderr)
        self.assertIn("is a directory", self.pontoon("run", "/etc", code=126).stderr)
        self.pontoon("run", "-w", "/nope", "true", code=127)
        self.pontoon("run", "--name", "a", "true")
        self.assertIn("Conflict", self.pontoon("run", "--name", "a", "true", code=125).stderr)

    def test_the_daemon_hears_the_end(self):
        self.pontoon("run", "--name", "c", "sh", "-c", "exit 3", code=3)
        self.assertEqual(self.daemon.find("c")["State"]["ExitCode"], 3)
        log = pathlib.Path(self.daemon.find("c")["LogPath"])
        self.assertEqual((log.parent / "exit").read_text(), "3\n")

    def test_rm(self):
        self.pontoon("run", "--rm", "true")
        self.pontoon("run", "--rm", "nope-nope", code=127)
        self.assertEqual(self.daemon.containers, {})

    def test_namespaces_and_files_of_its_own(self):
        before = {file: pathlib.Path(file).read_bytes() for file in ("/etc/hosts", "/etc/hostname")
                  if os.path.exists(file)}
        text = self.out("run", "--hostname", "box", "sh", "-c",
                        "hostname; echo $$; cat /etc/hosts /etc/hostname /etc/resolv.conf; ls /sys/class/net")
        self.assertEqual(text, "box\n1\n127.0.0.1\tlocalhost\n10.9.8.7\tbox\nbox\nnameserver 10.9.8.1\nlo\n")
        for file, content in before.items():
            self.assertEqual(pathlib.Path(file).read_bytes(), content)
        self.assertNotIn(str(self.folder.name), pathlib.Path("/proc/self/mounts").read_text())

    def test_environment(self):
        file = pathlib.Path(self.folder.name) / "env"
        file.write_text("# no\n\nFROM_FILE=1\nMINE\nNOT_MINE\n")
        text = self.out("run", "--hostname", "h", "-e", "A=b c", "-e", "PATH=/bin:/usr/bin", "--env-file", str(file),
                        "--link-env", "env", env={**os.environ, "MINE": "yes"})
        self.assertEqual(sorted(text.splitlines()),
                         ["A=b c", "FROM_FILE=1", "HOME=/root", "HOSTNAME=h", "LINKED=yes", "MINE=yes",
                          "PATH=/bin:/usr/bin"])
        text = self.out("run", "env", env={"SECRET": "1"})
        self.assertNotIn("SECRET", text)
        self.assertIn("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n", text)
        self.assertEqual(self.out("run", "pwd"), "/\n")
        self.assertEqual(self.out("run", "-w", "/usr", "pwd"), "/usr\n")

    def test_no_descriptors_are_left_to_it(self):
        reading, writing = os.pipe()
        with open(reading), open(writing, "w"):
            result = self.out("run", "sh", "-c", "ls /proc/self/fd", pass_fds=(reading, writing))
        self.assertEqual(result.split(), ["0", "1", "2", "3"])  # the last is ls's own

    def test_standard_input(self):
        self.assertEqual(self.out("run", "cat", input="hello"), "")
        self.assertEqual(self.out("run", "-i", "cat", input="hello"), "hello")
        self.assertEqual(len(self.out("run", "-i", "cat", input="x" * 1_000_000)), 1_000_000)

    def test_signals_are_forwarded(self):
        script = "trap 'echo term; exit 5' TERM; trap 'echo usr' USR1; echo ready; while :; do sleep 0.05; done"
        process = subprocess.Popen(self.words("run", "sh", "-c", script), stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(10)
        self.assertEqual(process.stdout.readline(), "usr\n")
        process.terminate()
        with process.stdout:
            self.assertEqual(process.stdout.read(), "term\n")
        self.assertEqual(process.wait(10), 5)

    def test_host_mode(self):
        here = os.readlink("/proc/self/ns/net")
        self.assertEqual(self.out("run", "--network", "host", "readlink", "/proc/self/ns/net").strip(), here)
        self.assertNotEqual(self.out("run", "readlink", "/proc/self/ns/net").strip(), here)
        self.assertEqual(self.out("run", "--network", "host", "hostname"), os.uname().nodename + "\n")

    def test_container_mode(self):
        self.pontoon("run", "-d", "--name", "a", "--hostname", "ha", "sleep", "60")
        theirs = self.out("exec", "a", "readlink", "/proc/1/ns/net", "/proc/1/ns/uts", "/proc/1/ns/mnt").split()
        ours = self.out("run", "--network", "container:a", "readlink", "/proc/1/ns/net", "/proc/1/ns/uts",
                        "/proc/1/ns/mnt").split()
        self.assertEqual(ours[:2], theirs[:2])
        self.assertNotEqual(ours[2], theirs[2])
        self.assertIn("No such container: zz", self.pontoon("run", "--network", "container:zz", "true", code=125).stderr)

    def test_a_refusal_leaves_no_process(self):
        self.daemon.answers[r"POST /pontoon/v1/containers/.*/start"] = Refusal(500, "no such luck")
        result = self.pontoon("run", "--rm", "sleep", "987", code=125)
        self.assertIn("Error response from daemon: no such luck", result.stderr)
        self.assertEqual(self.daemon.containers, {})
        self.assertNotIn("987", subprocess.run(["ps", "ax"], capture_output=True, text=True).stdout)


class Terminal(Commands):
    def run_on_terminal(self, words, typed, until):
        master, slave = pty.openpty()
        process = subprocess.Popen(self.words(*words), stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        seen = b""
        end = time.monotonic() + 20
        while time.monotonic() < end and process.poll() is None or select.select([master], [], [], 0)[0]:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    seen += os.read(master, 4096)
                except OSError:
                    break
            if typed and until in seen:
                os.write(master, typed)
                typed = b""
        os.close(master)
        return process.wait(10), seen.decode()

    def test_a_terminal_gives_a_terminal(self):
        code, text = self.run_on_terminal(["run", "sh", "-c", "tty; echo TERM=$TERM; read x; echo got $x; exit 4"],
                                          b"hello\r", b"TERM=")
        self.assertEqual(code, 4)
        self.assertIn("/dev/pts/", text)
        self.assertIn("TERM=xterm", text)
        self.assertIn("got hello", text)

    def test_exec_with_a_terminal(self):
        self.pontoon("run", "-d", "--name", "a", "sleep", "60")
        code, text = self.run_on_terminal(["exec", "-it", "a", "sh", "-c", "tty; read x; echo got $x"], b"hi\r", b"pts")
        self.assertEqual(code, 0)
        self.assertIn("got hi", text)

    def test_no_terminal_to_give(self):
        self.assertIn("the input device is not a TTY", self.pontoon("run", "-it", "true", code=125).stderr)


class Detached(Commands):
    def test_the_id_and_the_log(self):
        text = self.out("run", "-d", "--name", "a", "sh", "-c", "echo one; echo two >&2; printf three; sleep 60")
        self.assertEqual(text, self.daemon.find("a")["Id"] + "\n")
        eventually(lambda: "two" in self.pontoon("logs", "a").stderr, "the log")
        result = self.pontoon("logs", "a")
        self.assertEqual((result.stdout, result.stderr), ("one\n", "two\n"))
        self.assertRegex(self.out("logs", "-t", "a"), r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z one\n\Z")
        self.assertEqual(self.out("logs", "-n", "0", "a"), "")
        self.assertEqual(self.out("logs", "--since", "2030-01-01", "a"), "")
        self.assertEqual(self.out("logs", "--since", "10m", "a"), "one\n")
        self.pontoon("kill", "a")
        eventually(lambda: not self.daemon.find("a")["State"]["Running"], "its end")
        self.assertEqual(self.out("logs", "a"), "one\nthree")
        self.assertEqual(self.daemon.find("a")["State"]["ExitCode"], 137)

    def test_logs_follow_to_the_end(self):
        self.pontoon("run", "-d", "--name", "a", "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.3; done")
        self.assertEqual(self.out("logs", "-f", "a"), "1\n2\n3\n")

    def test_it_leaves_the_session(self):
        self.pontoon("run", "-d", "--name", "a", "sleep", "60")
        pid = self.daemon.find("a")["State"]["Pid"]
        parent = int(re.search(r"PPid:\t(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
        self.assertNotEqual(os.getsid(parent), os.getsid(0))
        files = {os.path.basename(os.readlink(f"/proc/{parent}/fd/{one}")) for one in (0, 1, 2)}
        self.assertEqual(files, {"null"})
        self.assertEqual(os.readlink(f"/proc/{parent}/cwd"), "/")

    def test_not_executed(self):
        result = self.pontoon("run", "-d", "nope-nope", code=127)
        self.assertEqual(result.stdout, "")
        self.assertIn("not found in $PATH", result.stderr)

    def test_exec(self):
        self.pontoon("run", "-d", "--name", "a", "-e", "A=1", "-w", "/usr", "sleep", "60")
        self.assertEqual(self.out("exec", "-e", "B=2", "a", "sh", "-c", "echo $A$B; pwd; hostname; cat /proc/1/comm"),
                         f"12\n/usr\n{self.daemon.find('a')['Id'][:12]}\nsleep\n")
        self.pontoon("exec", "a", "sh", "-c", "exit 9", code=9)
        self.pontoon("exec", "a", "nope-nope", code=127)
        self.assertEqual(self.out("exec", "-i", "a", "cat", input="in"), "in")
        self.assertEqual(self.out("exec", "-w", "/etc", "a", "pwd"), "/etc\n")
        self.pontoon("run", "--name", "b", "true")
        self.assertIn("is not running", self.pontoon("exec", "b", "true", code=1).stderr)

    def test_exec_detached(self):
        self.pontoon("run", "-d", "--name", "a", "sleep", "60")
        gate = pathlib.Path(self.folder.name) / "gate"
        os.mkfifo(gate)
        begin = time.monotonic()
        self.assertEqual(self.out("exec", "-d", "a", "sh", "-c", f"read go <{gate}; exec sleep 61"), "")  # nor is the pipe kept
        self.assertLess(time.monotonic() - begin, 0.5)
        gate.write_text("go\n")
        eventually(lambda: "sleep 61" in self.out("exec", "a", "ps", "ax"), "it runs")
        self.assertIn("not found in $PATH", self.pontoon("exec", "-d", "a", "nope-nope", code=127).stderr)

    def test_stop_start_restart_rm(self):
        script = "trap 'exit 0' TERM; echo begun; while :; do sleep 0.05; done"
        self.pontoon("run", "-d", "--name", "a", "sh", "-c", script)
        eventually(lambda: self.out("logs", "a") == "begun\n", "the trap")
        self.assertIn("is running", self.pontoon("rm", "a", code=1).stderr)
        self.assertEqual(self.out("stop", "a"), "a\n")
        self.assertEqual(self.daemon.find("a")["State"]["ExitCode"], 0)
        self.assertEqual(self.out("start", "a"), "a\n")
        self.assertTrue(self.daemon.find("a")["State"]["Running"])
        before = self.daemon.find("a")["State"]["Pid"]
        eventually(lambda: self.out("logs", "a") == "begun\n" * 2, "the second trap")
        self.assertEqual(self.out("restart", "a"), "a\n")
        self.assertNotEqual(self.daemon.find("a")["State"]["Pid"], before)
        self.assertEqual(self.out("rm", "-f", "a"), "a\n")
        self.assertIn("No such container: a", self.pontoon("rm", "a", code=1).stderr)
        self.assertEqual(self.out("rm", "-f", "a"), "")

    def test_create_then_start(self):
        text = self.out("create", "--name", "a", "sh", "-c", "echo $X; exit 6")
        self.assertEqual(text, self.daemon.find("a")["Id"] + "\n")
        self.assertEqual(self.pontoon("start", "-a", "a", code=6).stdout, "\n")

    def test_the_end_is_told_to_the_next_daemon(self):
        self.pontoon("run", "-d", "--name", "a", "sleep", "0.5")
        folder = pathlib.Path(self.daemon.find("a")["LogPath"]).parent
        self.daemon.stop()
        eventually(lambda: (folder / "exit").exists(), "the exit file")
        time.sleep(0.3)
        self.daemon.start()
        eventually(lambda: not self.daemon.find("a")["State"]["Running"], "the report")
        self.assertEqual(self.daemon.find("a")["State"]["ExitCode"], 0)

    def test_much_output(self):
        self.pontoon("run", "--name", "a", "sh", "-c", "seq 100000")
        self.assertEqual(self.out("logs", "a").split(), [str(i) for i in range(1, 100001)])
        self.assertEqual(self.out("logs", "-n", "2", "a"), "99999\n100000\n")

    def test_bytes_that_are_no_text(self):
        self.pontoon("run", "-d", "--name", "a", "printf", r"\377\n")
        eventually(lambda: not self.daemon.find("a")["State"]["Running"], "its end")
        self.assertEqual(self.out("logs", "a"), "\ufffd\n")


if __name__ == "__main__":
    unittest.main()
