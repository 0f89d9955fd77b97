"""A host, its NIC "eth0", the namespace "out" at the NIC's other end, and steer_tool on it."""

import ctypes
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BUILD = os.path.abspath(sys.argv[1])
HOST, OUT = "203.0.113.10", "203.0.113.1"
HOST_MAC, OUT_MAC = "02:00:00:00:00:0a", "02:00:00:00:00:01"
RESERVED = "/proc/sys/net/ipv4/ip_local_reserved_ports"
LIBC = ctypes.CDLL(None, use_errno=True)


def sh(command, check=True):
    return subprocess.run(command, shell=True, check=check, capture_output=True, text=True, timeout=30).stdout


def wait_for(what, condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.01)


def socket_outside(*arguments):
    """A socket of the namespace "out"; it stays there."""
    with open("/proc/thread-self/ns/net") as home, open("/run/netns/out") as out:
        LIBC.setns(out.fileno(), 0)
        try:
            return socket.socket(*arguments)
        finally:
            LIBC.setns(home.fileno(), 0)


def topology(**uplink):
    return {"networks": [{"name": "web", "subnet": "172.18.0.0/16"}],
            "endpoints": [{"name": "w1", "network": "web", "ipv4": "172.18.0.2"}],
            "publish": [{"host_port": "8080", "endpoint": "w1", "port": "80"},
                        {"host_port": "9000", "protocol": "udp", "endpoint": "w1", "port": "9000"}],
            "uplink": {"ipv4": f"{HOST}/24", "gateway": OUT, **uplink}}


class Tool:
    """steer_tool on eth0."""

    def __init__(self, mode="tap", **uplink):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".json")
        self.write(topology(**uplink))
        self.process = subprocess.Popen([f"{BUILD}/tests/functional/steer_tool", "eth0", mode, self.file.name],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        self.ready = self.process.stdout.readline().strip()
        self.error = "" if self.ready else self.process.communicate()[1].strip()

    def write(self, topology):
        self.file.seek(0)
        self.file.truncate()
        json.dump(topology, self.file)
        self.file.flush()

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def follow(self, topology):
        self.write(topology)
        assert self.ask(f"follow {self.file.name}") == "followed"

    def frames(self):
        """(length, gso_type, gso_size) of what came to the TAP device since the last time."""
        return [tuple(map(int, frame.split(":"))) for frame in self.ask("frames").split()[1:]]

    def wait_for_frame(self, length):
        seen = []

        def came():
            seen.extend(self.frames())
            return any(frame[0] == length for frame in seen)
        wait_for(f"a frame of {length} bytes", came)
        return [frame for frame in seen if frame[0] == length]

    def stop(self):
        self.process.terminate()
        return self.wait()

    def kill(self):
        self.process.kill()
        return self.wait()

    def clean_up(self):
        if self.process.poll() is None:
            self.kill()
        self.file.close()

    def wait(self):
        out, self.error = self.process.communicate(timeout=30)
        return self.process.returncode


class EchoServer:
    """The host's own service on TCP port 2222, and a client outside that uses it all the time."""

    def __init__(self):
        self.listener = socket.create_server((HOST, 2222))
        threading.Thread(target=self.serve, daemon=True).start()
        self.client = socket_outside()
        self.client.settimeout(5)
        self.client.connect((HOST, 2222))
        self.rounds, self.failure, self.running = 0, None, True
        self.thread = threading.Thread(target=self.use, daemon=True)
        self.thread.start()

    def serve(self):
        connection, _ = self.listener.accept()
        while data := connection.recv(65536):
            connection.sendall(data)
        connection.close()

    def use(self):
        data = os.urandom(20000)
        try:
            while self.running:
                self.client.sendall(data)
                left = len(data)
                while left:
                    left -= len(self.client.recv(left)) or 1 / 0
                self.rounds += 1
        except Exception as error:
            self.failure = error

    def wait_for_rounds(self, count=20):
        until = self.rounds + count
        wait_for(f"{count} more rounds of the host's service", lambda: self.rounds >= until or self.failure)
        assert self.failure is None, self.failure

    def stop(self):
        self.running = False
        self.thread.join(10)
        self.client.close()
        self.listener.close()
        assert self.failure is None, self.failure


def sum16(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return 0xffff - total


def frame(payload, protocol, destination=HOST, total=None, fragment=0):
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total or 20 + len(payload), 7, fragment, 64, protocol, 0,
                     socket.inet_aton(OUT), socket.inet_aton(destination))
    ip = ip[:10] + struct.pack("!H", sum16(ip)) + ip[12:]
    macs = bytes.fromhex((HOST_MAC + OUT_MAC).replace(":", ""))
    return macs + struct.pack("!H", 0x0800) + ip + payload


def tcp(destination_port, size):
    return struct.pack("!HHIIBBHHH", 40000, destination_port, 1, 1, 0x50, 0x10, 65535, 0, 0) + bytes(size)


def send_raw(data, header=bytes(10)):
    """From outside, a frame with a virtio_net_hdr."""
    raw = socket_outside(socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.setsockopt(263, 15, 1)  # SOL_PACKET, PACKET_VNET_HDR
    raw.bind(("eth0", 0))
    raw.send(header + data)
    raw.close()


class Case(unittest.TestCase):
    def setUp(self):
        sh("ip netns add out; ip link add eth0 type veth peer name eth0 netns out; ethtool -K eth0 gro on")
        sh(f"ip link set eth0 address {HOST_MAC} mtu 9000 up; ip address add {HOST}/24 dev eth0")
        sh(f"ip -n out link set eth0 address {OUT_MAC} mtu 9000 up; ip -n out address add {OUT}/24 dev eth0")
        sh(f"ip neighbor add {OUT} dev eth0 lladdr {OUT_MAC}; ip -n out neighbor add {HOST} dev eth0 lladdr {HOST_MAC}")
        self.before = self.state()
        self.programs = set()

    def tearDown(self):
        try:
            self.assertEqual(self.state(), self.before, "nothing is left")
            for program in self.programs:
                wait_for(f"the end of program {program}", lambda: not sh(f"bpftool prog show id {program}", False))
        finally:
            sh("ip link delete eth0; ip netns delete out")
            with open(RESERVED, "w") as file:
                file.write("\n")

    def state(self):
        with open(RESERVED) as file:
            return [sh("ip -o link show | sed 's/qdisc.*//'"), sh("tc qdisc show"), sh("tc filter show dev eth0 ingress"),
                    sh("tc filter show dev eth0 egress"), file.read()]

    def start(self, mode="tap", **uplink):
        tool = Tool(mode, **uplink)
        self.addCleanup(tool.clean_up)
        self.assertTrue(tool.ready, tool.error)
        for line in sh("bpftool -j net show").splitlines():
            for program in json.loads(line)[0]["tc"]:
                self.programs.add(program["prog_id"] if "prog_id" in program else program["id"])
        return tool

    def serve(self):
        service = EchoServer()
        self.addCleanup(service.stop)
        return service

    def udp_outside(self):
        client = socket_outside(socket.AF_INET, socket.SOCK_DGRAM)
        client.settimeout(5)
        self.addCleanup(client.close)
        return client
