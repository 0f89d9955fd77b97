#!/usr/bin/env python3
"""kill -9 at random moments while clients create networks and containers, attach, connect, publish and take it all back: what
was acknowledged is there when the next daemon is ready, the one request that was on its way has happened or not, and
namespaces have just the interfaces that the daemon tells of. PONTOON_KILLS rounds (200), PONTOON_SEED to repeat a run."""

import copy
import http.client
import json
import os
import random
import socket
import threading
import time

from lab import Failure, check, equal, main

ROUNDS = int(os.environ.get("PONTOON_KILLS", 200))
SEED = int(os.environ.get("PONTOON_SEED", 0)) or random.randrange(1, 1 << 31)
CLIENTS, NETWORKS, CONTAINERS, PORTS = 3, 3, 2, 8


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, place, body=None):
    """(status, what the answer says)"""
    connection = Unix(path)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, place, text, {"Content-Type": "application/json"} if text else {})
        answer = connection.getresponse()
        said = answer.read()
        return answer.status, json.loads(said) if said.strip().startswith((b"{", b"[")) else None
    finally:
        connection.close()


# ---- what a client believes --------------------------------------------------------------------------------------------
# {"networks": {name: id}, "created": {name: id}, "containers": {name: {"at": {network: address}, "ports": {port}}}}; None is
# not known yet.

def agree(believed, seen):
    """Whether what is seen is what is believed, where that is known."""
    if isinstance(believed, dict) and isinstance(seen, dict):
        return believed.keys() == seen.keys() and all(agree(believed[key], seen[key]) for key in believed)
    return believed is None or believed == seen


class Client(threading.Thread):
    """One that owns some names and ports, and asks for one thing after the other until nobody answers."""

    def __init__(self, number, lab, believed, chance):
        super().__init__(daemon=True)
        self.number, self.lab, self.believed, self.chance = number, lab, believed, chance
        self.on_its_way = None  # what would change what is believed
        self.error, self.done = None, 0

    def run(self):
        try:
            while True:
                method, place, body, change = self.choose()
                self.on_its_way = change
                status, said = ask(self.lab.switch.socket, method, place, body)
                if status >= 300:
                    raise Failure(f"{method} {place} {body}: {status} {said}, believing {self.believed}")
                change(self.believed, said)
                self.on_its_way = None
                self.done += 1
        except (OSError, http.client.HTTPException):
            return
        except BaseException as error:
            self.error = error

    def outcomes(self):
        """What may be there now."""
        yield self.believed
        if self.on_its_way:
            changed = copy.deepcopy(self.believed)
            self.on_its_way(changed, None)
            yield changed

    # ---- what to ask for --------------------------------------------------------------------------------------------

    def choose(self):
        networks, containers = self.believed["networks"], self.believed["containers"]
        used = {network for container in containers.values() for network in container["at"]}
        free = [f"n{self.number}{i}" for i in range(NETWORKS) if f"n{self.number}{i}" not in networks]
        away = [f"c{self.number}{i}" for i in range(CONTAINERS) if f"c{self.number}{i}" not in containers]
        wishes = [(self.create, name) for name in free] + [(self.attach, name) for name in away]
        wishes += [(self.erase if name in self.believed["created"] else self.make, name) for name in self.made_names()]
        wishes += [(self.remove, name) for name in networks if name not in used]
        for name, container in containers.items():
            wishes += [(self.detach, name), (self.publish, name), (self.publish, name)]
            wishes += [(self.connect, name, network) for network in networks if network not in container["at"]]
            wishes += [(self.disconnect, name, network) for network in list(container["at"])[1:]]
            wishes += [(self.unpublish, name, port) for port in container["ports"]]
        wish, *about = self.chance.choice(wishes)
        return wish(*about) or self.choose()

    def made_names(self):
        return [f"k{self.number}{i}" for i in range(CONTAINERS)]

    def make(self, name):
        """A container that does not run."""
        def change(believed, said):
            believed["created"][name] = said and said["Id"]
        return "POST", f"/containers/create?name={name}", {"Image": "", "Cmd": ["true"]}, change

    def erase(self, name):
        return "DELETE", f"/containers/{name}", None, lambda believed, said: believed["created"].pop(name)

    def create(self, name):
        subnet = f"10.{self.number}.{name[-1]}.0/24"

        def change(believed, said):
            believed["networks"][name] = said and said["Id"]
        return "POST", "/networks/create", {"Name": name, "IPAM": {"Config": [{"Subnet": subnet}]}}, change

    def remove(self, name):
        return "DELETE", f"/networks/{name}", None, lambda believed, said: believed["networks"].pop(name)

    def attach(self, name):
        network = self.chance.choice(["bridge", *self.believed["networks"]])
        port = self.free_port() if self.chance.random() < 0.5 else None
        path = self.lab.containers[name].namespace.path
        body = {"name": name, "network": network, "netns": path, "publish": [f"{port}:80"] if port else []}

        def change(believed, said):
            address = said and said["ipv4"].split("/")[0]
            believed["containers"][name] = {"at": {network: address}, "ports": {port} - {None}}
        return "POST", "/pontoon/v1/endpoints", body, change

    def detach(self, name):
        return "DELETE", f"/pontoon/v1/endpoints/{name}", None, lambda believed, said: believed["containers"].pop(name)

    def connect(self, name, network):
        def change(believed, said):
            believed["containers"][name]["at"][network] = None
        return "POST", f"/networks/{network}/connect", {"Container": name}, change

    def disconnect(self, name, network):
        def change(believed, said):
            believed["containers"][name]["at"].pop(network)
        return "POST", f"/networks/{network}/disconnect", {"Container": name}, change

    def publish(self, name):
        port = self.free_port()

        def change(believed, said):
            believed["containers"][name]["ports"].add(port)
        body = {"publish": [f"{port}:80"]}
        return port and ("POST", f"/pontoon/v1/containers/{name}/publish", body, change)

    def unpublish(self, name, port):
        def change(believed, said):
            believed["containers"][name]["ports"].remove(port)
        return "POST", f"/pontoon/v1/containers/{name}/unpublish", {"publish": [f"{port}:80"]}, change

    def free_port(self):
        taken = {port for container in self.believed["containers"].values() for port in container["ports"]}
        own = range(8000 + 100 * self.number, 8000 + 100 * self.number + PORTS)
        free = [port for port in own if port not in taken]
        return self.chance.choice(free) if free else None


