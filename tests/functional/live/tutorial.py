#!/usr/bin/env python3
"""The tutorial that every Docker user has done: networks, containers on them, links, a published port."""

import json

from lab import Failure, check, main
from lab.namespaces import eventually

SERVER = "import http.server as h; h.test(h.SimpleHTTPRequestHandler, port=80)"


def scenario(lab):
    program = lab.switch.build / "pontoon"

    def pontoon(*words, code=0):
        result = lab.host.run(program, "-H", f"unix://{lab.switch.socket}", *words, check=False)
        if result.returncode != code:
            raise Failure(f"pontoon {' '.join(words)}: {result.returncode}\n{result.stdout}{result.stderr}")
        return result.stdout if code == 0 else result.stderr

    def address(name, network):
        return pontoon("inspect", "-f", f'{{{{(index .NetworkSettings.Networks "{network}").IPAddress}}}}', name).strip()

    # The networks that are there.
    check(pontoon("network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Scope}}").splitlines()
          == ["bridge bridge local", "host host local", "none null local"], pontoon("network", "ls"))

    # One of our own.
    identity = pontoon("network", "create", "our-net").strip()
    check(len(identity) == 64, identity)
    network = json.loads(pontoon("network", "inspect", "our-net"))[0]
    check(network["IPAM"]["Config"][0]["Subnet"] == "172.18.0.0/16", network)
    check("already exists" in pontoon("network", "create", "our-net", code=1), "twice")

    # Two containers that know each other by name.
    pontoon("run", "-d", "--name", "one", "--network", "our-net", "sleep", "600")
    pontoon("run", "-d", "--name", "two", "--network", "our-net", "sleep", "600")
    check(address("one", "our-net") == "172.18.0.2" and address("two", "our-net") == "172.18.0.3", "addresses")
    pontoon("exec", "one", "ping", "-c", "1", "-W", "2", "172.18.0.3")
    check("172.18.0.3" in pontoon("exec", "one", "getent", "hosts", "two"), "two's name")
    check(set(network["Name"] for network in json.loads(pontoon("network", "inspect", "our-net"))[0]
              ["Containers"].values()) == {"one", "two"}, "both are on it")
    check(pontoon("ps", "--format", "{{.Names}}").split() == ["two", "one"], pontoon("ps"))

    # A third one, elsewhere, connected and disconnected while it runs.
    pontoon("run", "-d", "--name", "three", "sleep", "600")
    pontoon("exec", "three", "ping", "-c", "1", "-W", "1", "172.18.0.2", code=1)
    pontoon("network", "connect", "our-net", "three")
    pontoon("exec", "three", "ping", "-c", "1", "-W", "2", "172.18.0.2")
    check(pontoon("exec", "three", "ls", "/sys/class/net").split() == ["eth0", "eth1", "lo"], "eth1 has come")
    pontoon("network", "disconnect", "our-net", "three")
    check(pontoon("exec", "three", "ls", "/sys/class/net").split() == ["eth0", "lo"], "eth1 has gone")
    check("has active endpoints" in pontoon("network", "rm", "our-net", code=1), "in use")

    # A subnet and a gateway of our choice: the first container gets the first address.
    pontoon("network", "create", "--subnet", "192.168.0.0/24", "--gateway", "192.168.0.254", "custom")
    pontoon("run", "-d", "--name", "four", "--network", "custom", "sleep", "600")
    check(address("four", "custom") == "192.168.0.1", address("four", "custom"))
    check("via 192.168.0.254" in pontoon("exec", "four", "ip", "route"), "its gateway")

    # Links on the default bridge, under another name, both ways.
    pontoon("run", "-d", "--name", "alpine1", "sleep", "600")
    pontoon("run", "-d", "--name", "alpine2", "--link", "alpine1:a1", "sleep", "600")
    check("a1" in pontoon("exec", "alpine2", "cat", "/etc/hosts"), "a1 is in /etc/hosts")
    pontoon("exec", "alpine2", "ping", "-c", "1", "-W", "2", "a1")
    pontoon("exec", "alpine1", "ping", "-c", "1", "-W", "2", address("alpine2", "bridge"))
    pontoon("exec", "alpine1", "getent", "hosts", "alpine2", code=2)  # links go one way

    # A server, first without -p, then with.
    pontoon("run", "-d", "--name", "quiet", "python3", "-c", SERVER)
    pontoon("run", "-d", "--name", "web", "-p", "80:80", "-w", "/usr", "python3", "-c", SERVER)
    check(pontoon("port", "web") == "80/tcp -> 0.0.0.0:80\n", pontoon("port", "web"))
    check("0.0.0.0:80->80/tcp" in pontoon("ps"), pontoon("ps"))

    def answers():
        return lab.host.run("curl", "-sf", "-m", "2", "http://localhost/", check=False).returncode == 0

    eventually(answers, "the published server answers", within=10)
    check("already allocated" in pontoon("run", "--rm", "-p", "80:80", "true", code=125), "the port is taken")
    pontoon("stop", "-t", "1", "web")
    check(not answers(), "nobody answers at an unpublished port")
    pontoon("start", "web")
    eventually(answers, "it answers again", within=10)
    pontoon("unpublish", "web", "80:80")
    check(not answers(), "not published any more")
    pontoon("publish", "web", "80:80")
    eventually(answers, "published while it runs", within=10)

    # The daemon's restart is nothing to them.
    lab.switch.end()
    lab.switch.start()
    eventually(answers, "it answers behind the restart", within=10)
    pontoon("exec", "one", "ping", "-c", "1", "-W", "2", "172.18.0.3")
    check(len(pontoon("ps", "-q").split()) == 8, pontoon("ps"))

    names = pontoon("ps", "-a", "--format", "{{.Names}}").split()
    pontoon("rm", "-f", *names)
    check(pontoon("ps", "-aq") == "", "all are gone")
    pontoon("network", "rm", "our-net", "custom")


main(scenario, timeout=60, only="pontoon")
