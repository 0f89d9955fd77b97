#!/usr/bin/env python3
"""Path MTU through the NAT: a link of 1280 bytes far outside; TCP adapts, and ping -M do is told by the right sender."""

from lab import FAR, GATEWAY, HOST, SinkServer, check, equal, main, no_ping, ping, upload


def learned(container):
    route = container.namespace.ip(f"route get {FAR}").stdout
    return route[route.index("cache"):].removeprefix("cache").strip()


def scenario(lab):
    far = lab.world.far(1280)
    a = lab.attach("a", publish=["99:9"])
    ping(a.namespace, FAR)
    text = no_ping(a.namespace, FAR, "-M", "do", "-s", "1400")
    check(GATEWAY in text and "mtu = 1280" in text, f"the router's error reaches the container: {text}")
    a.namespace.ip("route flush cache")
    equal(learned(a), "", "nothing is learned yet")
    SinkServer(far, 9)
    upload(a.namespace, FAR, 9, 4 << 20)
    SinkServer(a.namespace, 9)
    upload(far, HOST, 99, 1 << 20)
    check("mtu 1280" in learned(a), "the container's TCP learned the path's MTU")


main(scenario, variants=("tap", "veth", "xdp"))
