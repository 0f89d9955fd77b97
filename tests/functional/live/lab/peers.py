"""Those who talk: servers as threads on sockets of a namespace, which are ready when they are made, and their clients."""

import hashlib
import http.server
import json
import os
import re
import socket
import struct
import threading

from .namespaces import Failure

BLOCK = os.urandom(1 << 20)
IP_PKTINFO = 8


class Server:
    """Answers on one socket until it is stopped; `peers` are the addresses and ports it saw, in their order."""

    def __init__(self, namespace, port, address="0.0.0.0", kind=socket.SOCK_STREAM, name=None):
        self.name, self.port, self.peers = name or namespace.name, port, []
        self.socket = namespace.bound(port, address, kind)
        threading.Thread(target=self.serve, daemon=True).start()

    def stop(self):
        if self.socket.type == socket.SOCK_STREAM:
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def greeting(self, peer):
        return f"{self.name} sees {peer[0]}:{peer[1]}".encode()


class TcpServer(Server):
    """Greets, and closes when the client has."""

    def serve(self):
        while True:
            try:
                connection, peer = self.socket.accept()
            except OSError:
                return
            self.peers.append(peer[:2])
            threading.Thread(target=self.guarded, args=(connection, peer), daemon=True).start()

    def guarded(self, connection, peer):
        with connection:
            try:
                self.talk(connection, peer)
            except OSError:
                pass  # the client tells what it missed

    def talk(self, connection, peer):
        connection.sendall(self.greeting(peer))
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


class EchoServer(TcpServer):
    """Sends back what comes."""

    def talk(self, connection, peer):
        while data := connection.recv(1 << 16):
            connection.sendall(data)


class SinkServer(TcpServer):
    """Takes all there is and answers with its length and SHA-256."""

    def talk(self, connection, peer):
        digest, size = hashlib.sha256(), 0
        while data := connection.recv(1 << 18):
            digest.update(data)
            size += len(data)
        connection.sendall(f"{size} {digest.hexdigest()}".encode())


class UdpServer(Server):
    """Answers each datagram with a greeting, its length and its SHA-256."""

    def __init__(self, namespace, port, address="0.0.0.0", name=None):
        super().__init__(namespace, port, address, socket.SOCK_DGRAM, name)

    def serve(self):
        self.socket.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)  # to answer from the address that was asked
        while True:
            try:
                data, (asked, *_), _, peer = self.socket.recvmsg(65536, 64)
                self.peers.append(peer[:2])
                answer = self.greeting(peer) + f" {len(data)} {hashlib.sha256(data).hexdigest()}".encode()
                source = struct.pack("=i4s4s", 0, asked[2][4:8], bytes(4))
                self.socket.sendmsg([answer], [(socket.IPPROTO_IP, IP_PKTINFO, source)], 0, peer)
            except OSError:
                return


class HttpServer(http.server.ThreadingHTTPServer):
    """A real one, for curl; its page is `NAME sees ADDRESS`."""

    daemon_threads = True

    def __init__(self, namespace, port, name=None):
        super().__init__(("0.0.0.0", port), Page, bind_and_activate=False)
        self.socket.close()
        self.socket = namespace.bound(port)
        self.name, self.peers = name or namespace.name, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.peers.append(self.client_address[:2])
        body = f"{self.server.name} sees {self.client_address[0]}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def tcp_ask(namespace, address, port, source=None, timeout=5):
    """What a TcpServer says."""
    with namespace.connect(address, port, source, timeout) as connection:
        text = b""
        while data := connection.recv(4096):
            text += data
        return text.decode()


def udp_ask(namespace, address, port, data=b"question", source=None, timeout=5):
    """What a UdpServer answers, which has to come from where it was asked."""
    with namespace.new_socket(kind=socket.SOCK_DGRAM) as made:
        made.settimeout(timeout)
        if source:
            made.bind((source, 0))
        made.connect((address, port))
        made.send(data)
        try:
            text = made.recv(4096).decode()
        except OSError as error:
            raise Failure(f"{namespace.name}: UDP to {address}:{port}: {error}") from error
    if f" {len(data)} {hashlib.sha256(data).hexdigest()}" not in text:
        raise Failure(f"{namespace.name}: {len(data)} bytes of UDP to {address}:{port} arrived as '{text}'")
    return text


def upload(namespace, address, port, size=1 << 20, timeout=30):
    """Sends `size` bytes to a SinkServer, which has to have received just these."""
    digest, left = hashlib.sha256(), size
    with namespace.connect(address, port, timeout=timeout) as connection:
        while left:
            part = BLOCK[:min(left, len(BLOCK))]
            connection.sendall(part)
            digest.update(part)
            left -= len(part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while data := connection.recv(4096):
            answer += data
    if answer.decode() != f"{size} {digest.hexdigest()}":
        raise Failure(f"{namespace.name}: {size} bytes to {address}:{port} arrived as '{answer.decode()}'")


def refuses(namespace, address, port, kind=socket.SOCK_STREAM, timeout=1):
    """Nobody answers there: neither within `timeout` nor, for TCP, with a connection."""
    with namespace.new_socket(kind=kind) as made:
        made.settimeout(timeout)
        try:
            made.connect((address, port))
            if kind == socket.SOCK_DGRAM:
                made.send(b"question")
                made.recv(4096)
        except OSError:
            return True
        return False


def ping(namespace, address, *words, count=3):
    """The output of ping; fails unless all `count` were answered."""
    return namespace.run("ping", "-n", "-c", count, "-i", "0.02", "-W", "2", *words, address).stdout


def no_ping(namespace, address, *words):
    """Nothing answers; the output of ping."""
    result = namespace.run("ping", "-n", "-c", "1", "-W", "1", *words, address, check=False)
    if result.returncode == 0:
        raise Failure(f"{namespace.name}: {address} answers ping:\n{result.stdout}")
    return result.stdout


def seen(text):
    """The (name, address, port) of a greeting."""
    match = re.match(r"(\S+) sees ([\d.]+):(\d+)", text)
    if not match:
        raise Failure(f"not a greeting: '{text}'")
    return match[1], match[2], int(match[3])


def curl(namespace, url, *words):
    """A page by curl, without the line's end."""
    return namespace.run("curl", "-sS", "--max-time", "5", *words, url).stdout.strip()


def iperf3(client, address, server, seconds=2, *words):
    """Bits a second that the server received from `client` by TCP."""
    server.spawn("iperf3", "-s", "-1", "--forceflush", ready="listening")
    result = client.run("iperf3", "-c", address, "-t", seconds, "-C", "cubic", "-J", *words, timeout=seconds + 20)
    return json.loads(result.stdout)["end"]["sum_received"]["bits_per_second"]
