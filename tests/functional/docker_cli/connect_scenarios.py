"""Containers that come into networks and go out of them: what inspect says of them (N-030 to N-035), live and stopped
connects (C-001 to C-009), addresses over stops and restarts (I-026 to I-030)."""

import concurrent.futures
import re

from containers import address, addresses, default_route, good, inside, members, network, run, settings


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
    assert re.fullmatch("[0-9a-f]{64}", place["EndpointID"]) and re.fullmatch("[0-9a-f]{64}", running["SandboxID"])
    assert place == {
        "IPAMConfig": None, "Links": None, "Aliases": ["al", "c1"], "DriverOpts": None, "GwPriority": -2,
        "NetworkID": web, "EndpointID": place["EndpointID"], "Gateway": "10.60.0.1", "IPAddress": "10.60.0.2",
        "MacAddress": "02:42:0a:3c:00:02", "IPPrefixLen": 24, "IPv6Gateway": "", "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0, "DNSNames": ["c1", "al", answer["Id"][:12], "host1"]}, place  # N-034
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
    assert list(addresses(daemon, "c1")) == ["eth3"], addresses(daemon, "c1")
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


def many_clients(daemon):
    """32 at once connect and disconnect what runs: each is told the truth, and nothing is left of it."""
    containers, networks = [f"c{n}" for n in range(8)], [f"n{n}" for n in range(4)]
    for number, name in enumerate(networks):
        network(daemon, name, f"10.6{number}.0.0/24")
    for name in containers:
        run(daemon, name)

    def one(pair):
        name, where = pair
        for _ in range(3):
            for verb, is_there in (("connect", True), ("disconnect", False)):
                status, answer = daemon.ask("POST", f"/networks/{where}/{verb}", {"Container": name})
                assert status == 200, (verb, pair, answer)
                assert (where in settings(daemon, name)["Networks"]) == (name in members(daemon, where)) == is_there, pair
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        for result in [pool.submit(one, (name, where)) for name in containers for where in networks]:
            result.result()
    for name in containers:
        assert list(addresses(daemon, name)) == ["eth0"], addresses(daemon, name)
        assert default_route(daemon, name) == [("172.17.0.1", "eth0")]
    for number, where in enumerate(networks):
        good(daemon.docker("network", "connect", where, "c0"))
        assert members(daemon, where) == {"c0": f"10.6{number}.0.2/24"}  # all addresses were given back


SCENARIOS = {"N-030 inspect": inspected, "C-001 live": live, "C-002 gateway": gateway, "C-003 stopped": stopped,
             "I-026 addresses": static_and_lowest, "32 clients of containers": many_clients}
