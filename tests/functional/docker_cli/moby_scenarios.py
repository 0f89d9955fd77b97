"""Scenarios of Moby's own tests of containers' places in networks (tests/moby.md): MAC addresses, /etc/hosts, several
networks, changes that fail late, ports that somebody holds, and what a restart of the daemon leaves."""

import contextlib
import json
import os
import re
import socket
import subprocess

from containers import (SERVER, address, addresses, answers, default_route, good, inside, members, network, run,
                        settings, wait_until_ready)
from scenarios import interfaces

ENDPOINT = "com.docker.network.endpoint."
IPV6_LINES = ("::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n"
              "ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n")


@contextlib.contextmanager
def other_options(daemon, *options):
    """A daemon of the same state with more words on its command line meanwhile."""
    usual = daemon.options
    try:
        daemon.stop()
        daemon.options = [*usual, *options]
        daemon.start()
        yield
    finally:
        daemon.stop()
        daemon.options = usual
        daemon.start()


def mac_of(daemon, name, network):
    """As inspect and the container's kernel have it."""
    told = settings(daemon, name)["Networks"][network]["MacAddress"]
    assert inside(daemon, name, "cat", "/sys/class/net/eth0/address").strip() == told
    return told


def mac_addresses(daemon):
    """T-67 TestMACAddrOnRestart, TestCfgdMACAddrOnRestart; M-003."""
    network(daemon, "web", "10.60.0.0/24")
    run(daemon, "c1", "--network", "web")
    good(daemon.docker("stop", "-t", "0", "c1"))
    run(daemon, "c2", "--network", "web")  # has c1's addresses now
    good(daemon.pontoon("start", "c1"))
    assert mac_of(daemon, "c1", "web") != mac_of(daemon, "c2", "web")
    wanted = "02:42:ac:11:00:42"
    run(daemon, "c3", "--network", f"name=web,mac-address={wanted}")
    assert mac_of(daemon, "c3", "web") == wanted
    good(daemon.docker("stop", "-t", "0", "c3"))
    good(daemon.pontoon("start", "c3"))
    assert mac_of(daemon, "c3", "web") == wanted
    good(daemon.docker("stop", "-t", "0", "c3"))
    daemon.stop()
    daemon.start()
    good(daemon.pontoon("start", "c3"))
    assert mac_of(daemon, "c3", "web") == wanted


def configured_mac(daemon):
    """T-67 TestInspectCfgdMAC, TestWatchtowerCreate: Config has the MAC that was asked for and no other (M-004), and a
    network may be told by its id in one place and by its name in another."""
    network(daemon, "web", "10.60.0.0/24")
    wanted = "02:42:ac:11:00:42"

    def config(mode, settings=None, version="1.50", **body):
        endpoints = {"EndpointsConfig": {mode: settings}} if settings else {}
        status, answer = daemon.ask("POST", f"/v{version}/containers/create", {
            "Cmd": ["true"], "HostConfig": {"NetworkMode": mode}, "NetworkingConfig": endpoints, **body})
        assert status == 201, answer
        return daemon.ask("GET", f"/containers/{answer['Id']}/json")[1]["Config"].get("MacAddress", "")
    for mode in ("default", "bridge", "web"):
        assert config(mode) == "", mode
        assert config(mode, {"MacAddress": wanted}) == wanted, mode
        assert config(mode, version="1.43", MacAddress=wanted) == wanted, mode
    run(daemon, "c1", "--network", "web")
    assert "MacAddress" not in daemon.ask("GET", "/containers/c1/json")[1]["Config"]
    network(daemon, "tower", "172.30.0.0/29", "--ip-range", "172.30.0.1/32")
    tower = daemon.ask("GET", "/networks/tower")[1]["Id"]
    status, answer = daemon.ask("POST", "/v1.25/containers/create?name=c2", {
        "Cmd": ["sleep", "600"], "MacAddress": wanted, "HostConfig": {"NetworkMode": tower},
        "NetworkingConfig": {"EndpointsConfig": {"tower": {"IPAMConfig": {"IPv4Address": "172.30.0.2"}}}}})
    assert status == 201, answer
    good(daemon.pontoon("start", "c2"))
    assert (address(daemon, "c2", "tower"), mac_of(daemon, "c2", "tower")) == ("172.30.0.2", wanted)
    assert list(settings(daemon, "c2")["Networks"]) == ["tower"]


