"""pontoond in the host's namespace, and what people do with it by `pontoon`."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from .namespaces import Failure, eventually

LIES = re.compile("bad|truncated|spoofed")  # reasons that no honest scenario meets


class Skip(Exception):
    """The switch says that it cannot do this here."""


class Pontoon:
    kind = "pontoon"

    def __init__(self, world, networks, build=None, folder=None, attach="tap", uplink_mode="auto", options=(),
                 uplink="eth0", cgroup=None, **_):
        self.world, self.host = world, world.host
        self.build, self.folder, self.kind_of_attachment = pathlib.Path(build), pathlib.Path(folder), attach
        self.socket, self.state, self.log = self.folder / "pontoon.sock", self.folder / "state", self.folder / "log"
        topology = self.folder / "topology.json"
        topology.write_text(json.dumps({"networks": list(networks), "endpoints": []}))
        self.words = ["--socket", str(self.socket), "--state", str(self.state), "--uplink", uplink, "--attach", attach,
                      "--host-cgroup", str(cgroup or "none")]
        if networks:
            self.words += ["--topology", str(topology)]
        if uplink != "none":
            self.words += ["--uplink-mode", uplink_mode]
        self.words += options
        self.process, self.allowed = None, set()

    # ---- the daemon ------------------------------------------------------------------------------------------------

    def start(self, words=None, within=15):
        """Until it says READY=1; gives the seconds that took."""
        begin = time.monotonic()
        notify = self.folder / "notify"
        notify.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, open(self.log, "a") as log:
            ready.bind(str(notify))
            ready.settimeout(0.05)
            command = self.host.command(self.build / "pontoond", *(words or self.words))
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, "NOTIFY_SOCKET": str(notify)})
            while True:
                try:
                    if b"READY=1" in ready.recv(4096):
                        return time.monotonic() - begin
                except TimeoutError:
                    pass
                if self.process.poll() is not None:
                    raise self.refused(f"pontoond ended with {self.process.returncode}", self.log.read_text())
                if time.monotonic() - begin > within:
                    raise Failure(f"pontoond is not ready within {within} s\n{self.log.read_text()}")

    def runs(self):
        return self.process is not None and self.process.poll() is None

    @staticmethod
    def refused(what, text):
        if re.search("not supported|there are no .* yet", text):
            return Skip(text.strip().splitlines()[-1])
        return Failure(f"{what}:\n{text}")

    def end(self, number=signal.SIGTERM, within=10):
        self.process.send_signal(number)
        status = self.process.wait(timeout=within)
        if number == signal.SIGTERM and status != 0:
            raise Failure(f"pontoond ended with {status} on SIGTERM")

    def kill(self):
        self.end(signal.SIGKILL)

    def restart(self, **options):
        self.start(**options)

    def stop(self):
        if self.runs():
            self.end(signal.SIGINT if "--keep-interfaces" in self.words else signal.SIGTERM)
        if self.socket.exists():
            raise Failure(f"{self.socket} is left")

    # ---- the command -----------------------------------------------------------------------------------------------

    def command(self, *words, check=True):
        result = subprocess.run([str(word) for word in (self.build / "pontoon", *words, "--socket", self.socket)],
                                capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        if check and result.returncode != 0:
            raise self.refused(f"pontoon {' '.join(map(str, words))}: exit {result.returncode}",
                               result.stdout + result.stderr)
        return result

    def attach(self, container, network, publish=(), ip=None, mac=None):
        words = ["attach", "--network", network, "--name", container.name, "--netns", container.namespace.path]
        for spec in publish:
            words += ["-p", spec]
        words += ["--ip", ip] if ip else []
        words += ["--mac", mac] if mac else []
        self.command(*words)

    def detach(self, container):
        self.command("detach", container.name)

    def stats(self):
        return json.loads(self.command("stats").stdout)

    def assert_conserved(self):
        """Every packet is accounted for, and none was taken for a lie."""
        last = {}

        def holds():
            last.update(self.stats())
            b = last["balance"]
            return (b["received"] + b["copied"] + b["originated"]
                    == b["sent"] + b["merged"] + b["consumed"] + b["held"] + b["dropped"])

        eventually(holds, f"received = sent + dropped: {last.get('balance')}", within=3)
        lies = {reason for reason in last["drops"] if LIES.search(reason)} - self.allowed
        if lies:
            raise Failure(f"dropped as lies: {[(reason, last['drops'][reason]) for reason in lies]}")

    def report(self):
        text = "---- pontoond's log\n" + "\n".join(self.log.read_text().splitlines()[-40:]) if self.log.exists() else ""
        if self.runs():
            for word in ("ls", "stats"):
                try:
                    result = self.command(word, check=False)
                    text += f"\n---- pontoon {word}\n{result.stdout}{result.stderr}"
                except subprocess.TimeoutExpired:
                    text += f"\n---- pontoon {word}: no answer"
        elif self.process:
            text += f"\n---- pontoond ended with {self.process.returncode}"
        return text
