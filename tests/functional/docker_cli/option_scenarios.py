"""Options of the daemon that change what networks and containers get (O-053, O-057, O-058), and Moby's tests of them."""

import contextlib

from containers import address, good, inside, run
from scenarios import inspect

MTU = "com.docker.network.driver.mtu"


@contextlib.contextmanager
def options(daemon, *words):
    """The daemon with more options for a while."""
    before = list(daemon.options)

    def restart(*more):
        daemon.stop()
        daemon.options = [*before, *more]
        daemon.start()
    restart(*words)
    try:
        yield
    finally:
        daemon.remove_all()
        restart()


def network_options(daemon):
    """T-62 TestDefaultNetworkOpts, T-63 TestDefaultIPvOptOverride: with and without the daemon's option, what a network
    says itself goes first, and one with --config-from has what the other network has."""
    with options(daemon, "--default-network-opt", f"bridge={MTU}=1234", "--default-network-opt",
                 "bridge=com.docker.network.enable_ipv4=true"):
        good(daemon.docker("network", "create", "plain"))
        good(daemon.docker("network", "create", "-o", f"{MTU}=1400", "own"))
        good(daemon.docker("network", "create", "--config-only", "-o", f"{MTU}=1300", "config"))
        good(daemon.docker("network", "create", "--config-from", "config", "from"))
        for name, mtu in (("plain", "1234"), ("own", "1400"), ("from", "1300"), ("bridge", "1500")):
            assert inspect(daemon, name)["Options"][MTU] == mtu, (name, inspect(daemon, name))
            if name != "bridge":
                run(daemon, name, "--network", name)
                assert inside(daemon, name, "cat", "/sys/class/net/eth0/mtu") == mtu + "\n"
    good(daemon.docker("network", "create", "plain"))
    assert MTU not in inspect(daemon, "plain")["Options"]


def host_gateway(daemon):
    """T-62 TestHostGatewayFromDocker0, TestDaemonHostGatewayIP (L-040)."""
    words = ("--add-host", "atb:host-gateway", "--network")
    good(daemon.docker("network", "create", "web"))
    run(daemon, "c1", *words, "web")
    assert "\n172.17.0.1\tatb\n" in inside(daemon, "c1", "cat", "/etc/hosts")
    daemon.remove_all()
    with options(daemon, "--host-gateway-ip", "192.0.2.1"):
        good(daemon.docker("network", "create", "web"))
        run(daemon, "c1", *words, "web")
        run(daemon, "c2", *words, "bridge")
        for name in ("c1", "c2"):
            assert "\n192.0.2.1\tatb\n" in inside(daemon, name, "cat", "/etc/hosts"), name
            assert inside(daemon, name, "getent", "hosts", "host.docker.internal").split()[0] == "192.0.2.1", name


def name_servers(daemon):
    """L-050: a container's own directive goes before the daemon's, and that before the host's, each by itself."""
    with options(daemon, "--dns", "192.0.2.53", "--dns-search", "example.com", "--dns-opt", "timeout:3"):
        run(daemon, "plain")
        run(daemon, "own", "--dns", "192.0.2.54", "--dns-search", ".")
        said = {name: inside(daemon, name, "cat", "/etc/resolv.conf").splitlines() for name in ("plain", "own")}
        for line in ("nameserver 192.0.2.53", "search example.com", "options timeout:3"):
            assert line in said["plain"], said
        assert "nameserver 192.0.2.54" in said["own"] and "nameserver 192.0.2.53" not in said["own"], said
        assert not [line for line in said["own"] if line.startswith("search")], said
        good(daemon.docker("network", "create", "web"))
        run(daemon, "named", "--network", "web")
        assert "# ExtServers: [192.0.2.53]" in inside(daemon, "named", "cat", "/etc/resolv.conf")


def default_bridge(daemon):
    """T-68 TestDefaultBridgeAddresses, O-053: --bip and --fixed-cidr, again and again; --icc and --ip-masq."""
    for bip, fixed, first in (("192.168.176.88/20", "192.168.176.0/24", "192.168.176.1"),
                              ("192.168.176.88/20", "192.168.178.0/24", "192.168.178.0"),
                              ("192.168.176.88/20", None, "192.168.176.1"), ("192.168.1.1/24", None, "192.168.1.2")):
        with options(daemon, "--bip", bip, *(("--fixed-cidr", fixed) if fixed else ())):
            run(daemon, "c1")
            assert address(daemon, "c1", "bridge") == first, (bip, fixed, address(daemon, "c1", "bridge"))
            assert inspect(daemon, "bridge")["IPAM"]["Config"][0]["Gateway"] == bip.split("/")[0]
    with options(daemon, "--icc", "false", "--ip-masq", "false", "--ip", "127.0.0.1"):
        said = inspect(daemon, "bridge")["Options"]
        assert said["com.docker.network.bridge.enable_icc"] == said[
            "com.docker.network.bridge.enable_ip_masquerade"] == "false", said
        run(daemon, "c1", "-p", "8060:80")
        run(daemon, "c2")
        assert good(daemon.docker("port", "c1")) == "80/tcp -> 127.0.0.1:8060\n"
        assert daemon.pontoon("exec", "c2", "ping", "-c", "1", "-W", "1", address(daemon, "c1", "bridge"))[0] == 1


SCENARIOS = {"O-057 default-network-opt": network_options, "L-040 host-gateway-ip": host_gateway,
             "L-050 dns": name_servers, "O-053 bridge": default_bridge}
