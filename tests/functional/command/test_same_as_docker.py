#!/usr/bin/env python3
"""The docker CLI and pontoon, asked the same of the same daemon: the same requests, output and exit status.

Skipped where there is no docker CLI that speaks API 1.50."""

import json
import shutil
import subprocess
import unittest

from commands import PROGRAM, Commands
from fake_daemon import Refusal

NETWORKS = [
    {"Name": "n1", "Id": "17f29b073143" + "a" * 52, "Created": "2026-01-02T03:04:05.678901234Z", "Driver": "bridge",
     "Scope": "local", "EnableIPv4": True, "EnableIPv6": False, "Internal": True, "Labels": {"a": "b"},
     "IPAM": {"Driver": "default", "Options": {}, "Config": [{"Subnet": "10.1.0.0/16", "Gateway": "10.1.0.1"}]},
     "Containers": {}, "Options": {}},
    {"Name": "host", "Id": "4740ae6347b0" + "b" * 52, "Driver": "host", "Scope": "local"},
    {"Name": "a-name-that-is-long", "Id": "140bedbf9c3f" + "c" * 52, "Driver": "null", "Scope": "local"},
]
PORTS = {"443/tcp": [{"HostIp": "0.0.0.0", "HostPort": "4443"}], "53/udp": None,
         "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "8080"}]}
CONTAINERS = [
    {"Id": "2e7d2c03a950" + "d" * 52, "Names": ["/c1"], "Image": "bb:1", "Command": "sh -c 'sleep 100000000000'",
     "Created": 1_700_000_000, "State": "running", "Status": "Up 2 seconds", "Labels": {"k": "v"},
     "Ports": [{"IP": "0.0.0.0", "PrivatePort": 81, "PublicPort": 8001, "Type": "tcp"},
               {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8000, "Type": "tcp"},
               {"PrivatePort": 90, "Type": "udp"}],
     "NetworkSettings": {"Networks": {"n1": {}}}, "Mounts": []},
    {"Id": "3e7d2c03a950" + "e" * 52, "Names": ["/c2"], "Image": "", "Command": "true", "Created": 1_700_000_000,
     "State": "exited", "Status": "Exited (0) 3 weeks ago", "Ports": [], "Labels": {},
     "NetworkSettings": {"Networks": {}}, "Mounts": []},
]
BUSY = Refusal(403, "error while removing network: network busy has active endpoints")
ANSWERS = {
    r"HEAD /_ping": "", r"GET /_ping": "OK",
    r"GET /networks": NETWORKS, r"GET /networks/n1": NETWORKS[0], r"GET /networks/host": NETWORKS[1],
    r"GET /networks/busy": NETWORKS[0], r"DELETE /networks/busy": BUSY, r"DELETE /networks/n1": "",
    r"GET /networks/nope": Refusal(404, "network nope not found"),
    r"DELETE /networks/nope": Refusal(404, "network nope not found"),
    r"POST /networks/create": {"Id": "f" * 64, "Warning": ""},
    r"POST /networks/n1/(dis)?connect": "",
    r"POST /networks/prune": {"NetworksDeleted": ["x", "y"]},
    r"GET /containers/json": CONTAINERS,
    r"GET /containers/c1/json": {"Id": "2e7d", "Name": "/c1", "NetworkSettings": {"Ports": PORTS}},
    r"POST /containers/c1/(stop|kill|rename)": "", r"DELETE /containers/c1": "",
    r"(POST|DELETE) /containers/zz.*": Refusal(404, "No such container: zz"),
}
LINES = """
network ls
network ls -q
network ls --no-trunc
network ls --format json
network ls --format {{.ID}}:{{.Name}}:{{.Driver}}:{{.Scope}}:{{.IPv4}}:{{.Internal}}:{{.Labels}}:{{.CreatedAt}}
network ls --format table|{{.Name}}\\t{{.ID}}
network ls --format {{if|eq|.Driver|"host"}}H{{else}}-{{end}}{{len|.Name}}{{upper|.Name}}{{.Label|"a"}}
network ls --format {{json|.Name}}{{printf|"%-22s|%s"|.Name|.ID}}
network ls -f driver=bridge -f label=a=b -f name=n
network ls --filter bogus
network ls extra
network inspect n1
network inspect n1 nope host
network inspect -v n1
network inspect -f {{.Name}} n1
network inspect -f {{json|.IPAM.Config}} n1
network inspect -f {{range|.IPAM.Config}}{{.Subnet}}|{{.Gateway}}{{println}}{{end}} n1
network inspect -f {{index|.Labels|"a"}} n1
network create n2
network create -d bridge --subnet 10.1.0.0/16 --gateway 10.1.0.254 --ip-range 10.1.4.0/24 --aux-address h=10.1.4.5 n3
network create --internal --attachable --label a=b --label flag -o k=v -o novalue n7
network create --ipv4=true --ipv6=false --scope local --config-only n9
network create --config-from n9 --ipam-driver x --ipam-opt a=b n10
network create --gateway 10.1.0.1 x1
network create --subnet 10.1.0.0/16 --ip-range 10.9.0.0/24 x2
network create --subnet 10.1.0.0/33 x3
network create --subnet 10.1.0.0/24 --subnet 10.1.0.0/25 x4
network create --subnet 10.1.0.5/24 x5
network create --subnet 10.1.0.0/24 --gateway 10.2.0.1 x6
network create --subnet 10.1.0.0/24 --aux-address h=10.2.0.1 x7
network create --aux-address junk x10
network create --label= x11
network create --ipv6=foo x
network create
network create a b
network rm n1
network rm nope
network rm -f nope
network prune -f
network prune -f --filter until=10m --filter label=a
network connect n1 c1
network connect --ip 10.1.0.9 --alias a1 --alias a2 --link c2:l2 --driver-opt k=v --gw-priority 7 n1 c1
network connect --link-local-ip 169.254.7.7 --ip6 fd00::9 n1 c1
network disconnect -f n1 c1
network disconnect n1
ps
ps -a --no-trunc
ps -q
ps -n 2
ps -l
ps -f name=c -f network=n1
ps --format json --no-trunc
ps --format {{.Names}}:{{.Command}}:{{.State}}:{{.Status}}:{{.Ports}}:{{.Networks}}:{{.Labels}}
ps --format table|{{.Names}}\\t{{.Ports}}
ps --bogus
ps x
port c1
port c1 80
port c1 80/tcp
port c1 53/udp
port
stop c1
stop -t 3 -s INT c1
stop c1 zz
stop -t
stop -t x c1
kill -s USR1 c1
kill c1
kill zz
rm c1
rm -f zz
rm zz
rename c1 c9
rename c1
inspect --type network n1
""".strip().splitlines()
# The text is another: it names the program, or the one and not the other wraps it.
DIFFERENT_HELP = ("Usage:", "Run '", "See '")


def lines_of(text):
    text = text.replace("docker", "pontoon")
    return [line for line in text.splitlines() if line != "exit status 1" and not line.startswith(DIFFERENT_HELP)]


def without_empty(value):
    """What a request says: the CLI also sends fields that have no value."""
    if isinstance(value, dict):
        cleaned = {key: without_empty(one) for key, one in value.items()}
        return {key: one for key, one in cleaned.items() if one not in (None, "", [], {}, 0, False)}
    return [without_empty(one) for one in value] if isinstance(value, list) else value


def requests_of(daemon, program):
    requests = []
    for method, target, body in daemon.requests:
        target = target.removeprefix("/v1.50")
        # `network rm` of docker looks at the network first, to ask before it takes an ingress one away.
        if target != "/_ping" and not (program == "docker" and method == "GET" and any(
                other[:2] == ("DELETE", "/v1.50" + target) for other in daemon.requests)):
            requests.append((method, target, without_empty(body) if body else None))
    return sorted(requests, key=str)  # docker asks for several at a time


@unittest.skipUnless(shutil.which("docker"), "there is no docker CLI")
class SameAsDocker(Commands):
    def setUp(self):
        super().setUp()
        version = subprocess.run(["docker", "--version"], capture_output=True, text=True).stdout
        if int(version.split()[2].split(".")[0]) < 28:
            self.skipTest(f"another docker CLI: {version}")
        self.daemon.answers = {pattern.replace(" /", " (?:/v1.50)?/", 1): value for pattern, value in ANSWERS.items()}

    def ask(self, program, words):
        self.daemon.requests = []
        command = [PROGRAM if program == "pontoon" else program, "-H", f"unix://{self.daemon.socket}", *words]
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        return {"out": lines_of(result.stdout), "error": lines_of(result.stderr), "code": result.returncode,
                "requests": requests_of(self.daemon, program)}

    def test_all(self):
        for line in LINES:
            words = [word.replace("|", " ") if "{{" in word else word for word in line.split(" ")]
            with self.subTest(line):
                self.assertEqual(self.ask("pontoon", words), self.ask("docker", words))

    def test_inspect_of_json(self):
        """What the daemon says and the CLI knows not: docker leaves fields out, we show all."""
        self.assertEqual(json.loads(self.out("inspect", "c1"))[0]["NetworkSettings"]["Ports"], PORTS)


if __name__ == "__main__":
    unittest.main()
