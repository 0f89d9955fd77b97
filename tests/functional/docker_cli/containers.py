"""Containers with real processes, and what they, their kernel and the daemon say of them."""

import json


def run(daemon, name, *options, command=("sleep", "600")):
    status, text = daemon.pontoon("run", "-d", "--name", name, *options, *command)
    assert status == 0, f"{name}: {status} {text}"
    return text.split()[0]


def good(answer):
    status, text = answer
    assert status == 0, f"{status} {text}"
    return text


def inside(daemon, name, *words):
    return good(daemon.pontoon("exec", name, *words))


def settings(daemon, name):
    status, answer = daemon.ask("GET", f"/containers/{name}/json")
    assert status == 200, f"{name}: {status} {answer}"
    return answer["NetworkSettings"]


def address(daemon, name, network):
    return settings(daemon, name)["Networks"][network]["IPAddress"]


def addresses(daemon, name):
    """{"eth0": ["10.0.0.2/24"], ...} as the container's kernel has it."""
    links = json.loads(inside(daemon, name, "ip", "-j", "address"))
    return {link["ifname"]: [f"{one['local']}/{one['prefixlen']}" for one in link["addr_info"] if one["family"] == "inet"]
            for link in links if link["ifname"] != "lo"}


def default_route(daemon, name):
    routes = json.loads(inside(daemon, name, "ip", "-j", "route", "show", "default") or "[]")
    return [(route["gateway"], route["dev"]) for route in routes]


def network(daemon, name, subnet, *options):
    good(daemon.docker("network", "create", "--subnet", subnet, *options, name))


def members(daemon, name):
    return {one["Name"]: one["IPv4Address"] for one in daemon.ask("GET", "/networks/" + name)[1]["Containers"].values()}
