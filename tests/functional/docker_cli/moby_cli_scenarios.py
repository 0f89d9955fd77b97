"""Scenarios of Moby's tests of its command (tests/moby.md): links of the default network, and published ports as `docker
port` and `docker ps` show them and as the host reaches them."""

from containers import SERVER, answers, good, inside, network, run, settings, wait_until_ready


def links_of(daemon, name):
    return daemon.ask("GET", f"/containers/{name}/json")[1]["HostConfig"]["Links"]


def links(daemon):
    """T-69 TestLinksPingUnlinkedContainers, TestLinksInspectLinksStarted, TestLinksInspectLinksStopped,
    TestLinksNotStartedParentNotFail, TestLinksMultipleWithSameName, TestLinksHostsFilesInject."""
    one = run(daemon, "one")
    other = run(daemon, "other")
    for alias in ("one", "a1"):
        status, _ = daemon.pontoon("exec", "other", "getent", "-s", "files", "hosts", alias)
        assert status == 2, alias
    run(daemon, "linker", "--link", "one:a1", "--link", "other:b1")
    wanted = ["/one:/linker/a1", "/other:/linker/b1"]
    assert sorted(links_of(daemon, "linker")) == wanted
    good(daemon.docker("kill", "linker"))
    assert sorted(links_of(daemon, "linker")) == wanted
    run(daemon, "twice", "--link", "one:up", "--link", "other:up")
    hosts = inside(daemon, "twice", "cat", "/etc/hosts")
    assert f"\n172.17.0.2\tup {one[:12]} one\n" in hosts and f"\n172.17.0.3\tup {other[:12]} other\n" in hosts, hosts
    good(daemon.pontoon("create", "--name", "first", "sleep", "600"))
    good(daemon.pontoon("create", "--name", "second", "--link", "first:first", "sleep", "600"))
    good(daemon.pontoon("start", "first"))
    good(daemon.pontoon("start", "second"))
    assert inside(daemon, "second", "getent", "-s", "files", "hosts", "first").split()[1] == "first"


def ranges(daemon):
    """T-69 TestPortList: one port, several, several for one, one of a range until it is exhausted, ranges that are none."""
    run(daemon, "c1", "-p", "9876:80")
    assert good(daemon.docker("port", "c1", "80")) == "0.0.0.0:9876\n"
    assert good(daemon.docker("port", "c1")) == "80/tcp -> 0.0.0.0:9876\n"
    status, text = daemon.pontoon("run", "-d", "--name", "c2", "-p", "9876:80", "true")
    assert status == 125 and text.endswith("Bind for 0.0.0.0:9876 failed: port is already allocated\n"), text
    good(daemon.docker("rm", "-f", "c1", "c2"))
    run(daemon, "c1", "-p", "9876:80", "-p", "9999:80", "-p", "9877:81", "-p", "9878:82")
    assert good(daemon.docker("port", "c1", "80")) == "0.0.0.0:9876\n0.0.0.0:9999\n"
    assert sorted(good(daemon.docker("port", "c1")).splitlines()) == [  # older CLIs have no order
        "80/tcp -> 0.0.0.0:9876", "80/tcp -> 0.0.0.0:9999", "81/tcp -> 0.0.0.0:9877", "82/tcp -> 0.0.0.0:9878"]
    for number in range(3):
        run(daemon, f"r{number}", "-p", "9090-9092:80")
        assert good(daemon.docker("port", f"r{number}")) == f"80/tcp -> 0.0.0.0:{9090 + number}\n"
    status, text = daemon.pontoon("run", "-d", "--name", "r3", "-p", "9090-9092:80", "sleep", "600")
    assert status == 125 and text.endswith("all ports are allocated\n"), text
    good(daemon.docker("rm", "-f", "r1"))
    good(daemon.pontoon("start", "r3"))
    assert good(daemon.docker("port", "r3")) == "80/tcp -> 0.0.0.0:9091\n"
    for bad in ("9090-9089:80", "9090-:80", "-9090:80"):
        status, text = daemon.pontoon("create", "-p", bad, "true")
        assert status == 125 and text, (bad, text)
    run(daemon, "same", "-p", "9800-9803:9800-9803", "-p", "9804:9804/udp")
    assert sorted(good(daemon.docker("port", "same")).splitlines()) == [
        f"{port}/{'tcp' if port < 9804 else 'udp'} -> 0.0.0.0:{port}" for port in range(9800, 9805)]


def reached(daemon):
    """T-69 TestPortHostBinding, TestPortExposeHostBinding, TestUnpublishedPortsInPsOutput: reached while it runs."""
    run(daemon, "c1", "-p", "9876:80", "--expose", "90", command=SERVER)
    wait_until_ready(daemon, "c1")
    assert answers(9876)
    run(daemon, "c2", "-P", "--expose", "80", command=SERVER)
    chosen = settings(daemon, "c2")["Ports"]["80/tcp"][0]["HostPort"]
    wait_until_ready(daemon, "c2")
    assert answers(chosen)
    shown = good(daemon.docker("ps", "--format", "{{.Names}} {{.Ports}}"))
    assert shown == f"c2 0.0.0.0:{chosen}->80/tcp\nc1 90/tcp, 0.0.0.0:9876->80/tcp\n", shown
    good(daemon.docker("rm", "-f", "c1", "c2"))
    assert not answers(9876) and not answers(chosen)


def inner_and_outer(daemon):
    """T-69 TestPortBindingOnSandbox, S-014: nothing is bound by an internal network, until there is another one."""
    network(daemon, "inner", "10.60.0.0/24", "--internal")
    network(daemon, "outer", "10.61.0.0/24")
    run(daemon, "c1", "--network", "inner", "-p", "8060:80", command=SERVER)
    assert good(daemon.docker("port", "c1")) == ""
    wait_until_ready(daemon, "c1")
    assert not answers(8060)
    good(daemon.docker("network", "connect", "outer", "c1"))
    assert answers(8060)
    assert good(daemon.docker("port", "c1")) == "80/tcp -> 0.0.0.0:8060\n"
    good(daemon.docker("network", "disconnect", "outer", "c1"))
    assert good(daemon.docker("port", "c1")) == "" and not answers(8060)
    assert answers(80, settings(daemon, "c1")["Networks"]["inner"]["IPAddress"])  # the host is on the segment (S-010)


SCENARIOS = {"T-69 links": links, "T-69 ports": ranges, "T-69 ports reached": reached,
             "T-69 ports of inner networks": inner_and_outer}
