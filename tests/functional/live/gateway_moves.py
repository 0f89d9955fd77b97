#!/usr/bin/env python3
"""The default route and published ports follow the gateway endpoint of a running container, at each connect."""

from lab import HOST, SERVER, HttpServer, check, curl, equal, main, network, ping, refuses
from lab.api import RunningContainer


def scenario(lab):
    a = RunningContainer(lab, "a1", "web", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}})
    HttpServer(a.namespace, 80)

    def published():
        equal(curl(lab.outside, f"http://{HOST}:8080/", "--interface", SERVER), f"a1 sees {SERVER}", "the page")
        ping(a.namespace, SERVER)

    def gateway():
        return [route["gateway"] for route in a.namespace.ip_json("-4 route show default")]

    equal(gateway(), ["172.18.0.1"], "the gateway of one network")
    published()
    a.connect("app")  # before web by name
    equal(gateway(), ["172.19.0.1"], "the gateway of the first by name")
    published()
    a.connect("inner", GwPriority=9)
    equal(gateway(), ["172.19.0.1"], "no gateway in an internal network")
    published()
    a.connect("zoo", GwPriority=1)
    equal(gateway(), ["172.21.0.1"], "the gateway of the highest priority")
    published()
    for left, then in (("zoo", ["172.19.0.1"]), ("app", ["172.18.0.1"]), ("web", [])):
        a.disconnect(left)
        equal(gateway(), then, f"the gateway without {left}")
        if then:
            published()
    check(refuses(lab.outside, HOST, 8080), "nothing is published in an internal network")
    a.connect("web")
    published()


main(scenario, only="pontoon",
     networks=[network("web", "172.18.0.0/16"), network("app", "172.19.0.0/16"),
               network("inner", "172.20.0.0/16", internal=True), network("zoo", "172.21.0.0/16")])
