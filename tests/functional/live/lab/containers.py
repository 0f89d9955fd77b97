"""A lab: the world, a switch in its host, containers; and the check that nothing of it is left."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from .docker0 import Docker0
from .namespaces import Failure, eventually
from .pontoon import Pontoon
from .world import World

CGROUPS = pathlib.Path("/sys/fs/cgroup/unified")


def network(name, subnet, **keys):
    return {"name": name, "subnet": subnet, **keys}


def check(condition, what):
    if not condition:
        raise Failure(what)


def equal(got, wanted, what):
    if got != wanted:
        raise Failure(f"{what}: {got}, not {wanted}")


class Container:
    def __init__(self, name, namespace):
        self.name, self.namespace, self.address, self.wanted = name, namespace, None, None


class Lab:
    """`options` are those of the switch: attach, uplink_mode, options, uplink ..."""

    def __init__(self, switch="pontoon", build="build", networks=(), prefix="", cgroup=False, start=True, **options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pontoon-live."))
        self.cgroup = self.make_cgroup() if cgroup else None
        self.world = World(prefix, self.cgroup)
        self.host, self.outside = self.world.host, self.world.outside
        self.containers = {}
        self.changed = set()  # parts of the host's state that the scenario itself changed
        kinds = {"pontoon": Pontoon, "docker0": Docker0}
        self.switch = kinds[switch](self.world, networks, build=build, folder=self.folder, cgroup=self.cgroup, **options)
        self.before = self.host_state()
        if start:
            self.switch.start()

    @property
    def is_pontoon(self):
        return self.switch.kind == "pontoon"

    def make_cgroup(self):
        path = CGROUPS / f"pontoon-live-{os.path.basename(self.folder)}"
        path.mkdir()
        return path

    # ---- containers ------------------------------------------------------------------------------------------------

    def attach(self, name, network="bridge", publish=(), ip=None, mac=None):
        """A namespace with an eth0 in `network`."""
        container = self.prepare(name)
        self.reattach(container, network, publish, ip, mac)
        return container

    def prepare(self, name):
        """A container that is attached to nothing yet."""
        self.containers[name] = Container(name, self.world.namespace(name))
        return self.containers[name]

    def reattach(self, container, network="bridge", publish=(), ip=None, mac=None):
        self.switch.attach(container, network, publish, ip, mac)
        container.wanted = (network, publish, ip, mac)
        container.address = container.namespace.address()

    def detach(self, container):
        self.switch.detach(container)
        links = [link["ifname"] for link in container.namespace.ip_json("link show")]
        equal(links, ["lo"], f"{container.name}'s devices after detach")

    def start_again(self):
        """Starts the switch after a stop. Who was attached is again: a daemon has that in its state, the clone is told."""
        self.switch.start()
        for container in self.containers.values():
            if not self.is_pontoon:
                self.reattach(container, *container.wanted)
            equal(container.namespace.address(), container.address, f"{container.name}'s address after the start")

    def gateway(self, container):
        return container.namespace.ip_json("-4 route show default")[0]["gateway"]

    # ---- the end ---------------------------------------------------------------------------------------------------

    def host_state(self):
        """What the switch may not leave changed in the host's namespace."""
        host = self.host
        links = host.ip_json("-d link show")
        state = {"devices": sorted(link["ifname"] for link in links),
                 "XDP": [link["ifname"] for link in links if "xdp" in link],
                 "qdiscs": host.run("tc", "qdisc", "show").stdout,
                 "routes": host.run("ip", "-4", "route", "show", "table", "all").stdout,
                 "rules": host.run("ip", "rule").stdout,
                 "iptables": host.run("iptables-save").stdout.count("-A "),
                 "sysctls": host.run("sh", "-c", "cd /proc/sys/net/ipv4; head -n 99 ip_forward ip_local_reserved_ports "
                                     "conf/all/* conf/default/* conf/lo/* conf/eth0/* 2>/dev/null").stdout}
        for link in links:
            for hook in ("ingress", "egress"):
                filters = host.run("tc", "filter", "show", "dev", link["ifname"], hook, check=False).stdout
                if filters:
                    state[f"tc {link['ifname']} {hook}"] = filters
        if self.cgroup:
            programs = subprocess.run(["bpftool", "-j", "cgroup", "show", str(self.cgroup)], capture_output=True, text=True)
            state["cgroup programs"] = json.loads(programs.stdout.strip() or "[]")
        return state

    def finish(self):
        """Balances, ends the switch and finds nothing left of it."""
        if self.switch.runs():
            self.switch.assert_conserved()
        self.switch.stop()
        self.assert_nothing_left()

    def assert_nothing_left(self):
        after = self.host_state()
        for what in sorted(self.before.keys() | after.keys()):
            if what not in self.changed:
                equal(after.get(what), self.before.get(what), f"left on the host, {what}")
        for container in self.containers.values():
            links = [link["ifname"] for link in container.namespace.ip_json("link show")]
            equal(links, ["lo"], f"left in {container.name}")

    def report(self):
        text = self.switch.report()
        for namespace in self.world.namespaces[:6]:
            result = subprocess.run(namespace.command("ip", "-br", "address"), capture_output=True, text=True)
            text += f"\n---- {namespace.name}: ip address\n{result.stdout}"
        return text

    def close(self):
        """Whatever happened: ends and removes everything."""
        process = getattr(self.switch, "process", None)
        if process and process.poll() is None:
            process.kill()
            process.wait(timeout=10)
        self.world.delete()
        if self.cgroup:
            eventually(lambda: not (self.cgroup / "cgroup.procs").read_text(), "the cgroup is empty")
            self.cgroup.rmdir()
        shutil.rmtree(self.folder)
