"""Questions for names: asked by `dig` and by hand, and name servers of the outside."""

import contextlib
import os
import pathlib
import socket
import struct
import subprocess
import threading

from .namespaces import Failure
from .pontoon import Skip

NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME, REFUSED = "NOERROR", "SERVFAIL", "NXDOMAIN", "REFUSED"


class Answer:
    """What `dig` prints: the code, the flags, and the data of the answers in their order."""

    def __init__(self, text):
        lines = text.splitlines()
        self.text = text
        self.code = next((line.split("status: ")[1].split(",")[0] for line in lines if "status: " in line), "")
        self.flags = next((line.split("flags: ")[1].split(";")[0].split() for line in lines if ";; flags: " in line), [])
        self.records = [line.split(None, 4) for line in lines if line and not line.startswith(";")]
        self.data = [record[4] for record in self.records]


def dig(namespace, server, name, kind="A", *words, check=True):
    command = ["dig", f"@{server}", "-q", name, "-t", kind, "+tries=1", "+timeout=6", "+nocookie", *words]
    try:
        result = namespace.run(*command, check=False)
    except FileNotFoundError as error:
        raise Skip("there is no dig") from error
    if result.returncode == 127:
        raise Skip("there is no dig")
    if check and result.returncode != 0:
        raise Failure(f"{namespace.name}: {' '.join(command)}: {result.stdout}{result.stderr}")
    return Answer(result.stdout)


def question(name, number=1, kind=1):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def reply(query, code=0, address=None):
    """An answer to `query`, with one A record where there is an address; its additional records go."""
    end = query.index(b"\0", 12) + 5
    answers = 1 if address else 0
    message = query[:2] + struct.pack("!5H", 0x8180 | code, 1, answers, 0, 0) + query[12:end]
    if address:
        message += struct.pack("!HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(address)
    return message


def name_in(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels)


class NameServer:
    """Answers on port 53 with all that `behave(query, stream)` gives, by UDP and TCP; `asked` are (name, stream, from)."""

    def __init__(self, namespace, address, behave):
        self.behave, self.asked = behave, []
        self.udp = namespace.bound(53, address, socket.SOCK_DGRAM)
        self.tcp = namespace.bound(53, address)
        for work in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    def serve_udp(self):
        with contextlib.suppress(OSError):
            while True:
                query, peer = self.udp.recvfrom(65535)
                self.asked.append((name_in(query), False, peer[0]))
                for message in self.behave(query, False):
                    self.udp.sendto(message, peer)

    def serve_tcp(self):
        with contextlib.suppress(OSError):
            while True:
                connection, peer = self.tcp.accept()
                with connection, contextlib.suppress(OSError, struct.error):
                    connection.settimeout(5)
                    size, = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
                    query = connection.recv(size, socket.MSG_WAITALL)
                    self.asked.append((name_in(query), True, peer[0]))
                    for message in self.behave(query, True):
                        connection.sendall(struct.pack("!H", len(message)) + message)


@contextlib.contextmanager
def host_resolv_conf(folder, text):
    """The host's /etc/resolv.conf is another file meanwhile, which is given."""
    file, place = pathlib.Path(folder, "host.resolv.conf"), os.path.realpath("/etc/resolv.conf")
    file.write_text(text)
    subprocess.run(["mount", "--bind", str(file), place], check=True, timeout=20)
    try:
        yield file
    finally:
        subprocess.run(["umount", place], check=True, timeout=20)
