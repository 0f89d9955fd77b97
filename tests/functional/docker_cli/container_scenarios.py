"""Containers, with real processes, as Docker's clients see them: what inspect says of their networks (N-030 to N-035), live
and stopped connects (C-001 to C-009), links (L-001 to L-010), host, none and shared networks (H-001 to H-003), addresses
over stops and restarts (I-026 to I-030)."""

import json
import re
import subprocess
import threading
import time


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


def inspected(daemon):
    """N-030 to N-035, M-004, N-017."""
    network(daemon, "web", "10.60.0.0/24")
    web = daemon.ask("GET", "/networks/web")[1]["Id"]
    status, answer = daemon.ask("POST", "/containers/create?name=c1", {
        "Cmd": ["sleep", "600"], "Hostname": "host1", "ExposedPorts": {"70/udp": {}},
        "HostConfig": {"NetworkMode": web[:12], "PortBindings": {"80/tcp": [{"HostPort": "8060"}]}},
        "NetworkingConfig": {"EndpointsConfig": {web[:12]: {"Aliases": ["al", "c1"], "GwPriority": -2}}}})
    assert status == 201, answer
    created = settings(daemon, "c1")
    assert list(created["Networks"]) == ["web"], created  # by its name, whatever it was told by
    assert (created["SandboxID"], created["SandboxKey"], created["Ports"]) == ("", "", {}), created
    good(daemon.pontoon("start", "c1"))
    running = settings(daemon, "c1")
    place = running["Networks"]["web"]
    assert {key: place[key] for key in ("IPAMConfig", "Links", "Aliases", "DriverOpts", "GwPriority", "NetworkID", "Gateway",
                                        "IPAddress", "MacAddress", "IPPrefixLen", "IPv6Gateway", "GlobalIPv6Address",
                                        "GlobalIPv6PrefixLen")} == {
        "IPAMConfig": None, "Links": None, "Aliases": ["al", "c1"], "DriverOpts": None, "GwPriority": -2, "NetworkID": web,
        "Gateway": "10.60.0.1", "IPAddress": "10.60.0.2", "MacAddress": "02:42:0a:3c:00:02", "IPPrefixLen": 24,
        "IPv6Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0}, place
    assert place["DNSNames"] == ["c1", "al", answer["Id"][:12], "host1"], place  # N-034
    assert re.fullmatch("[0-9a-f]{64}", place["EndpointID"]) and re.fullmatch("[0-9a-f]{64}", running["SandboxID"]), place
    assert running["Ports"] == {"70/udp": None, "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8060"}]}, running
    assert [running[key] for key in ("IPAddress", "Gateway", "EndpointID", "MacAddress")] == [""] * 4  # N-032
    assert daemon.ask("GET", "/networks/web")[1]["Containers"] == {answer["Id"]: {
        "Name": "c1", "EndpointID": place["EndpointID"], "MacAddress": place["MacAddress"], "IPv4Address": "10.60.0.2/24",
        "IPv6Address": ""}}
    good(daemon.docker("network", "connect", "bridge", "c1"))
    both = settings(daemon, "c1")
    assert both["IPAddress"] == both["Networks"]["bridge"]["IPAddress"] == "172.17.0.2", both
    good(daemon.docker("kill", "c1"))
    stopped = settings(daemon, "c1")
    for name, place in stopped["Networks"].items():
        assert [place[key] for key in ("IPAddress", "IPPrefixLen", "MacAddress", "EndpointID", "Gateway")] == [
            "", 0, "", "", ""], stopped
        assert place["Aliases"] == (["al", "c1"] if name == "web" else None), stopped  # what was asked for is kept
    assert (stopped["SandboxID"], stopped["Ports"], stopped["IPAddress"]) == ("", {}, ""), stopped
    assert members(daemon, "web") == {}


