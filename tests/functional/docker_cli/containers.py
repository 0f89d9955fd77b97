"""Containers with real processes, and what they, their kernel and the daemon say of them."""

import json
import subprocess

# A command that serves a page at port 80, and says when it can.
SERVER = ("python3", "-c", "import http.server as h\n"
          "server = h.HTTPServer(('', 80), type('Page', (h.BaseHTTPRequestHandler,), {\n"
          "    'log_message': lambda *_: None,\n"
          "    'do_GET': lambda one: (one.send_response(200), one.end_headers())}))\n"
          "print('ready', flush=True)\n"
          "server.serve_forever()")


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


def answers(port, address="127.0.0.1"):
    """Whether a SERVER is behind this port of the host."""
    return subprocess.run(["curl", "-sf", "-m", "2", f"http://{address}:{port}/"], capture_output=True).returncode == 0


def wait_until_ready(daemon, name, starts=1):
    """Until the container's SERVER has been started so many times."""
    with daemon.follow("logs", "-f", name) as lines:
        for _ in range(starts):
            assert next(lines, "") == "ready\n", f"{name} does not serve"
