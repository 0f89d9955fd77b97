"""Kinds of networks (H-001 to H-003), links (L-001 to L-010), prune, namespaces that others made, and events."""

import json
import subprocess

from containers import address, addresses, good, inside, members, network, run, settings


def host_network(daemon):
    """H-001, L-023, L-024."""
    here = subprocess.run(["ip", "-j", "link"], capture_output=True, text=True, check=True).stdout
    run(daemon, "c1", "--network", "host", "-p", "8060:80", "--expose", "70")
    assert [one["ifname"] for one in json.loads(inside(daemon, "c1", "ip", "-j", "link"))] == [
        one["ifname"] for one in json.loads(here)]
    assert inside(daemon, "c1", "hostname") == subprocess.run(["hostname"], capture_output=True, text=True).stdout
    with open("/etc/hosts", encoding="utf8") as hosts:
        assert inside(daemon, "c1", "cat", "/etc/hosts") == hosts.read()
    told = settings(daemon, "c1")
    assert (told["Ports"], told["IPAddress"], told["Networks"]["host"]["IPAddress"]) == ({}, "", ""), told
    assert members(daemon, "host") == {"c1": ""}


def no_network(daemon):
    """H-002."""
    run(daemon, "c1", "--network", "none")
    links = json.loads(inside(daemon, "c1", "ip", "-j", "link"))
    assert [one["ifname"] for one in links] == ["lo"] and "UP" in links[0]["flags"], links
    told = settings(daemon, "c1")["Networks"]
    assert list(told) == ["none"] and told["none"]["IPAddress"] == told["none"]["Gateway"] == "", told
    assert members(daemon, "none") == {"c1": ""}
    good(daemon.docker("network", "disconnect", "none", "c1"))
    good(daemon.docker("network", "connect", "bridge", "c1"))
    assert addresses(daemon, "c1") == {"eth0": ["172.17.0.2/16"]}


