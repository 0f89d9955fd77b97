#!/usr/bin/env python3
"""As traceroute asks: each router on the way answers when a packet runs out of hops, through the NAT."""

from lab import FAR, GATEWAY, check, main, no_ping, ping


def scenario(lab):
    lab.world.far(1500)
    a = lab.attach("a")
    gateway = lab.gateway(a)
    for ttl, router in ((1, gateway), (2, GATEWAY)):
        text = no_ping(a.namespace, FAR, "-t", str(ttl))
        check(f"From {router} " in text and "Time to live exceeded" in text, f"with TTL {ttl} {router} answers: {text}")
    ping(a.namespace, FAR, "-t", "3")
    check("ttl=62" in ping(a.namespace, FAR), "two routers on the way back")


main(scenario)
