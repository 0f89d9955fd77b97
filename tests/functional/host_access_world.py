"""A host, a container and an outside, as processes of their own: for host_access.

The host is the namespace that the test runs in. A process that asks something of it is forked into a cgroup, which the
programs are on; so is one that asks from another namespace."""

import ctypes
import os
import pickle
import select
import socket
import subprocess
import traceback

LIBC = ctypes.CDLL(None, use_errno=True)
CONTAINER, GATEWAY, OWN, OTHER = "172.17.0.2", "172.17.0.1", "203.0.113.10", "203.0.113.11"
SERVED = [80, 81, 82, 83, 84, 1000]  # by the container, TCP and UDP


def sh(command):
    return subprocess.run(command, shell=True, check=True, capture_output=True, text=True, timeout=30).stdout


def enter(namespace):
    with open(f"/run/netns/{namespace}", encoding="ascii") as file:
        if LIBC.setns(file.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")


def in_child(work, cgroup=None, namespace=None):
    """What `work` returns or raises, in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if cgroup:
                with open(f"{cgroup}/cgroup.procs", "w", encoding="ascii") as procs:
                    procs.write(str(os.getpid()))
            if namespace:
                enter(namespace)
            result = (True, work())
        except OSError as error:
            result = (False, error)
        except BaseException:
            result = (False, AssertionError(traceback.format_exc()))
        os.write(writer, pickle.dumps(result))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        good, value = pickle.loads(file.read())
    os.waitpid(child, 0)
    if not good:
        raise value
    return value


def serve():
    """Answers what it got with the port it was for, whom it came from, and the bytes; TCP when the client has said
    all."""
    poll = select.epoll()
    sockets = {}
    for port in SERVED:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            one = socket.socket(socket.AF_INET, kind)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((CONTAINER, port))
            if kind == socket.SOCK_STREAM:
                one.listen(64)
            sockets[one.fileno()] = (one, kind, port)
            poll.register(one, select.EPOLLIN)
    while True:
        for fd, _ in poll.poll():
            one, kind, port = sockets[fd]
            if kind == socket.SOCK_DGRAM:
                data, peer = one.recvfrom(65536)
                one.sendto(f"{port} {peer[0]} ".encode() + data, peer)
                continue
            connection, peer = one.accept()
            data = b""
            while part := connection.recv(1 << 20):
                data += part
                if data == b"stay\n":
                    connection.sendall(b"staying")
            connection.sendall(f"{port} {peer[0]} ".encode() + data)
            connection.close()


class World:
    def __init__(self):
        sh("ip netns add c1; ip link set lo up; ip -n c1 link set lo up; "
           "ip link add docker0 type veth peer name eth0 netns c1; "
           f"ip address add {GATEWAY}/16 dev docker0; ip link set docker0 up; "
           f"ip -n c1 address add {CONTAINER}/16 dev eth0; ip -n c1 link set eth0 up; "
           f"ip -n c1 route add default via {GATEWAY}; "
           f"ip address add {OWN}/32 dev docker0; ip address add {OTHER}/32 dev docker0")
        self.server = os.fork()
        if not self.server:
            enter("c1")
            serve()
        os.makedirs("/run/netns/cgroup2", exist_ok=True)  # inside of our own mount namespace
        sh("mountpoint -q /run/netns/cgroup2 || mount -t cgroup2 none /run/netns/cgroup2")
        self.cgroup = f"/run/netns/cgroup2/pontoon-test-{os.getpid()}"
        self.outside = self.cgroup + "-outside"
        os.mkdir(self.cgroup)
        os.mkdir(self.outside)
        while subprocess.run(["nsenter", "--net=/run/netns/c1", "bash", "-c", f": </dev/tcp/{CONTAINER}/{SERVED[-1]}"],
                             capture_output=True, check=False).returncode:
            pass

    def end(self):
        os.kill(self.server, 9)
        os.waitpid(self.server, 0)
        os.rmdir(self.cgroup)
        os.rmdir(self.outside)
        sh("umount /run/netns/cgroup2; rmdir /run/netns/cgroup2; ip netns delete c1; "
           "ip link delete docker0 2>/dev/null || true")


class Holder:
    """The program that has a HostAccess, and what it is to publish."""

    def __init__(self, build, cgroup):
        self.process = subprocess.Popen([f"{build}/tests/functional/host_access_holder", cgroup], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready = self.process.stdout.readline().strip()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def publish(self, *rules):
        """Each "HOST_IP PROTOCOL FIRST LAST CONTAINER_PORT"; what the holder says to it."""
        self.ask("clear")
        self.ask(f"gateway {GATEWAY}")
        self.ask(f"address {OWN}")
        self.ask(f"address {OTHER}")
        for rule in rules:
            *host, port = rule.split()
            self.ask(f"publish {' '.join(host)} {CONTAINER} {port}")
        return self.ask("follow")

    def end(self):
        """Its exit status; then `log` is what it had to say besides."""
        _, self.log = self.process.communicate(timeout=30)
        return self.process.returncode