def live(daemon):
    """C-001, C-005, C-006, C-008, C-009, M-010, N-180, L-022."""
    network(daemon, "web", "10.60.0.0/24")
    network(daemon, "zoo", "10.61.0.0/24")
    run(daemon, "c1")
    run(daemon, "c2", "--network", "web")
    run(daemon, "c3", "--network", "zoo")
    good(daemon.docker("network", "connect", "web", "c1"))
    good(daemon.docker("network", "connect", "--alias", "one", "zoo", "c1"))
    assert addresses(daemon, "c1") == {"eth0": ["172.17.0.2/16"], "eth1": ["10.60.0.3/24"], "eth2": ["10.61.0.3/24"]}
    for name, wanted in (("c2", "10.60.0.2"), ("c3", "10.61.0.2")):
        inside(daemon, "c1", "ping", "-c", "1", "-W", "2", wanted)
    assert inside(daemon, "c3", "getent", "hosts", "one").split() == ["10.61.0.3", "one"]
    assert inside(daemon, "c1", "getent", "hosts", "c2").split() == ["10.60.0.2", "c2"]
    assert daemon.pontoon("exec", "c2", "ping", "-c", "1", "-W", "1", "10.61.0.2")[0] == 1  # c1 does not route
    before = (settings(daemon, "c2"), addresses(daemon, "c2"), members(daemon, "zoo"), default_route(daemon, "c2"),
              inside(daemon, "c2", "cat", "/etc/hosts"))
    for options in (("--driver-opt", "com.docker.network.endpoint.ifname=eth0"), ("--ip", "10.61.0.3"),
                    ("--ip", "10.99.0.1"), ("--ip", "junk")):
        status, text = daemon.docker("network", "connect", *options, "zoo", "c2")
        assert status == 1, text
        if options[0] == "--driver-opt":
            assert re.search(r'error renaming interface "[^"]+" to "eth0": file exists', text), text
    assert before == (settings(daemon, "c2"), addresses(daemon, "c2"), members(daemon, "zoo"), default_route(daemon, "c2"),
                      inside(daemon, "c2", "cat", "/etc/hosts"))
    good(daemon.docker("network", "disconnect", "web", "c1"))
    assert list(addresses(daemon, "c1")) == ["eth0", "eth2"]
    assert "10.60.0.3" not in inside(daemon, "c1", "cat", "/etc/hosts")
    assert daemon.pontoon("exec", "c1", "getent", "hosts", "c2")[0] == 2
    good(daemon.docker("network", "connect", "web", "c1"))
    assert sorted(addresses(daemon, "c1")) == ["eth0", "eth1", "eth2"]  # the gap is filled
    for name in ("zoo", "bridge", "web"):
        good(daemon.docker("network", "disconnect", name, "c1"))
    assert addresses(daemon, "c1") == {} and settings(daemon, "c1")["Networks"] == {}
    good(daemon.docker("network", "connect", "zoo", "c1"))
    assert addresses(daemon, "c1") == {"eth0": ["10.61.0.3/24"]}


def gateway(daemon):
    """C-002, M-020 to M-022: the default route and the ports go with the network that comes first."""
    for number, name in enumerate(("b", "a", "c")):
        network(daemon, name, f"10.6{number}.0.0/24")
    network(daemon, "A-inner", "10.63.0.0/24", "--internal")
    run(daemon, "c1", "--network", "b", "-p", "8080:80", "-p", "81")
    chosen = good(daemon.docker("port", "c1", "81")).strip()
    ports = f"80/tcp -> 0.0.0.0:8080\n81/tcp -> {chosen}\n"
    steps = [("connect", "c", (), "10.60.0.1", "eth0"), ("connect", "a", (), "10.61.0.1", "eth2"),
             ("connect", "A-inner", ("--gw-priority", "9"), "10.61.0.1", "eth2"),
             ("disconnect", "c", (), "10.61.0.1", "eth2"), ("connect", "c", ("--gw-priority", "1"), "10.62.0.1", "eth1"),
             ("disconnect", "c", (), "10.61.0.1", "eth2"), ("disconnect", "a", (), "10.60.0.1", "eth0")]
    for verb, name, options, wanted, interface in steps:
        good(daemon.docker("network", verb, *options, name, "c1"))
        assert default_route(daemon, "c1") == [(wanted, interface)], (verb, name, default_route(daemon, "c1"))
        assert good(daemon.docker("port", "c1")) == ports, (verb, name)
    good(daemon.docker("network", "disconnect", "b", "c1"))
    assert default_route(daemon, "c1") == [] and good(daemon.docker("port", "c1")) == ""
    run(daemon, "c2", "-p", "8080:80")
    status, text = daemon.docker("network", "connect", "b", "c1")
    assert status == 1 and "Bind for 0.0.0.0:8080 failed: port is already allocated" in text, text
    assert list(addresses(daemon, "c1")) == ["eth0"] or list(addresses(daemon, "c1")) == ["eth3"], addresses(daemon, "c1")
    assert members(daemon, "b") == {}


def stopped(daemon):
    """C-003, C-004, M-003: what is connected to a stopped container is there at each start, with its settings."""
    network(daemon, "web", "10.60.0.0/24")
    good(daemon.pontoon("create", "--name", "c1", "--mac-address", "02:00:00:00:00:77", "sleep", "600"))
    good(daemon.docker("network", "connect", "--ip", "10.60.0.77", "--alias", "al", "--link", "c2:two", "--gw-priority", "5",
                       "--driver-opt", "com.docker.network.endpoint.ifname=web0", "web", "c1"))
    assert members(daemon, "web") == {}
    run(daemon, "c2", "--network", "web")

    def check():
        assert addresses(daemon, "c1") == {"eth0": ["172.17.0.2/16"], "web0": ["10.60.0.77/24"]}, addresses(daemon, "c1")
        assert default_route(daemon, "c1") == [("10.60.0.1", "web0")]
        assert settings(daemon, "c1")["Networks"]["bridge"]["MacAddress"] == "02:00:00:00:00:77"
        assert inside(daemon, "c1", "cat", "/sys/class/net/eth0/address") == "02:00:00:00:00:77\n"
        assert inside(daemon, "c2", "getent", "hosts", "al").split() == ["10.60.0.77", "al"]
        assert inside(daemon, "c1", "getent", "hosts", "two").split() == ["10.60.0.2", "two"]
    good(daemon.pontoon("start", "c1"))
    check()
    good(daemon.pontoon("restart", "-t", "0", "c1"))
    check()
    for kill in (False, True):
        daemon.stop(kill)
        daemon.start()
        check()
    good(daemon.docker("kill", "c1"))
    assert settings(daemon, "c1")["Networks"]["bridge"]["MacAddress"] == "02:00:00:00:00:77"  # it is a setting
    good(daemon.docker("network", "disconnect", "web", "c1"))
    good(daemon.pontoon("start", "c1"))
    assert list(addresses(daemon, "c1")) == ["eth0"]


