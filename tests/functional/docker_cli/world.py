"""A daemon of its own in namespaces of its own, the docker CLI in front of it, and raw HTTP."""

import contextlib
import http.client
import itertools
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time


def enter_namespaces(script, words):
    """Runs the script again where nothing of the machine's network can be touched."""
    if os.environ.get("PONTOON_OWN_NAMESPACES"):
        return
    environment = dict(os.environ, PONTOON_OWN_NAMESPACES="1")
    unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    os.execvpe(unshare[0], [*unshare, os.sys.executable, str(script), *words], environment)


def cli_version():
    """The docker CLI's, as 28 of 28.2.2; 0 where there is none. What it prints by itself is not the same in all."""
    try:
        said = subprocess.run(["docker", "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    return int(re.search(r"version (\d+)", said).group(1))


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=20):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Daemon:
    """A pontoond; `options` are more words of its command line."""

    def __init__(self, build, options=()):
        self.build = pathlib.Path(build).resolve()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="pontoon-cli-"))
        self.socket = self.dir / "s"
        self.options = list(options)
        self.process = None
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)

    def start(self):
        words = [self.build / "pontoond", "--socket", self.socket, "--state", self.dir / "state", "--host-cgroup", "none",
                 "--hugepages", "off", *self.options]
        self.log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                if self.ask("GET", "/_ping")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the daemon does not start:\n" + self.log_text())

    def log_text(self):
        return (self.dir / "log").read_text(errors="replace")

    def stop(self, kill=False):
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        return self.process.wait(60)

    def remove(self):
        if self.process and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.dir)

    def ask(self, method, path, body=None, headers=None):
        """Status and body, decoded where it is JSON."""
        connection = UnixConnection(self.socket)
        try:
            if isinstance(body, (dict, list)):
                body, headers = json.dumps(body), {"Content-Type": "application/json", **(headers or {})}
            try:
                connection.request(method, path, body, headers or {})
            except BrokenPipeError:  # it was too much; the answer says so
                pass
            answer = connection.getresponse()
            text = answer.read().decode()
            self.headers = dict(answer.getheaders())
            is_json = "json" in self.headers.get("Content-Type", "") and text
            return answer.status, json.loads(text) if is_json and "\n{" not in text.strip() else text
        finally:
            connection.close()

    def docker(self, *words, timeout=30, version=None):
        """Exit status, and what was printed (standard output, then standard error)."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.dir), "DOCKER_CONFIG": str(self.dir / "docker")}
        if version:
            environment["DOCKER_API_VERSION"] = version
        done = subprocess.run(["docker", "-H", f"unix://{self.socket}", *words], env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        return done.returncode, done.stdout + done.stderr

    def pontoon(self, *words, timeout=30):
        """The same of our own command: it starts processes, which the docker CLI leaves to a daemon."""
        done = subprocess.run([str(self.build / "pontoon"), "-H", f"unix://{self.socket}", *words], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        return done.returncode, done.stdout + done.stderr

    @contextlib.contextmanager
    def follow(self, *words, timeout=20):
        """Lines that our command prints, as they come."""
        process = subprocess.Popen([str(self.build / "pontoon"), "-H", f"unix://{self.socket}", *words],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        patience = threading.Timer(timeout, process.kill)
        patience.start()
        try:
            yield process.stdout
        finally:
            patience.cancel()
            process.kill()
            process.communicate()

    def remove_all(self):
        """Containers, with their processes, and networks."""
        names = self.pontoon("ps", "-aq")[1].split()
        self.pontoon("rm", "-f", *names) if names else None
        self.docker("network", "prune", "-f")
        own = self.docker("network", "ls", "-q", "-f", "type=custom")[1].split()
        self.docker("network", "rm", *own) if own else None

    def events(self, *options):
        return Events(self, options)


class Events:
    """What `docker events` streams, from now on."""

    def __init__(self, daemon, options):
        since = f"{time.time():.6f}"  # whenever it comes to subscribe
        self.process = subprocess.Popen(
            ["docker", "-H", f"unix://{daemon.socket}", "events", "--since", since, *options, "--format", "{{json .}}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.patience = threading.Timer(20, self.process.kill)

    def __enter__(self):
        self.patience.start()
        return self

    def __exit__(self, *_):
        self.patience.cancel()
        self.process.kill()
        self.process.communicate()

    def take(self, count):
        """The next ones; fewer if they do not come."""
        return [json.loads(line) for line in itertools.islice(self.process.stdout, count)]

    def rest(self):
        """Those that nobody waited for."""
        self.process.terminate()
        return [json.loads(line) for line in self.process.stdout]
