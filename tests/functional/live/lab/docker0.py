"""The docker0 clone: kernel bridge, veth and the iptables rules that Docker 28 writes; the reference that proves a
scenario right (docker-behaviours 5.6, 6) and what speed is compared with.

`userland_proxy` false has Docker's rules for hairpin and 127.0.0.1; of the proxies only the one for ::1 is played, by
socat, where `loopback6` asks for it."""

import ipaddress
import re
import socket
import struct
import subprocess

from .namespaces import Failure, cable


class Docker0:
    kind = "docker0"

    def __init__(self, world, networks, call_iptables=True, userland_proxy=False, loopback6=False, **_):
        self.world, self.host = world, world.host
        self.networks = {"bridge": {"subnet": "172.17.0.0/16"}, **{network["name"]: network for network in networks}}
        self.call_iptables, self.proxy, self.loopback6 = call_iptables, userland_proxy, loopback6
        self.ports = {}

    def start(self):
        self.ports = {}
        self.host.sysctl("net.ipv4.ip_forward", 1)
        for family in ("iptables", "ip6tables"):
            self.host.sysctl(f"net.bridge.bridge-nf-call-{family}", int(self.call_iptables))
        chains = ["DOCKER", "DOCKER-USER", "DOCKER-FORWARD", "DOCKER-CT", "DOCKER-INTERNAL", "DOCKER-BRIDGE"]
        self.rules(["-t nat -N DOCKER", "-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
                    "-t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER" + " ! -d 127.0.0.0/8" * self.proxy,
                    "-P FORWARD DROP", *(f"-N {chain}" for chain in chains), "-A FORWARD -j DOCKER-USER",
                    "-A FORWARD -j DOCKER-FORWARD",
                    *(f"-A DOCKER-FORWARD -j {chain}" for chain in ("DOCKER-CT", "DOCKER-INTERNAL", "DOCKER-BRIDGE"))])
        for name, network in self.networks.items():
            self.add_network(name, network)

    def rules(self, rules):
        self.host.run("sh", "-ec", "\n".join(f"iptables {rule}" for rule in rules))

    def add_network(self, name, network):
        subnet = ipaddress.ip_network(network["subnet"])
        addresses = subnet.hosts()
        network.update(device="docker0" if name == "bridge" else f"br-{name}", addresses=addresses,
                       gateway=str(next(addresses)), prefix=subnet.prefixlen, taken=set())
        device, mtu = network["device"], network.get("mtu", 1500)
        self.host.ip(f"link add {device} type bridge")
        self.host.ip(f"link set {device} address {docker_mac(network['gateway'])} mtu {mtu} up")
        self.host.ip(f"address add {network['gateway']}/{subnet.prefixlen} dev {device}")
        if not self.proxy:
            self.host.sysctl(f"net.ipv4.conf.{device}.route_localnet", 1)
        local = f"-t nat -A POSTROUTING -o {device} -m addrtype --src-type LOCAL -j MASQUERADE"
        icc = f"-A DOCKER-FORWARD -i {device} -o {device} -j DROP"
        self.rules([f"-t nat -A POSTROUTING -s {subnet} ! -o {device} -j MASQUERADE",
                    *([] if self.proxy else [local]), *([] if network.get("icc", True) else [icc]),
                    f"-A DOCKER-CT -o {device} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                    f"-A DOCKER-BRIDGE -o {device} -j DOCKER",
                    f"-A DOCKER ! -i {device} -o {device} -j DROP",
                    f"-A DOCKER-FORWARD -i {device} -j ACCEPT"])

    def attach(self, container, network, publish=(), ip=None, mac=None):
        about = self.networks[network]
        address = ip or next(str(a) for a in about["addresses"] if str(a) not in about["taken"])
        about["taken"].add(address)
        namespace, port = container.namespace, f"v{container.name}"[:15]
        cable(self.host, port, namespace, "eth0")
        namespace.ip(f"link set eth0 address {mac or docker_mac(address)} mtu {about.get('mtu', 1500)}")
        self.host.ip(f"link set {port} mtu {about.get('mtu', 1500)} master {about['device']}")
        if not self.proxy:
            self.host.run("bridge", "link", "set", "dev", port, "hairpin", "on")
        namespace.ip(f"address add {address}/{about['prefix']} dev eth0")
        namespace.ip(f"route add default via {about['gateway']}")
        advertise(namespace, address)
        rules = [f"t raw -A PREROUTING -d {address} ! -i {about['device']} -j DROP"]
        rules += [rule for spec in publish for rule in self.publish(spec, address, about["device"])]
        self.rules([f"-{rule}" for rule in rules])
        self.ports[container.name] = (port, rules)

    def publish(self, spec, address, device):
        for host_ip, host, port, protocol in parse_publish(spec):
            to = f"-d {host_ip} " if host_ip else ""
            own = f"! -i {device} " if self.proxy else ""
            yield f"t nat -A DOCKER {own}{to}-p {protocol} --dport {host} -j DNAT --to-destination {address}:{port}"
            yield f"t nat -A POSTROUTING -s {address} -d {address} -p {protocol} --dport {port} -j MASQUERADE"
            yield f"I DOCKER -d {address} ! -i {device} -o {device} -p {protocol} --dport {port} -j ACCEPT"
            if self.loopback6 and protocol == "tcp":
                self.host.spawn("socat", "-d", "-d", f"TCP6-LISTEN:{host},bind=[::1],fork,reuseaddr",
                                f"TCP4:{address}:{port}", ready="listening")

    def detach(self, container):
        port, rules = self.ports.pop(container.name)
        self.rules([re.sub("-[AI] ", "-D ", f"-{rule}", count=1) for rule in rules])
        self.host.ip(f"link delete {port}")

    # What a daemon does, and the kernel does not need: the clone lives on.
    def kill(self):
        pass

    def restart(self, **_):
        pass

    def runs(self):
        return True

    def assert_conserved(self):
        pass

    def stats(self):
        return None

    def report(self):
        return subprocess.run(self.host.command("iptables-save", "-c"), capture_output=True, text=True).stdout

    def stop(self):
        for port, _ in self.ports.values():
            self.host.ip(f"link delete {port}")
        self.ports = {}
        for network in self.networks.values():
            self.host.ip(f"link delete {network['device']}")
        self.rules(["-P FORWARD ACCEPT", "-F", "-X", "-t nat -F", "-t nat -X", "-t raw -F"])
        self.host.sysctl("net.ipv4.ip_forward", 0)
        self.host.end_processes()


def advertise(namespace, address):
    """A gratuitous ARP, as Docker sends: neighbours may know another MAC of this address."""
    with namespace.new_socket(socket.AF_PACKET, socket.SOCK_RAW) as made:
        made.bind(("eth0", 0x0806))
        mac, ip = made.getsockname()[4], socket.inet_aton(address)
        made.send(b"\xff" * 6 + mac + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + ip + bytes(6) + ip)


def docker_mac(address):
    return "02:42:" + ":".join(f"{part:02x}" for part in ipaddress.ip_address(address).packed)


def parse_publish(spec):
    """(host address or "", host port, port, protocol) for each port of `[IP:]PORTS:PORTS[/PROTOCOL]`."""
    match = re.fullmatch(r"(?:([\d.]+):)?(\d+)(?:-(\d+))?:(\d+)(?:-(\d+))?(?:/(\w+))?", spec)
    if not match:
        raise Failure(f"published port '{spec}'")
    address, first, last, to, _, protocol = match.groups()
    for step in range(int(last or first) - int(first) + 1):
        yield address or "", int(first) + step, int(to) + step, protocol or "tcp"