def hosts_lines(daemon):
    """T-67 TestEtcHostsDisconnect: the lines of a network come and go with it, at the end, and all others stay."""
    network(daemon, "n1", "192.168.123.0/24")
    network(daemon, "n2", "192.168.124.0/24")
    run(daemon, "c1", "--hostname", "c1.invalid", "--network", "n1", "--add-host", "otherhost.invalid:192.0.2.3",
        "--add-host", "otherhost.invalid:2001:db8::1234")
    others = ("127.0.0.1\tlocalhost\n" + (IPV6_LINES if os.path.exists("/proc/sys/net/ipv6") else "")
              + "192.0.2.3\totherhost.invalid\n2001:db8::1234\totherhost.invalid\n")
    first, second = (f"192.168.{net}.2\tc1.invalid c1\n" for net in (123, 124))
    for verb, name, lines in (("connect", "n2", first + second), ("disconnect", "n1", second),
                              ("connect", "n1", second + first), ("disconnect", "n1", second), ("disconnect", "n2", "")):
        good(daemon.docker("network", verb, name, "c1"))
        assert inside(daemon, "c1", "cat", "/etc/hosts") == others + lines, (verb, name)


def several_networks(daemon):
    """T-62 TestCreateWithPriority, TestConnectWithPriority, T-63 TestCreateWithMultiNetworks, TestEndpointWithCustomIfname,
    T-68 TestSetEndpointSysctl."""
    for number, name in enumerate(("n1", "n2", "n3")):
        network(daemon, name, f"10.6{number}.0.0/24")
    run(daemon, "c1", "--network", "n1", "--network", "n2")
    assert addresses(daemon, "c1") == {"eth0": ["10.60.0.2/24"], "eth1": ["10.61.0.2/24"]}
    run(daemon, "c2", "--network", "name=n1,gw-priority=-1", "--network", "name=n2,gw-priority=10")
    assert default_route(daemon, "c2") == [("10.61.0.1", "eth1")]
    for priority, route in (("5", ("10.61.0.1", "eth1")), ("20", ("10.62.0.1", "eth2"))):
        good(daemon.docker("network", "connect", "--gw-priority", priority, "n3", "c2"))
        assert default_route(daemon, "c2") == [route]
        good(daemon.docker("network", "disconnect", "n3", "c2"))
    run(daemon, "c3", "--network", f"name=bridge,driver-opt={ENDPOINT}ifname=foobar")
    assert list(addresses(daemon, "c3")) == ["foobar"]
    good(daemon.pontoon("restart", "-t", "0", "c3"))
    assert list(addresses(daemon, "c3")) == ["foobar"]
    for number, (interface, value) in enumerate((("IFNAME", "0"), ("IFNAME", "1"), ("ifname", "0"), ("ifname", "1"))):
        run(daemon, f"s{number}", "--network",
            f"name=bridge,driver-opt={ENDPOINT}sysctls=net.ipv4.conf.{interface}.forwarding={value}")
        assert inside(daemon, f"s{number}", "cat", "/proc/sys/net/ipv4/conf/eth0/forwarding") == value + "\n"


