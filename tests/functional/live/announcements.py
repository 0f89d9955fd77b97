#!/usr/bin/env python3
"""Who comes to an address is announced by ARP, as often and as far apart as the network says, and no more when it has gone;
neighbours that knew another MAC know the new one (T-22, M-005)."""

import socket
import struct
import threading
import time

from lab import check, equal, eventually, main, ping
from lab.api import request

OLD, NEW = "02:00:00:00:00:01", "02:00:00:00:00:02"
ARP = 0x0806


class Watch:
    """The moments of all announcements by a MAC that pass."""

    def __init__(self, namespace, mac):
        self.mac, self.moments = bytes.fromhex(mac.replace(":", "")), []
        self.socket = namespace.new_socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind(("eth0", ARP))
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                arp = self.socket.recv(2048)[14:42]
                sender, address, _, target = struct.unpack_from("!6s4s6s4s", arp, 8)
                if sender == self.mac and address == target:
                    self.moments.append(time.monotonic())
        except OSError:
            pass


def known(container, address):
    return [entry["lladdr"] for entry in container.namespace.ip_json(f"neigh show {address} dev eth0") if "lladdr" in entry]


def scenario(lab):
    watches, watchers, new = {}, {}, {}
    kinds = {"quick": {"ms": 100}, "once": {"nmsgs": 1, "ms": 100}, "never": {"nmsgs": 0}, "cut": {"ms": 400}}
    for number, (name, options) in enumerate(kinds.items()):
        request(lab.switch.socket, "POST", "/networks/create", {
            "Name": name, "IPAM": {"Config": [{"Subnet": f"10.6{number}.0.0/24"}]},
            "Options": {f"com.docker.network.advertise_addr_{key}": str(value) for key, value in options.items()}})
        watchers[name] = watcher = lab.attach("w" + name, name)
        old = lab.attach("o" + name, name, ip=f"10.6{number}.0.77", mac=OLD)
        ping(watcher.namespace, old.address, count=1)
        equal(known(watcher, old.address), [OLD], "the neighbour")
        lab.detach(old)
        watches[name] = Watch(watcher.namespace, NEW)
        new[name] = lab.attach("n" + name, name, ip=old.address, mac=NEW)
        if name == "cut":
            eventually(lambda: watches["cut"].moments, "the first announcement")
            lab.detach(new["cut"])
    begin = time.monotonic()
    for name in ("quick", "once"):
        eventually(lambda: known(watchers[name], new[name].address) == [NEW], f"the new neighbour is known in {name}")
    eventually(lambda: len(watches["quick"].moments) >= 3, "three announcements", within=2)
    eventually(lambda: time.monotonic() > begin + 1, "the time of two more of those that are cut")
    equal({name: len(watch.moments) for name, watch in watches.items()}, {"quick": 3, "once": 1, "never": 0, "cut": 1},
          "announcements")
    equal(known(watchers["never"], new["never"].address), [OLD], "the neighbour that nobody told of")
    moments = watches["quick"].moments
    apart = [after - before for before, after in zip(moments, moments[1:])]
    check(all(0.05 < one < 0.6 for one in apart), f"announcements are 0.1 s apart: {apart}")


main(scenario, only="pontoon", variants=("tap", "veth"))