# ---- what is there -----------------------------------------------------------------------------------------------------

def nothing():
    return {"networks": {}, "created": {}, "containers": {}}


def seen_by(lab):
    """For each client, what the daemon tells of its names."""
    seen = [nothing() for _ in range(CLIENTS)]
    for network in ask(lab.switch.socket, "GET", "/networks")[1]:
        if network["Name"] not in ("bridge", "host", "none"):
            seen[int(network["Name"][1])]["networks"][network["Name"]] = network["Id"]
    for container in ask(lab.switch.socket, "GET", "/containers/json?all=1")[1]:
        name = container["Names"][0].lstrip("/")
        if name.startswith("k"):
            seen[int(name[1])]["created"][name] = container["Id"]
    for endpoint in ask(lab.switch.socket, "GET", "/pontoon/v1/endpoints")[1]:
        name = endpoint["name"].split("@")[0]
        container = seen[int(name[1])]["containers"].setdefault(name, {"at": {}, "ports": set()})
        container["at"][endpoint["network"]] = endpoint["ipv4"].split("/")[0]
        container["ports"] |= {int(arrow.split("->")[0].split(":")[1]) for arrow in endpoint["publish"]}
    return seen


def check_namespaces(lab, seen):
    for client in seen:
        for name, container in client["containers"].items():
            there = {one["local"] for link in lab.containers[name].namespace.ip_json("-4 address show")
                     for one in link["addr_info"] if link["ifname"] != "lo"}
            equal(there, set(container["at"].values()), f"{name}'s addresses")
    for name, container in lab.containers.items():
        if not any(name in client["containers"] for client in seen):
            links = [link["ifname"] for link in container.namespace.ip_json("link show")]
            equal(links, ["lo"], f"{name}, which is not attached, has")


def one_round(lab, chance, believed):
    """What is there after a kill; the number of requests that were acknowledged before."""
    clients = [Client(number, lab, believed[number], random.Random(chance.random())) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(chance.random() ** 2 * 0.25)
    lab.switch.kill()
    for client in clients:
        client.join(20)
        check(not client.is_alive(), "a request hangs")
        if client.error:
            raise client.error
    lab.switch.restart()
    seen = seen_by(lab)
    for client in clients:
        if not any(agree(outcome, seen[client.number]) for outcome in client.outcomes()):
            raise Failure(f"client {client.number} sees {seen[client.number]}\nbut may see only "
                          + "\nor ".join(map(str, client.outcomes())))
    check_namespaces(lab, seen)
    return seen, sum(client.done for client in clients)


def scenario(lab):
    print(f"PONTOON_SEED={SEED}")
    chance = random.Random(SEED)
    for number in range(CLIENTS):
        for i in range(CONTAINERS):
            lab.prepare(f"c{number}{i}")
    believed, acknowledged = seen_by(lab), 0
    for _ in range(ROUNDS):
        believed, done = one_round(lab, chance, believed)
        acknowledged += done
    check(acknowledged > ROUNDS, f"only {acknowledged} requests in {ROUNDS} rounds")
    for client in believed:
        for name in client["containers"]:
            equal(ask(lab.switch.socket, "DELETE", f"/pontoon/v1/endpoints/{name}")[0], 204, f"detach {name}")
        for name in client["created"]:
            equal(ask(lab.switch.socket, "DELETE", f"/containers/{name}")[0], 204, f"remove {name}")
        for name in client["networks"]:
            equal(ask(lab.switch.socket, "DELETE", f"/networks/{name}")[0], 204, f"remove {name}")
    equal(seen_by(lab), [nothing()] * CLIENTS, "what is left")
    print(f"{acknowledged} requests acknowledged, {ROUNDS} kills")


main(scenario, only="pontoon", timeout=60 + 2 * ROUNDS)
