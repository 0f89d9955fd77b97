"""A daemon that keeps containers in memory, with the requests of the real one: for tests of the command alone."""

import http.server
import json
import os
import pathlib
import re
import secrets
import signal
import socketserver
import threading
import time
import urllib.parse


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


class FakeDaemon:
    """`answers` maps "METHOD path" (a regular expression) to a JSON value, in front of what is built in."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "pontoon.sock"
        self.containers, self.requests, self.answers, self.server = {}, [], {}, None
        self.lock = threading.RLock()
        self.start()

    def start(self):
        self.socket.unlink(missing_ok=True)
        self.server = Server(str(self.socket), handler_of(self))
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.socket.unlink(missing_ok=True)

    def find(self, key):
        for one in self.containers.values():
            if key == one["Id"] or key == one["Name"][1:] or (len(key) > 3 and one["Id"].startswith(key)):
                return one
        raise Refusal(404, f"No such container: {key}")

    # ---- what is asked ---------------------------------------------------------------------------------------------

    def answer(self, method, target, body):
        url = urllib.parse.urlsplit(target)
        path, asked = urllib.parse.unquote(url.path), dict(urllib.parse.parse_qsl(url.query))
        with self.lock:
            self.requests.append((method, target, body))
            for pattern, value in self.answers.items():
                if re.fullmatch(pattern, f"{method} {path}"):
                    if isinstance(value, Refusal):
                        raise value
                    return 200, value
            for pattern, work in ROUTES:
                found = re.fullmatch(pattern, f"{method} {path}")
                if found:
                    return work(self, *found.groups(), asked, body)
        raise Refusal(404, "page not found")

    def create(self, asked, body):
        name = asked.get("name") or "quiet_" + secrets.token_hex(3)
        if any(one["Name"] == "/" + name for one in self.containers.values()):
            raise Refusal(409, f'Conflict. The container name "/{name}" is already in use')
        identity = secrets.token_hex(32)
        folder = self.folder / "containers" / identity
        folder.mkdir(parents=True)
        hostname = body["Hostname"] or identity[:12]
        (folder / "hosts").write_text(f"127.0.0.1\tlocalhost\n10.9.8.7\t{hostname}\n")
        (folder / "hostname").write_text(hostname + "\n")
        (folder / "resolv.conf").write_text("nameserver 10.9.8.1\n")
        self.containers[identity] = {
            "Id": identity, "Name": "/" + name, "LogPath": str(folder / "log"),
            "State": {"Status": "created", "Running": False, "Pid": 0, "ExitCode": 0},
            "Config": {"Cmd": body["Cmd"], "Env": body["Env"], "WorkingDir": body["WorkingDir"], "Tty": body["Tty"],
                       "Hostname": hostname},
            "HostConfig": body["HostConfig"], "NetworkSettings": {"Ports": {}, "Networks": {}}}
        return 201, {"Id": identity, "Warnings": []}

    def begin(self, key, _asked, body):
        one = self.find(key)
        one["State"] = {"Status": "running", "Running": True, "Pid": body["pid"], "ExitCode": 0}
        folder = pathlib.Path(one["LogPath"]).parent
        return 200, {"Id": one["Id"], "HostsPath": str(folder / "hosts"), "HostnamePath": str(folder / "hostname"),
                     "ResolvConfPath": str(folder / "resolv.conf"), "LogPath": one["LogPath"],
                     "Hostname": one["Config"]["Hostname"], "Env": ["LINKED=yes"] if body.get("LinkEnv") else []}

    def exited(self, key, _asked, body):
        one = self.find(key)
        if one["State"]["Pid"] == body["pid"]:
            one["State"] = {"Status": "exited", "Running": False, "Pid": 0, "ExitCode": body["code"]}
        return 204, None

    def stop_container(self, key, asked, _body):
        one = self.find(key)
        pid = one["State"]["Pid"]
        if not pid:
            return 304, None
        os.kill(pid, signal.SIGTERM)
        threading.Timer(float(asked.get("t", 1)), lambda: self.kill_if(one, pid)).start()
        return self.until_exited(one)

    def kill_if(self, one, pid):
        if one["State"]["Pid"] == pid:
            os.kill(pid, signal.SIGKILL)

    def until_exited(self, one):
        self.lock.release()
        try:
            for _ in range(500):
                if not one["State"]["Running"]:
                    return 204, None
                time.sleep(0.02)
        finally:
            self.lock.acquire()
        raise Refusal(500, "it does not end")

    def kill_container(self, key, asked, _body):
        one = self.find(key)
        if not one["State"]["Running"]:
            raise Refusal(409, f"cannot kill container: {key}: container {one['Id']} is not running")
        name = asked.get("signal", "KILL").removeprefix("SIG")
        os.kill(one["State"]["Pid"], int(name) if name.isdigit() else getattr(signal, "SIG" + name))
        return 204, None

    def inspect(self, key, _asked, _body):
        return 200, self.find(key)

    def remove(self, key, asked, _body):
        one = self.find(key)
        if one["State"]["Running"]:
            if asked.get("force") != "1":
                raise Refusal(409, f"cannot remove container \"{one['Name']}\": container is running: stop the container "
                                   "before removing or force remove")
            os.kill(one["State"]["Pid"], signal.SIGKILL)
            self.until_exited(one)
        self.containers.pop(one["Id"], None)
        return 204, None


ROUTES = [
    (r"POST /containers/create", FakeDaemon.create),
    (r"POST /pontoon/v1/containers/([^/]+)/start", FakeDaemon.begin),
    (r"POST /pontoon/v1/containers/([^/]+)/exited", FakeDaemon.exited),
    (r"POST /containers/([^/]+)/stop", FakeDaemon.stop_container),
    (r"POST /containers/([^/]+)/kill", FakeDaemon.kill_container),
    (r"GET /containers/([^/]+)/json", FakeDaemon.inspect),
    (r"DELETE /containers/([^/]+)", FakeDaemon.remove),
]


def handler_of(daemon):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def address_string(self):
            return "unix"

        def log_message(self, *_):
            pass

        def handle_one(self):
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            try:
                status, value = daemon.answer(self.command, self.path, body)
            except Refusal as refusal:
                status, value = refusal.status, {"message": str(refusal)}
            data = b"" if value in (None, "") else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Api-Version", "1.50")
            self.send_header("Ostype", "linux")
            self.send_header("Content-Type", "application/json")
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if data and self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_DELETE = do_HEAD = handle_one

    return Handler
