"""Named network namespaces: commands and sockets inside them, and the cables between them."""

import contextlib
import ctypes
import json
import os
import select
import socket
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000


class Failure(AssertionError):
    """What a scenario expected did not happen."""


class Namespace:
    def __init__(self, name, cgroup=None):
        self.name, self.path, self.cgroup = name, f"/run/netns/{name}", cgroup
        subprocess.run(["ip", "netns", "add", name], check=True, timeout=20)
        self.processes = []
        self.ip("link set lo up")

    # ---- processes -------------------------------------------------------------------------------------------------

    def command(self, *words):
        return ["nsenter", f"--net={self.path}", *map(str, words)]

    def join_cgroup(self):
        if self.cgroup:
            with open(f"{self.cgroup}/cgroup.procs", "w") as file:
                file.write("0")

    def run(self, *words, check=True, timeout=30, **options):
        """Runs a command to its end; `check` makes a failed one a failure that quotes it."""
        result = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=timeout,
                                stdin=subprocess.DEVNULL, preexec_fn=self.join_cgroup if self.cgroup else None,
                                **options)
        if check and result.returncode != 0:
            raise Failure(f"{self.name}: {' '.join(map(str, words))}: exit {result.returncode}\n"
                          f"{result.stdout}{result.stderr}")
        return result

    def spawn(self, *words, ready=None, within=10, **options):
        """Starts a command; with `ready` waits for a line of its output that holds this text."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL, **options}
        process = subprocess.Popen(self.command(*words), text=True, **options,
                                   preexec_fn=self.join_cgroup if self.cgroup else None)
        self.processes.append(process)
        if ready:
            wait_for_line(process, ready, within, " ".join(map(str, words)))
        return process

    def end_processes(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=10)
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()
        self.processes = []

    # ---- devices ---------------------------------------------------------------------------------------------------

    def ip(self, text, check=True):
        """`ip` with words separated by blanks: ip("address add 10.0.0.1/24 dev eth0")."""
        return self.run("ip", *text.split(), check=check)

    def ip_json(self, text):
        return json.loads(self.run("ip", "-j", *text.split()).stdout or "[]")

    def sysctl(self, name, value):
        self.run("sysctl", "-q", "-w", f"{name}={value}")

    def address(self, device="eth0"):
        """The first IPv4 address of a device, as text."""
        for link in self.ip_json(f"-4 address show dev {device}"):
            for info in link.get("addr_info", ()):
                return info["local"]
        raise Failure(f"{self.name}: {device} has no IPv4 address")

    # ---- sockets ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def entered(self):
        """The calling thread is in this namespace: what it opens belongs there."""
        with open("/proc/thread-self/ns/net") as home, open(self.path) as there:
            setns(there.fileno())
            try:
                yield
            finally:
                setns(home.fileno())

    def new_socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        with self.entered():
            return socket.socket(family, kind, protocol)

    def connect(self, address, port, source=None, timeout=5):
        made = self.new_socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        made.settimeout(timeout)
        try:
            if source:
                made.bind((source, 0))
            made.connect((address, port))
        except OSError as error:
            made.close()
            raise Failure(f"{self.name}: connect to {address}:{port}: {error}") from error
        return made

    def bound(self, port, address="0.0.0.0", kind=socket.SOCK_STREAM):
        """A socket that is bound and, for TCP, listens: whoever has it may be talked to."""
        made = self.new_socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        if kind == socket.SOCK_STREAM:
            made.listen(64)
        return made

    def delete(self):
        self.end_processes()
        subprocess.run(["ip", "netns", "delete", self.name], check=True, timeout=20)


def setns(descriptor):
    if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def cable(left, left_name, right, right_name):
    """A veth pair, one end in each namespace, both up."""
    subprocess.run(["ip", "link", "add", left_name, "netns", left.name, "type", "veth",
                    "peer", "name", right_name, "netns", right.name], check=True, timeout=20)
    left.ip(f"link set {left_name} up")
    right.ip(f"link set {right_name} up")


def wait_for_line(process, text, within, what):
    """Reads `process.stdout` until a line holds `text`."""
    seen, end = "", time.monotonic() + within
    while text not in seen:
        left = end - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            raise Failure(f"{what}: no line with '{text}' within {within} s:\n{seen}")
        data = os.read(process.stdout.fileno(), 65536).decode(errors="replace")
        if not data:
            raise Failure(f"{what}: ended with {process.wait(timeout=5)} before '{text}':\n{seen}")
        seen += data


def eventually(condition, what, within=5):
    """Waits until `condition()` is true; for what announces itself by no event. Gives what it gave."""
    end = time.monotonic() + within
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failure(f"not within {within} s: {what}")
        time.sleep(0.01)