def static_and_lowest(daemon):
    """I-020, I-026 to I-030."""
    network(daemon, "web", "10.60.0.0/24", "--ip-range", "10.60.0.64/26", "--gateway", "10.60.0.1", "--aux-address",
            "x=10.60.0.66")
    run(daemon, "c1", "--network", "web")
    run(daemon, "c2", "--network", "web")
    run(daemon, "fixed", "--network", "web", "--ip", "10.60.0.200")  # outside the range
    assert [address(daemon, name, "web") for name in ("c1", "c2", "fixed")] == ["10.60.0.64", "10.60.0.65", "10.60.0.200"]
    for number, wanted in enumerate(("10.60.0.1", "10.60.0.66", "10.60.0.64", "10.60.0.200")):
        good(daemon.pontoon("create", "--name", f"n{number}", "--network", "web", "--ip", wanted, "true"))
        status, text = daemon.pontoon("start", f"n{number}")
        assert status == 1 and text == "Error response from daemon: Address already in use\n", (wanted, text)
    good(daemon.docker("kill", "c1"))
    run(daemon, "c3", "--network", "web")  # what a stop gives back goes to the next one, and an aux address to nobody
    run(daemon, "c4", "--network", "web")
    good(daemon.pontoon("start", "c1"))
    assert [address(daemon, name, "web") for name in ("c3", "c4", "c1")] == ["10.60.0.64", "10.60.0.67", "10.60.0.68"]
    good(daemon.pontoon("restart", "-t", "0", "c4"))
    assert address(daemon, "c4", "web") == "10.60.0.67"
    good(daemon.docker("kill", "fixed"))
    run(daemon, "c5", "--network", "web", "--ip", "10.60.0.200")  # a stopped one reserves nothing
    status, text = daemon.pontoon("start", "fixed")
    assert status == 1 and "Address already in use" in text, text
    for kill in (False, True):
        daemon.stop(kill)
        daemon.start()
        run(daemon, f"after{kill}", "--network", "web")
    assert [address(daemon, f"after{kill}", "web") for kill in (False, True)] == ["10.60.0.69", "10.60.0.70"]
    assert address(daemon, "c3", "web") == "10.60.0.64"


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
    assert inside(daemon, "sharer", "readlink", "/proc/1/ns/net") == old != inside(daemon, "owner", "readlink", "/proc/1/ns/net")
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
        good(daemon.pontoon("attach", "--name", "guest", "--network", "web", "--netns", "/run/netns/foreign", "-p", "8060:80"))
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
    heard = []
    stream = subprocess.Popen(["docker", "-H", f"unix://{daemon.socket}", "events", "--format", "{{json .}}"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    reader = threading.Thread(target=lambda: heard.extend(json.loads(line) for line in stream.stdout))
    reader.start()
    time.sleep(0.5)  # it has subscribed
    network(daemon, "web", "10.60.0.0/24")
    id = run(daemon, "c1", "--label", "k=v")
    for words in (("network", "connect", "web", "c1"), ("network", "disconnect", "web", "c1"), ("rename", "c1", "c2"),
                  ("stop", "-t", "0", "c2"), ("rm", "c2"), ("network", "rm", "web")):
        good(daemon.docker(*words))
    wanted = ["network create web", "container create c1", "network connect bridge", "container start c1",
              "network connect web", "network disconnect web", "container rename c2", "container kill c2",
              "container kill c2", "network disconnect bridge", "container die c2", "container stop c2",
              "container destroy c2", "network destroy web"]
    for _ in range(100):
        if len(heard) >= len(wanted):
            break
        time.sleep(0.02)
    stream.terminate()
    stream.wait()
    reader.join()
    told = [f"{one['Type']} {one['Action']} {one['Actor']['Attributes']['name']}" for one in heard]
    assert told == wanted, told
    attributes = {one["Action"]: one["Actor"]["Attributes"] for one in heard}
    assert attributes["start"] == {"name": "c1", "image": "", "k": "v"}, attributes
    assert attributes["connect"] == {"container": id, "name": "web", "type": "bridge"}, attributes
    assert attributes["die"]["exitCode"] == "137" and attributes["rename"]["oldName"] == "/c1", attributes


SCENARIOS = {"N-030 inspect": inspected, "C-001 live": live, "C-002 gateway": gateway, "C-003 stopped": stopped,
             "I-026 addresses": static_and_lowest, "H-001 host": host_network, "H-002 none": no_network,
             "H-003 container:": shared_network, "L-001 links": links, "L-010 network links": network_links,
             "N-056 prune": prune, "attached namespaces": attached, "events of containers": events}
