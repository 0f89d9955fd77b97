#!/usr/bin/env python3
"""Names of containers, asked by containers: A, AAAA, PTR, aliases, links, scope, TCP, renamed, stopped; the files."""

import pathlib

from lab import check, equal, main, network
from lab.api import RunningContainer, request
from lab.names import NO_ERROR, dig, host_resolv_conf


def scenario(lab):
    with host_resolv_conf(lab.folder, "nameserver 127.0.0.1\n"):
        lab.switch.start()
        names(lab)


def names(lab):
    one = RunningContainer(lab, "one", "front", {"Aliases": ["db", "web"]}, Hostname="host-one")
    two = RunningContainer(lab, "two", "front", {"Aliases": ["web"], "Links": ["one:uno"]})
    both = RunningContainer(lab, "both", "front")
    both.connect("back", Aliases=["behind"])
    gateway = "172.18.0.1"

    def ask(name, kind="A", *words):
        return dig(two.namespace, gateway, name, kind, *words)

    for name in ("one", "ONE", "db", "host-one", one.id[:12], "one.front", "uno"):
        answer = ask(name)
        equal(answer.data, [one.address], f"addresses of {name}")
        equal(answer.records[0][1], "600", "TTL")
    check("ra" in answer.flags and "aa" not in answer.flags, f"flags: {answer.flags}")
    equal(sorted(ask("web").data), sorted([one.address, two.address]), "all who share an alias")
    equal(ask("one", "A", "+tcp").data, [one.address], "by TCP")
    equal(ask("one", "A", "+noedns").data, [one.address], "without EDNS")
    for kind in ("AAAA", "MX", "HTTPS"):
        answer = ask("one", kind)
        equal((answer.code, answer.data), (NO_ERROR, []), kind)
    equal(ask(".".join(reversed(one.address.split("."))) + ".in-addr.arpa", "PTR").data, ["one.front."], "PTR")
    equal(ask("host.docker.internal").data, [gateway], "the host")

    equal(dig(one.namespace, gateway, "uno").data, [], "a link is private")
    equal(ask("behind").data, [], "names of other networks are not visible")
    equal(dig(both.namespace, gateway, "behind").data, dig(both.namespace, "172.19.0.1", "behind").data, "who is in both")

    request(lab.switch.socket, "POST", "/containers/one/rename?name=first")
    equal((ask("first").data, ask("one").data), ([one.address], []), "renamed")
    request(lab.switch.socket, "POST", "/containers/first/rename?name=one")
    files(lab, one, both)
    one.exit()
    equal(ask("one").data, [], "stopped")
    for container in (one, two, both):
        container.remove()


def files(lab, one, both):
    hosts = pathlib.Path(both.files["HostsPath"])
    check(f"{one.address}\thost-one\n" in pathlib.Path(one.files["HostsPath"]).read_text(), "one's own line")
    equal(pathlib.Path(one.files["HostnamePath"]).read_text(), "host-one\n", "hostname")
    check("nameserver 172.18.0.1\noptions ndots:0\n" in pathlib.Path(one.files["ResolvConfPath"]).read_text(), "one asks")
    inode, own = hosts.stat().st_ino, f"{both.id[:12]}\n"
    equal(hosts.read_text().count(own), 2, "a line for each network")
    both.disconnect("back")
    equal((hosts.read_text().count(own), hosts.stat().st_ino), (1, inode), "one line less, in the same file")


main(scenario, variants=("tap", "veth", "workers"), start=False, only="pontoon",
     networks=[network("front", "172.18.0.0/16"), network("back", "172.19.0.0/16")])