def shared_network(daemon):
    """H-003: one namespace and its files; who shares it keeps it when its owner comes back in another one."""
    network(daemon, "web", "10.60.0.0/24")
    run(daemon, "owner", "--network", "web", "--hostname", "box", "-p", "8060:80")
    run(daemon, "sharer", "--network", "container:owner")
    for words in (("readlink", "/proc/1/ns/net"), ("hostname",), ("cat", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf")):
        assert inside(daemon, "sharer", *words) == inside(daemon, "owner", *words), words
    told = settings(daemon, "sharer")
    assert (told["Networks"], told["Ports"]) == ({}, {}), told
    assert members(daemon, "web") == {"owner": "10.60.0.2/24"}
    good(daemon.docker("network", "connect", "bridge", "owner"))
    assert sorted(addresses(daemon, "sharer")) == ["eth0", "eth1"]
    old = inside(daemon, "sharer", "readlink", "/proc/1/ns/net")
    good(daemon.pontoon("restart", "-t", "0", "owner"))
    assert inside(daemon, "sharer", "readlink", "/proc/1/ns/net") == old
    assert inside(daemon, "owner", "readlink", "/proc/1/ns/net") != old
    assert addresses(daemon, "sharer") == {} and sorted(addresses(daemon, "owner")) == ["eth0", "eth1"]
    good(daemon.pontoon("restart", "-t", "0", "sharer"))
    assert addresses(daemon, "sharer") == addresses(daemon, "owner") != {}
    good(daemon.docker("kill", "owner"))
    good(daemon.docker("kill", "sharer"))
    status, text = daemon.pontoon("start", "sharer")
    assert (status, text) == (1, "Error response from daemon: cannot join network namespace of a non running container: "
                                 "container owner is exited\n"), text


def links(daemon):
    """L-001 to L-005: one way, by alias, hostname and name; rewritten in place when the target comes back elsewhere."""
    one = run(daemon, "one", "-e", "COLOR=blue", "--expose", "80")
    run(daemon, "two", "--link", "one:a1", "--link", "one", "--link-env")
    two_hosts = inside(daemon, "two", "cat", "/etc/hosts")
    assert f"\n172.17.0.2\ta1 {one[:12]} one\n" in two_hosts and f"\n172.17.0.2\tone {one[:12]}\n" in two_hosts, two_hosts
    inside(daemon, "two", "ping", "-c", "1", "-W", "2", "a1")
    assert "two" not in inside(daemon, "one", "cat", "/etc/hosts")
    env = inside(daemon, "two", "cat", "/proc/1/environ").split("\0")
    for wanted in ("A1_PORT=tcp://172.17.0.2:80", "A1_PORT_80_TCP_ADDR=172.17.0.2", "A1_PORT_80_TCP_PORT=80",
                   "A1_PORT_80_TCP_PROTO=tcp", "A1_NAME=/two/a1", "A1_ENV_COLOR=blue", "ONE_NAME=/two/one"):
        assert wanted in env, (wanted, env)
    told = daemon.ask("GET", "/containers/two/json")[1]["HostConfig"]["Links"]
    assert told == ["/one:/two/a1", "/one:/two/one"], told
    good(daemon.docker("kill", "one"))
    run(daemon, "three")  # has one's address now
    good(daemon.pontoon("start", "one"))
    assert address(daemon, "one", "bridge") == "172.17.0.4"
    assert f"\n172.17.0.4\ta1 {one[:12]} one\n" in inside(daemon, "two", "cat", "/etc/hosts")
    good(daemon.docker("rename", "one", "uno"))
    inside(daemon, "two", "ping", "-c", "1", "-W", "2", "a1")
    assert daemon.ask("GET", "/containers/two/json")[1]["HostConfig"]["Links"][0] == "/uno:/two/a1"


def network_links(daemon):
    """L-010: elsewhere a link is a name that only this container knows, of one that need not be there."""
    network(daemon, "web", "10.60.0.0/24")
    run(daemon, "two", "--network", "web", "--link", "one:a1")
    assert "a1" not in inside(daemon, "two", "cat", "/etc/hosts")
    assert daemon.pontoon("exec", "two", "getent", "hosts", "a1")[0] == 2
    run(daemon, "one", "--network", "web")
    run(daemon, "three", "--network", "web")
    assert inside(daemon, "two", "getent", "hosts", "a1").split() == ["10.60.0.3", "a1"]
    assert daemon.pontoon("exec", "three", "getent", "hosts", "a1")[0] == 2
    assert settings(daemon, "two")["Networks"]["web"]["Links"] == ["one:a1"]
    assert not [one for one in inside(daemon, "two", "cat", "/proc/1/environ").split("\0") if one.startswith("A1_")]


def prune(daemon):
    """N-056: networks of stopped containers go, and the container cannot start then; those in use stay."""
    network(daemon, "web", "10.60.0.0/24")
    network(daemon, "used", "10.61.0.0/24")
    run(daemon, "c1", "--network", "web")
    run(daemon, "c2", "--network", "used")
    good(daemon.docker("kill", "c1"))
    assert good(daemon.docker("network", "prune", "-f")) == "Deleted Networks:\nweb\n\n"
    status, text = daemon.pontoon("start", "c1")
    assert (status, text) == (1, "Error response from daemon: network web not found\n"), text


def attached(daemon):
    """A namespace that somebody else made is a container in its network's inspect and in ps."""
    subprocess.run(["ip", "netns", "add", "foreign"], check=True)
    try:
        network(daemon, "web", "10.60.0.0/24")
        good(daemon.pontoon("attach", "--name", "guest", "--network", "web", "--netns", "/run/netns/foreign",
                            "-p", "8060:80"))
        assert members(daemon, "web") == {"guest": "10.60.0.2/24"}
        assert good(daemon.docker("ps", "--format", "{{.Names}} {{.Ports}}")) == "guest 0.0.0.0:8060->80/tcp\n"
        assert good(daemon.docker("port", "guest")) == "80/tcp -> 0.0.0.0:8060\n"
        good(daemon.docker("network", "connect", "bridge", "guest"))
        links = subprocess.run(["ip", "-n", "foreign", "-br", "link"], capture_output=True, text=True, check=True).stdout
        assert [line.split()[0] for line in links.splitlines()] == ["lo", "eth0", "eth1"], links
        status, text = daemon.docker("kill", "guest")
        assert status == 1 and "pontoon detach" in text, text
        good(daemon.pontoon("detach", "guest"))
        assert members(daemon, "web") == members(daemon, "bridge") == {}
    finally:
        subprocess.run(["ip", "netns", "delete", "foreign"], check=True)


def events(daemon):
    """N-058: what happens to containers and their networks, in order, as a stream."""
    wanted = ["network create web", "container create c1", "network connect bridge", "container start c1",
              "network connect web", "network disconnect web", "container rename c2", "container kill c2",
              "container kill c2", "network disconnect bridge", "container die c2", "container stop c2",
              "container destroy c2", "network destroy web"]
    with daemon.events() as stream:
        network(daemon, "web", "10.60.0.0/24")
        heard = stream.take(1)  # so it has subscribed
        id = run(daemon, "c1", "--label", "k=v")
        for words in (("network", "connect", "web", "c1"), ("network", "disconnect", "web", "c1"), ("rename", "c1", "c2"),
                      ("stop", "-t", "0", "c2"), ("rm", "c2"), ("network", "rm", "web")):
            good(daemon.docker(*words))
        heard += stream.take(len(wanted) - 1) + stream.rest()
    told = [f"{one['Type']} {one['Action']} {one['Actor']['Attributes']['name']}" for one in heard]
    assert told == wanted, told
    attributes = {one["Action"]: one["Actor"]["Attributes"] for one in heard}
    assert attributes["start"] == {"name": "c1", "image": "", "k": "v"}, attributes
    assert attributes["connect"] == {"container": id, "name": "web", "type": "bridge"}, attributes
    assert attributes["die"]["exitCode"] == "137" and attributes["rename"]["oldName"] == "/c1", attributes


SCENARIOS = {"H-001 host": host_network, "H-002 none": no_network, "H-003 container:": shared_network, "L-001 links": links,
             "L-010 network links": network_links, "N-056 prune": prune, "attached namespaces": attached,
             "events of containers": events}
