#!/usr/bin/env python3
"""Processes of the host reach published ports at 127.0.0.1, ::1 and the host's addresses (P-062 to P-064)."""

import socket
import sys

from lab import HOST, HttpServer, UdpServer, check, curl, equal, main

UNCONNECTED = """import socket, sys
made = socket.socket(type=socket.SOCK_DGRAM)
made.settimeout(2)
made.sendto(b"question", (sys.argv[1], 5353))
data, (address, port) = made.recvfrom(4096)
assert port == 5353, port
print(data[:6].decode(), address, end="")
"""


def scenario(lab):
    a = lab.attach("a", publish=["8080:80", "5353:53/udp"])
    HttpServer(a.namespace, 80)
    UdpServer(a.namespace, 53)
    for address in ("127.0.0.1", "[::1]", HOST, lab.gateway(a)):
        page = curl(lab.host, f"http://{address}:8080/")
        check(page in (f"a sees {lab.gateway(a)}", f"a sees {HOST}"), f"at {address}: {page}")
    for address in ("127.0.0.1", HOST):
        connected = f"exec 3<>/dev/udp/{address}/5353; echo -n question >&3; timeout 2 head -c 6 <&3"
        equal(lab.host.run("bash", "-c", connected).stdout, "a sees", f"UDP at {address}")
        equal(lab.host.run(sys.executable, "-c", UNCONNECTED, address).stdout, f"a sees {address}", f"sendto {address}")
    if lab.is_pontoon:
        taken = lab.host.run("socat", "TCP4-LISTEN:8080", "STDIN", check=False)
        check(taken.returncode != 0 and "Address already in use" in taken.stderr, f"bind to 8080: {taken.stderr}")
        with lab.host.bound(8090) as held:
            check(held.type == socket.SOCK_STREAM, "held")
            result = lab.switch.command("attach", "--network", "bridge", "--name", "late", "--netns", a.namespace.path,
                                        "-p", "8090:80", check=False)
            check(result.returncode != 0 and "8090" in result.stderr, f"a port in use: {result.stderr}")


main(scenario, cgroup=True, loopback6=True)
