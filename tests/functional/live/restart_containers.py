#!/usr/bin/env python3
"""A daemon that goes, or is killed, leaves its containers to the next one: those of commands and those of others."""

import signal

from lab import HOST, SERVER, HttpServer, Stream, check, curl, equal, eventually, main, network, ping
from lab.api import RunningContainer, request


def state_of(container):
    return container.do("GET", "/json")[1]["State"]


def scenario(lab):
    own = RunningContainer(lab, "own1", "web", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}})
    own.connect("app")
    foreign = lab.attach("foreign", "web", publish=["8081:80"])
    ending = RunningContainer(lab, "ending", "web")
    for container in (own, foreign):
        HttpServer(container.namespace, 80)
    before = own.do("GET", "/json")[1]

    def goes_on():
        after = own.do("GET", "/json")[1]
        equal(after["NetworkSettings"], before["NetworkSettings"], "own1's networks")
        equal(after["State"], before["State"], "own1's state")
        for name, port in (("own1", 8080), ("foreign", 8081)):
            equal(curl(lab.outside, f"http://{HOST}:{port}/", "--interface", SERVER), f"{name} sees {SERVER}", name)
        ping(own.namespace, foreign.address)

    goes_on()
    stream = Stream(own.namespace, foreign.namespace, foreign.address, 7000)
    stream.goes_on()
    lab.switch.kill()
    ending.process.kill()
    ending.process.wait()
    with open(lab.switch.state / "containers" / ending.id / "exit", "w") as file:
        file.write("7\n")
    lab.switch.start()
    goes_on()
    stream.goes_on()
    state = state_of(ending)
    equal((state["Status"], state["ExitCode"], state["Pid"]), ("exited", 7, 0), "the one that ended meanwhile")
    ending.namespace.ip("link delete eth0")  # this namespace outlives its container, unlike others
    new = RunningContainer(lab, "new1", "web")
    check(new.address not in (own.address, foreign.address), f"{new.address} is somebody's")
    lab.switch.end(signal.SIGTERM)
    lab.switch.start()
    goes_on()
    stream.goes_on()
    stream.end()
    new.process.terminate()  # and nobody reports that
    eventually(lambda: state_of(new)["Status"] == "exited", "the daemon sees that new1 has ended", within=6)
    equal(state_of(new)["ExitCode"], 137, "as one that was killed")
    status, _ = request(lab.switch.socket, "POST", "/containers/own1/stop?t=0")
    equal(status, 204, "stop")
    equal(request(lab.switch.socket, "POST", "/containers/own1/stop", check=False)[0], 304, "stop again")
    equal([one["Names"] for one in request(lab.switch.socket, "GET", "/containers/json")[1]], [["/foreign"]], "who runs")


main(scenario, only="pontoon", timeout=90, networks=[network("web", "172.18.0.0/16"), network("app", "172.19.0.0/16")])
