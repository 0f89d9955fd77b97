#!/usr/bin/env python3
"""Names of the outside: servers that are slow, refuse or lie, TCP, EDNS, internal networks, a container's own server;
hostile packets while answers go on."""

import pathlib
import random
import socket
import time

from lab import OTHER_SERVER, SERVER, check, equal, eventually, main, network
from lab.api import RunningContainer
from lab.names import (NO_ERROR, NO_SUCH_NAME, SERVER_FAILURE, NameServer, dig, host_resolv_conf, name_in, question,
                       reply)

WEB, FRONT, INSIDE = "192.0.2.80", "172.18.0.1", "172.20.0.1"


def answers(query, stream):
    """`missing...` is not there; `spoofed...` comes after lies; the rest is WEB."""
    name = name_in(query)
    if name.startswith("missing"):
        return [reply(query, 3)]
    good = reply(query, 0, WEB)
    if name.startswith("spoofed") and not stream:
        number = int.from_bytes(query[:2], "big")
        other = (number ^ 1).to_bytes(2, "big")
        return [other + reply(query, 0, "6.6.6.6")[2:], query[:2] + reply(question("other.org"), 0, "6.6.6.6")[2:], b"",
                query, good]
    return [good]


def scenario(lab):
    with host_resolv_conf(lab.folder, f"nameserver {SERVER}\nnameserver {OTHER_SERVER}\n") as file:
        lab.switch.start()
        first = NameServer(lab.outside, SERVER, lambda query, _: [reply(query, 5)])
        second = NameServer(lab.outside, OTHER_SERVER, answers)
        one = RunningContainer(lab, "one", "front")
        forwarding(one, first, second)
        file.write_text(f"nameserver {OTHER_SERVER}\noptions ndots:1\n")
        time.sleep(1.2)  # the daemon looks at most once a second
        equal(dig(one.namespace, FRONT, "example.com").data, [WEB], "after a change of the host's file")
        equal(len(first.asked), 4, "who is no longer in it is not asked")
        answer = dig(one.namespace, FRONT, "single")
        equal((answer.code, answer.data), (NO_ERROR, []), "a single label, with ndots")
        internal(lab)
        in_and_out(lab, second)
        hostile(lab, one)
        one.remove()


def forwarding(one, first, second):
    equal(dig(one.namespace, FRONT, "example.com").data, [WEB], "the second answers where the first refuses")
    equal([asked[:2] for asked in first.asked + second.asked], [("example.com", False)] * 2, "asked by UDP")
    equal(dig(one.namespace, FRONT, "example.com", "A", "+tcp").data, [WEB], "by TCP")
    equal((first.asked[-1][1], second.asked[-1][1]), (True, True), "asked by TCP")
    equal(dig(one.namespace, FRONT, "missing.com").code, NO_SUCH_NAME, "NXDOMAIN as it is")
    equal(dig(one.namespace, FRONT, "spoofed.com").data, [WEB], "lies are no answers")


def internal(lab):
    """No way out: no names of the outside but by a server of one's own inside."""
    hidden = RunningContainer(lab, "hidden", "inside")
    equal(dig(hidden.namespace, INSIDE, "example.com").code, SERVER_FAILURE, "inside, outside names")
    equal(dig(hidden.namespace, INSIDE, "hidden").data, [hidden.address], "inside, own names")
    server = RunningContainer(lab, "server", "inside")
    asked = NameServer(server.namespace, server.address, lambda query, _: [reply(query, 0, "10.1.2.3")]).asked
    own = RunningContainer(lab, "own", "inside", HostConfig={"Dns": [server.address]})
    equal(dig(own.namespace, INSIDE, "example.com").data, ["10.1.2.3"], "by a server in the network")
    equal(asked, [("example.com", False, own.address)], "who asked it")
    for container in (hidden, server, own):
        container.remove()


def in_and_out(lab, server):
    """T-67 TestInternalNetworkDNS: names of the outside come and go with the way out, and the file says who to ask."""
    one = RunningContainer(lab, "mover", "front")

    def ask():
        lines = pathlib.Path(one.files["ResolvConfPath"]).read_text().splitlines()
        asked = next(line.split()[1] for line in lines if line.startswith("nameserver"))
        return dig(one.namespace, asked, "example.com")
    equal(ask().data, [WEB], "with a way out")
    one.connect("inside")
    equal(ask().data, [WEB], "with both")
    one.disconnect("front")
    before = len(server.asked)
    equal((ask().code, len(server.asked)), (SERVER_FAILURE, before), "without a way out")
    one.connect("front")
    equal(ask().data, [WEB], "with a way out again")
    one.remove()


def hostile(lab, one):
    noise, source = one.namespace.new_socket(kind=socket.SOCK_DGRAM), random.Random(5)
    noise.connect((FRONT, 53))
    good = question("one.front")
    for number in range(3000):
        message = bytearray(good if number % 2 else source.randbytes(source.randrange(1, 1400)))
        for _ in range(3):
            message[source.randrange(len(message))] = source.randrange(256)
        noise.send(bytes(message[:source.randrange(len(message) + 1)]))
        if number % 500 == 0:
            equal(dig(one.namespace, FRONT, "one").data, [one.address], "answers go on")
    silent = [one.namespace.connect(FRONT, 53) for _ in range(40)]  # more than one may have
    equal(dig(one.namespace, FRONT, "one").data, [one.address], "answers go on beside silent connections")
    for connection in silent:
        connection.close()
    eventually(lambda: dig(one.namespace, FRONT, "one", "A", "+tcp", check=False).data == [one.address], "TCP again")
    check(lab.switch.runs(), "the daemon runs")


main(scenario, start=False, only="pontoon",
     networks=[network("front", "172.18.0.0/16"), network("inside", "172.20.0.0/16", internal=True)])