def fails_late(daemon):
    """N-179, T-63 TestJoinError: of a connect, and of a start, that fails when the interface is there already nothing is
    left on either side."""
    network(daemon, "web", "10.60.0.0/24")
    network(daemon, "zoo", "10.61.0.0/24")
    run(daemon, "c1", "--network", "web")
    bad = f"{ENDPOINT}sysctls=net.ipv4.conf.IFNAME.nothing=1"

    def state():
        return (settings(daemon, "c1"), addresses(daemon, "c1"), default_route(daemon, "c1"), members(daemon, "zoo"),
                members(daemon, "web"), inside(daemon, "c1", "cat", "/etc/hosts"), interfaces())
    before = state()
    for options in (("--driver-opt", bad), ("--driver-opt", bad, "--ip", "10.61.0.77", "--gw-priority", "9")):
        status, text = daemon.docker("network", "connect", *options, "zoo", "c1")
        assert status == 1 and "/conf/eth1/nothing" in text, text
        assert state() == before, options
    good(daemon.pontoon("create", "--name", "c2", "--network", "web", "--network", f"name=zoo,driver-opt={bad}", "true"))
    status, text = daemon.pontoon("start", "c2")
    assert status == 1 and "/conf/eth1/nothing" in text, text
    assert daemon.ask("GET", "/containers/c2/json")[1]["State"]["Status"] == "created"
    assert state() == before
    good(daemon.docker("network", "connect", "zoo", "c1"))
    assert members(daemon, "zoo") == {"c1": "10.61.0.2/24"}  # the address was given back


def port_held(daemon):
    """N-171, P-044, P-045, T-42: a process of the host has the port, in Docker's words; it starts when the port is free."""
    for protocol, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
        name = "late-" + protocol
        good(daemon.pontoon("create", "--name", name, "-p", f"8061:80/{protocol}", "sleep", "600"))
        with socket.socket(type=kind) as held:
            held.bind(("127.0.0.1", 8061))
            if protocol == "tcp":
                held.listen()
            status, text = daemon.pontoon("start", name)
            assert status == 1 and re.fullmatch(
                "Error response from daemon: failed to set up container networking: driver failed programming external "
                rf"connectivity on endpoint {name} \([0-9a-f]{{64}}\): failed to bind host port 0\.0\.0\.0:8061/{protocol}: "
                "address already in use\n", text), text
            assert daemon.ask("GET", f"/containers/{name}/json")[1]["State"]["Status"] == "created"
            assert members(daemon, "bridge") == {}
        good(daemon.pontoon("start", name))
        assert good(daemon.docker("port", name)) == f"80/{protocol} -> 0.0.0.0:8061\n"
        good(daemon.docker("rm", "-f", name))


def gateway_broken(daemon):
    """T-68 TestGatewayErrorOnNetDisconnect: who cannot be the gateway next keeps nobody from leaving."""
    network(daemon, "n1", "10.60.0.0/24")
    network(daemon, "n2", "10.61.0.0/24")
    run(daemon, "c1", "--network", "name=n1,gw-priority=1", "--network", f"name=n2,driver-opt={ENDPOINT}ifname=eth2")
    inside(daemon, "c1", "ip", "link", "set", "eth2", "down")
    good(daemon.docker("network", "disconnect", "n1", "c1"))
    assert (list(addresses(daemon, "c1")), members(daemon, "n1")) == (["eth2"], {})
    good(daemon.docker("network", "connect", "n1", "c1"))
    assert default_route(daemon, "c1") == [("10.60.0.1", "eth0")]
    inside(daemon, "c1", "ip", "route", "delete", "default")
    good(daemon.docker("network", "disconnect", "n1", "c1"))
    good(daemon.docker("network", "connect", "n1", "c1"))
    good(daemon.pontoon("restart", "-t", "0", "c1"))
    assert sorted(settings(daemon, "c1")["Networks"]) == ["n1", "n2"]
    assert addresses(daemon, "c1") == {"eth0": ["10.60.0.2/24"], "eth2": ["10.61.0.2/24"]}
    assert default_route(daemon, "c1") == [("10.60.0.1", "eth0")]


