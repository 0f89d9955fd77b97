"""The daemon's HTTP API as a client on its Unix socket sees it."""

import http.client
import json
import os
import socket

from .namespaces import Failure, eventually


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def request(path, method, target, body=None, check=True):
    """(status, what the answer says)"""
    connection = Connection(path)
    try:
        words = {"body": json.dumps(body), "headers": {"Content-Type": "application/json"}} if body is not None else {}
        connection.request(method, target, **words)
        response = connection.getresponse()
        data = response.read()
    finally:
        connection.close()
    answer = json.loads(data) if data else None
    if check and response.status >= 300:
        raise Failure(f"{method} {target}: {response.status} {answer}")
    return response.status, answer


class RunningContainer:
    """A container by the API whose only process sleeps in a namespace of the lab, with all its network."""

    def __init__(self, lab, name, network, settings=None, **body):
        self.lab, self.name, self.socket = lab, name, lab.switch.socket
        self.namespace = lab.prepare(name).namespace
        self.process = self.namespace.spawn("sleep", "300")
        own = os.stat(self.namespace.path).st_ino
        eventually(lambda: os.stat(f"/proc/{self.process.pid}/ns/net").st_ino == own, f"{name} is in its namespace")
        host = {"NetworkMode": network, **body.pop("HostConfig", {})}
        endpoints = {"EndpointsConfig": {network: settings or {}}}
        self.id = request(self.socket, "POST", f"/containers/create?name={name}",
                          {"Cmd": ["sleep"], "HostConfig": host, "NetworkingConfig": endpoints, **body})[1]["Id"]
        self.files = request(self.socket, "POST", f"/pontoon/v1/containers/{self.id}/start",
                             {"pid": self.process.pid})[1]
        lab.containers[name].address = self.address = self.namespace.address()

    def do(self, method, what, body=None, check=True):
        return request(self.socket, method, f"/containers/{self.id}{what}", body, check)

    def connect(self, network, **settings):
        request(self.socket, "POST", f"/networks/{network}/connect", {"Container": self.id, "EndpointConfig": settings})

    def disconnect(self, network):
        request(self.socket, "POST", f"/networks/{network}/disconnect", {"Container": self.id})

    def exit(self, code=0):
        request(self.socket, "POST", f"/pontoon/v1/containers/{self.id}/exited", {"pid": self.process.pid, "code": code})

    def remove(self):
        """Its interfaces go while its process still is: the namespace is the lab's, and would keep them."""
        if self.do("GET", "/json")[1]["State"]["Running"]:
            self.exit()
        self.do("DELETE", "?force=1")
