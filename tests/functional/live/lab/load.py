"""Traffic that goes on while something happens, and tells whether it was disturbed."""

import socket
import struct
import threading
import time

from .namespaces import Failure, eventually
from .peers import EchoServer


class Stream:
    """One TCP connection on which blocks go to and fro, as in a session of ssh: each has to come back as it went. With
    `keepalive` the client says something at least once a second."""

    def __init__(self, client, server, address, port, listen=None, keepalive=False):
        self.what = f"{client.name} to {address}:{port}"
        self.server = EchoServer(server, listen or port)
        self.connection = client.connect(address, port)
        if keepalive:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        self.rounds, self.longest_wait, self.broken, self.running = 0, 0.0, None, True
        self.thread = threading.Thread(target=self.talk, daemon=True)
        self.thread.start()

    def talk(self):
        self.connection.settimeout(30)
        try:
            while self.running:
                begin = time.monotonic()
                block = struct.pack("!Q", self.rounds) * 512
                self.connection.sendall(block)
                left = block
                while left:
                    data = self.connection.recv(len(left))
                    if not data or not left.startswith(data):
                        raise OSError("closed" if not data else "other bytes came back")
                    left = left[len(data):]
                self.rounds += 1
                self.longest_wait = max(self.longest_wait, time.monotonic() - begin)
                time.sleep(0.001)  # a load, not a flood: the processors are for who is watched
        except OSError as error:
            self.broken = error

    def goes_on(self, rounds=20, within=15):
        """The same connection makes this many more rounds."""
        goal = self.rounds + rounds
        eventually(lambda: self.broken or self.rounds >= goal, f"{self.what} goes on", within)
        if self.broken:
            raise Failure(f"{self.what}: {self.broken}")

    def end(self):
        self.goes_on()
        self.running = False
        self.thread.join(timeout=30)
        self.connection.close()
        self.server.stop()


class Datagrams:
    """Numbered UDP datagrams at a steady rate; `lost` are those of which the next came."""

    def __init__(self, client, server, address, port=7001, every=0.001):
        self.receiver = server.bound(port, kind=socket.SOCK_DGRAM)
        self.receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.receiver.settimeout(0.3)
        self.sender = client.new_socket(kind=socket.SOCK_DGRAM)
        self.sender.connect((address, port))
        self.every, self.sent, self.received, self.running = every, 0, 0, True
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.send, self.receive)]
        for thread in self.threads:
            thread.start()
        eventually(lambda: self.received, f"UDP to {address}:{port}")

    def send(self):
        while self.running:
            try:
                self.sender.send(struct.pack("!Q", self.sent))
            except OSError:
                return  # nobody is there any more
            self.sent += 1
            time.sleep(self.every)

    def receive(self):
        """Until all came, or none for a while after the last was sent."""
        while self.running or self.received < self.sent:
            try:
                self.receiver.recv(64)
                self.received += 1
            except TimeoutError:
                if not self.running:
                    return
            except OSError:
                return

    def end(self):
        """(sent, lost)"""
        self.running = False
        for thread in self.threads:
            thread.join(timeout=5)
        self.sender.close()
        self.receiver.close()
        return self.sent, self.sent - self.received
