#!/usr/bin/env python3
"""A running container comes into networks and goes out of them: interfaces come and go, and what goes on goes on."""

from lab import Stream, check, equal, eventually, main, network, no_ping, ping
from lab.api import RunningContainer


def devices(container, wanted, what):
    """In time: where many namespaces come and go, the kernel needs some to remove a device."""
    eventually(lambda: sorted(link["ifname"] for link in container.namespace.ip_json("link show")) == wanted,
               f"{what}: {wanted}")


def scenario(lab):
    a, b, c = (RunningContainer(lab, name, net) for name, net in (("a1", "web"), ("b1", "web"), ("c1", "app")))
    stream = Stream(a.namespace, b.namespace, b.address, 7000)
    stream.goes_on()
    no_ping(a.namespace, c.address)
    a.connect("app", IPAMConfig={"IPv4Address": "172.19.0.77"}, DriverOpts={
        "com.docker.network.endpoint.sysctls": "net.ipv4.conf.IFNAME.log_martians=1"})
    devices(a, ["eth0", "eth1", "lo"], "a's devices")
    equal(a.namespace.address("eth1"), "172.19.0.77", "a's second address")
    equal(a.namespace.run("cat", "/proc/sys/net/ipv4/conf/eth1/log_martians").stdout.strip(), "1", "the sysctl")
    ping(a.namespace, c.address)
    ping(c.namespace, "172.19.0.77")
    no_ping(c.namespace, b.address)  # a does not route between its networks
    stream.goes_on()
    for _ in range(5):
        a.disconnect("app")
        devices(a, ["eth0", "lo"], "a's devices without app")
        no_ping(a.namespace, c.address)
        a.connect("app", DriverOpts={"com.docker.network.endpoint.ifname": "app0"})
        devices(a, ["app0", "eth0", "lo"], "a's devices with a name of their own")
        ping(a.namespace, c.address)
    stream.goes_on()
    stream.end()
    a.disconnect("web")
    a.disconnect("app")
    devices(a, ["lo"], "a's devices without networks")
    equal(a.do("GET", "/json")[1]["State"]["Running"], True, "a runs")
    a.connect("web")
    ping(a.namespace, b.address)
    status, answer = a.do("POST", "/stop?t=1", check=False)
    check(status == 204, f"stop: {status} {answer}")


main(scenario, only="pontoon", variants=("tap", "veth"),
     networks=[network("web", "172.18.0.0/16"), network("app", "172.19.0.0/16")])
