#!/usr/bin/env python3
"""Ports of a running container are published and withdrawn, and its connections go on."""

from lab import HOST, SERVER, HttpServer, Stream, TcpServer, check, curl, equal, main, refuses, seen, tcp_ask
from lab.api import RunningContainer, request


def scenario(lab):
    a = RunningContainer(lab, "a1", "bridge")
    other = RunningContainer(lab, "b1", "bridge", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "8081"}]}})
    HttpServer(a.namespace, 80)
    TcpServer(a.namespace, 90)

    def change(what, *specs, check=True):
        return request(lab.switch.socket, "POST", f"/pontoon/v1/containers/a1/{what}", {"publish": list(specs)}, check)

    check(refuses(lab.outside, HOST, 8080), "8080 is not published yet")
    ports = change("publish", "8080:80", "9000-9010:90-100", "7:7000")[1]
    equal(ports["80/tcp"], [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "the port")
    stream = Stream(lab.outside, a.namespace, HOST, 7, listen=7000)
    equal(curl(lab.outside, f"http://{HOST}:8080/", "--interface", SERVER), f"a1 sees {SERVER}", "the page")
    equal(seen(tcp_ask(lab.outside, HOST, 9000))[0], "a1", "a port of the range")
    for specs in (["8081:81"], ["82:82", "8080:81"]):
        status, answer = change("publish", *specs, check=False)
        equal(status, 500, f"{specs} are taken")
        check(answer["message"].endswith("failed: port is already allocated"), answer["message"])
    check(refuses(lab.outside, HOST, 82), "of a change that is refused nothing stays")
    change("unpublish", "8080:80", "9000-9010:90-100")
    check(refuses(lab.outside, HOST, 8080), "8080 is withdrawn")
    check(refuses(lab.outside, HOST, 9000), "the range is withdrawn")
    stream.goes_on()
    status, answer = change("unpublish", "8080:80", check=False)
    equal((status, answer["message"]), (404, "a1 does not publish 8080:80"), "what is not published")
    change("publish", "8080:80")
    equal(curl(lab.outside, f"http://{HOST}:8080/", "--interface", SERVER), f"a1 sees {SERVER}", "the page again")
    stream.end()
    lab.switch.kill()
    lab.switch.start()
    equal(curl(lab.outside, f"http://{HOST}:8080/", "--interface", SERVER), f"a1 sees {SERVER}", "the page after a kill")
    other.remove()
    change("publish", "8081:80")


main(scenario, only="pontoon", timeout=90)
