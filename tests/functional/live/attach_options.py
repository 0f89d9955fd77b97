#!/usr/bin/env python3
"""What an attached container has: the address and MAC asked for, the gateway, the network's MTU; what `ls` says of it."""

from lab import TcpServer, check, equal, main, network, ping, seen, tcp_ask


def scenario(lab):
    a = lab.attach("a", "web", ip="172.18.0.77", mac="02:00:5e:10:00:01")
    b, c = lab.attach("b", "web"), lab.attach("c")
    link = a.namespace.ip_json("link show dev eth0")[0]
    equal((a.address, link["address"], link["mtu"]), ("172.18.0.77", "02:00:5e:10:00:01", 9000), "a's eth0")
    equal(lab.gateway(a), "172.18.0.1", "a's gateway")
    check(b.address.startswith("172.18.0.") and b.address not in ("172.18.0.1", a.address), f"b's address {b.address}")
    equal(b.namespace.ip_json("link show dev eth0")[0]["address"],
          "02:42:" + ":".join(f"{int(part):02x}" for part in b.address.split(".")), "b's MAC")
    equal(c.address, "172.17.0.2", "the first address of the default network")
    ping(b.namespace, a.address, "-s", "8972", "-M", "do")
    if lab.is_pontoon:
        listed = lab.switch.command("ls").stdout
        for text in ("a", "172.18.0.77", "web", c.address, "bridge"):
            check(text in listed.split(), f"ls says {text}:\n{listed}")
    lab.detach(a)
    replacement = lab.attach("d", "web", ip="172.18.0.77")
    TcpServer(replacement.namespace, 80)
    equal(seen(tcp_ask(b.namespace, "172.18.0.77", 80))[0], "d", "who has the address now")


main(scenario, networks=[network("web", "172.18.0.0/16", mtu=9000)])