def subnets_stay(daemon):
    """T-63 TestPreferredSubnetRestore, I-010; T-68 TestDefaultBridgeAddresses: the default network follows the options,
    others keep what was chosen."""
    good(daemon.docker("network", "create", "kept"))
    before = daemon.ask("GET", "/networks/kept")[1]
    assert before["IPAM"]["Config"] == [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]
    bridge = daemon.ask("GET", "/networks/bridge")[1]["Id"]
    for address_of_bridge, subnet in (("10.99.0.1/24", "10.99.0.0/24"), ("10.99.1.254/24", "10.99.1.0/24")):
        with other_options(daemon, "--default-address-pool", "base=10.200.0.0/16,size=24", "--bip", address_of_bridge):
            assert daemon.ask("GET", "/networks/kept")[1] == before
            run(daemon, "c1", "--network", "kept")
            assert address(daemon, "c1", "kept") == "172.18.0.2"
            good(daemon.docker("network", "create", "new"))
            assert daemon.ask("GET", "/networks/new")[1]["IPAM"]["Config"][0]["Subnet"] == "10.200.0.0/24"
            about = daemon.ask("GET", "/networks/bridge")[1]
            assert (about["Id"], about["IPAM"]["Config"]) == (
                bridge, [{"Subnet": subnet, "Gateway": address_of_bridge.split("/")[0]}]), about
            assert interfaces()["docker0"] == [address_of_bridge]
            good(daemon.docker("rm", "-f", "c1"))
            good(daemon.docker("network", "rm", "new"))
    assert interfaces()["docker0"] == ["172.17.0.1/16"]


def families(daemon):
    """T-68 TestNonIPv6Network, TestDisableIPv4: nothing of IPv6 where the network has none but ::1, and EnableIPv4 is
    of API 1.48."""
    network(daemon, "web", "10.60.0.0/24")
    run(daemon, "c1", "--network", "web")
    if os.path.exists("/proc/sys/net/ipv6"):
        families_of = {link["ifname"]: sorted(one["family"] for one in link["addr_info"])
                       for link in json.loads(inside(daemon, "c1", "ip", "-j", "address"))}
        assert families_of == {"lo": ["inet", "inet6"], "eth0": ["inet"]}, families_of
        assert inside(daemon, "c1", "cat", "/proc/sys/net/ipv6/conf/eth0/disable_ipv6") == "1\n"
    for version, wanted in (("1.46", 201), ("1.48", 400), ("1.50", 400)):
        status, answer = daemon.ask("POST", f"/v{version}/networks/create", {"Name": "old", "EnableIPv4": False})
        assert status == wanted, (version, answer)
    assert daemon.ask("GET", "/networks/old")[1]["EnableIPv4"] is True


def time_wait(daemon):
    """T-20 TestRestartUserlandProxyUnder2MSL, T-47 TestPortMappingRestore: connections that are over hold no port, and a
    daemon's restart changes none."""
    run(daemon, "web", "-p", "1780:80", "-p", "80", command=SERVER)
    chosen = settings(daemon, "web")["Ports"]["80/tcp"][1]["HostPort"]
    wait_until_ready(daemon, "web")
    assert answers(1780) and answers(chosen)
    waiting = subprocess.run(["ss", "-Htan", "state", "time-wait", "sport", "=", ":1780"], capture_output=True, text=True)
    assert "1780" in waiting.stdout, waiting
    good(daemon.pontoon("restart", "-t", "0", "web"))
    wait_until_ready(daemon, "web", starts=2)
    assert answers(1780)
    ports = settings(daemon, "web")["Ports"]
    for kill in (False, True):
        daemon.stop(kill)
        daemon.start()
        assert settings(daemon, "web")["Ports"] == ports
        assert answers(1780) and answers(ports["80/tcp"][1]["HostPort"])


SCENARIOS = {"T-67 MAC addresses": mac_addresses, "T-67 MAC addresses in Config": configured_mac,
             "T-67 lines of /etc/hosts": hosts_lines, "T-63 several networks": several_networks,
             "N-179 fails late": fails_late, "N-171 port held": port_held, "T-68 gateway broken": gateway_broken,
             "I-010 subnets stay": subnets_stay, "T-68 families": families, "T-20 TIME_WAIT": time_wait}
