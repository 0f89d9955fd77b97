"""The host and what is outside of it.

host eth0 203.0.113.10/24 -- 203.0.113.1/24 wan outside, which also is 198.51.100.7 and .8, and routes to what is farther."""

import fcntl
import os
import random
import select
import struct
import threading
import time

from .namespaces import Namespace, cable

HOST, GATEWAY = "203.0.113.10", "203.0.113.1"
SERVER, OTHER_SERVER = "198.51.100.7", "198.51.100.8"  # both are outside
FAR = "192.0.2.7"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000


class World:
    def __init__(self, prefix="", cgroup=None, mtu=1500):
        self.prefix = prefix
        self.namespaces = []
        self.host = self.namespace("host", cgroup)
        self.outside = self.namespace("outside")
        cable(self.host, "eth0", self.outside, "wan")
        for side, device, address in ((self.host, "eth0", HOST), (self.outside, "wan", GATEWAY)):
            side.ip(f"link set {device} mtu {mtu}")
            side.ip(f"address add {address}/24 dev {device}")
        self.host.ip(f"route add default via {GATEWAY}")
        for address in (SERVER, OTHER_SERVER):
            self.outside.ip(f"address add {address}/32 dev lo")
        self.outside.sysctl("net.ipv4.ip_forward", 1)

    def namespace(self, name, cgroup=None):
        made = Namespace(self.prefix + name, cgroup)
        self.namespaces.append(made)
        return made

    def far(self, mtu=1500):
        """A namespace behind `outside`, which is FAR; with another MTU, a link of it and a second router are between."""
        far = self.namespace("far")
        if mtu == 1500:
            self.link(self.outside, "192.0.2.1", far, FAR)
        else:
            narrow = self.namespace("narrow")
            narrow.sysctl("net.ipv4.ip_forward", 1)
            self.link(self.outside, "192.0.0.1", narrow, "192.0.0.2", mtu)
            self.link(narrow, "192.0.2.1", far, FAR)
            self.outside.ip("route add 192.0.2.0/24 via 192.0.0.2")
        return far

    @staticmethod
    def link(near, near_address, far, far_address, mtu=1500):
        """A cable to `far`, whose default route it becomes."""
        cable(near, "farther", far, "eth0")
        for side, device, address in ((near, "farther", near_address), (far, "eth0", far_address)):
            side.ip(f"link set {device} mtu {mtu}")
            side.ip(f"address add {address}/24 dev {device}")
        far.ip(f"route add default via {near_address}")

    def impaired(self, loss, reorder, seed=1):
        """The same over two TUN devices and a loop that loses and reorders these shares of the packets."""
        far = self.namespace("far")
        ends = [tun(self.outside, "farther"), tun(far, "eth0")]
        self.outside.ip("address add 192.0.2.1/24 dev farther")
        far.ip(f"address add {FAR}/24 dev eth0")
        for side, device in ((self.outside, "farther"), (far, "eth0")):
            side.ip(f"link set {device} up")
        far.ip("route add default via 192.0.2.1")
        far.impairment = Impairment(ends, loss, reorder, seed)
        return far

    def second_gateway(self, address="203.0.113.2"):
        """A namespace on the uplink's segment, another way to SERVER."""
        other = self.namespace("outside2")
        cable(self.outside, "wan2", other, "eth0")
        mac = self.outside.ip_json("link show dev wan")[0]["address"]
        self.outside.ip("link add segment type bridge")
        self.outside.ip(f"link set segment address {mac} up")
        self.outside.ip(f"address delete {GATEWAY}/24 dev wan")
        for device in ("wan", "wan2"):
            self.outside.ip(f"link set {device} master segment")
        self.outside.ip(f"address add {GATEWAY}/24 dev segment")
        other.ip(f"address add {address}/24 dev eth0")
        other.ip(f"address add {SERVER}/32 dev lo")
        return other

    def delete(self):
        for namespace in reversed(self.namespaces):
            impairment = getattr(namespace, "impairment", None)
            if impairment:
                impairment.end()
            namespace.delete()
        self.namespaces = []


def tun(namespace, name):
    with namespace.entered():
        descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


class Impairment:
    """Carries packets between two TUN devices; `lost` and `reordered` count."""

    def __init__(self, ends, loss, reorder, seed):
        self.ends, self.loss, self.reorder, self.random = ends, loss, reorder, random.Random(seed)
        self.lost = self.reordered = self.carried = 0
        self.late = []  # (descriptor, packet, when it goes at the latest)
        self.running = True
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.thread.start()

    def carry(self):
        while self.running:
            for descriptor in select.select(self.ends, [], [], 0.002 if self.late else 0.2)[0]:
                other = self.ends[1 - self.ends.index(descriptor)]
                for _ in range(64):
                    try:
                        packet = os.read(descriptor, 65536)
                    except BlockingIOError:
                        break
                    self.one(other, packet)
            self.release(time.monotonic())

    def one(self, other, packet):
        self.carried += 1
        draw = self.random.random()
        if draw < self.loss:
            self.lost += 1
        elif draw < self.loss + self.reorder:
            self.reordered += 1
            self.late.append((other, packet, time.monotonic() + 0.002))
        else:
            send(other, packet)
            if len(self.late) > 1:
                self.release(float("inf"))

    def release(self, now):
        for other, packet, when in self.late:
            if when <= now:
                send(other, packet)
        self.late = [entry for entry in self.late if entry[2] > now]

    def end(self):
        self.running = False
        self.thread.join(timeout=5)
        for descriptor in self.ends:
            os.close(descriptor)


def send(descriptor, packet):
    try:
        os.write(descriptor, packet)
    except OSError:
        pass  # a full or a deleted device
