"""What the tests of NAT share: conversations as each side sends them, and what must come out at the other side."""

from capture_files import read_pcap
from conversations import *
from scenario import SECOND, START, Scenario

CLIENT, SERVER = "198.51.100.7", "198.51.100.80"  # in the world


class Nat(Scenario):
    def setUp(self):
        super().setUp()
        self.topology = self.write("topology.json", nat_topology())

    def files(self, frames):
        """Captures of what each port sends; `frames` are (seconds, port, datagram)."""
        ports = {}
        for time, port, sent in frames:
            ports.setdefault(port, []).append((time, bytes(sent)))
        return {port: self.capture(f"{port}.in.pcap", packets) for port, packets in ports.items()}

    def run_all(self, frames, *options, **keys):
        result = self.replay(*options, **self.files(frames), **keys)
        self.assert_done(result)
        return result

    def nat_ports(self, frames, at, *options):
        """The port that each client port is translated to, learned from a run of what begins the flows."""
        first = {}
        for time, port, sent in frames:
            first.setdefault((sent.destination, sent.ports), (time, port, sent))
        out = self.dir / "probe"
        self.run_all(first.values(), *options, out=out)
        sent = [Datagram.read(frame) for _, frame in read_pcap(out / f"{at}.pcap")]
        ports = [d.ports[0] for d in sent if d.offset == 0]
        self.assertEqual(len(ports), len(first))
        return dict(zip(first, ports))

    def assert_sent(self, port, expected):
        """`expected` are (seconds, datagram), all that the port gets, to the byte."""
        got = self.sent(port)
        self.assertEqual(len(got), len(expected))
        for (time, frame), (seconds, datagram) in zip(got, expected):
            self.assertEqual((time, frame.hex()), (START + round(seconds * SECOND), bytes(datagram).hex()))

    def masqueraded(self, told, *options, container="a1"):
        """Frames of a container's conversations with the world, and what must come out at the two sides."""
        asked = [(t, container, d.changed(from_container(container), source=CONTAINERS[container])) for t, c, d in told if c]
        ports = self.nat_ports(asked, "uplink", *options)
        frames, out, back = [], [], []
        for time, from_client, sent in told:
            if from_client:
                inside = sent.changed(from_container(container), source=CONTAINERS[container])
                frames.append((time, container, inside))
                port = ports[inside.destination, inside.ports]
                out.append((time, inside.changed(FROM_HOST, source=HOST_IP, ports=(port, None), hops=1)))
            else:
                inside = sent.changed(TO_HOST, destination=CONTAINERS[container])
                port = ports[inside.source, inside.ports[::-1]]
                frames.append((time, "uplink", inside.changed(destination=HOST_IP, ports=(None, port))))
                back.append((time, inside.changed(to_container(container), hops=1)))
        return frames, out, back

    def published(self, told, container="a1"):
        """The same of the world's conversations with a container's published port."""
        frames, there, back = [], [], []
        address = CONTAINERS[container]
        for time, from_client, sent in told:
            if from_client:
                frames.append((time, "uplink", sent.changed(TO_HOST, destination=HOST_IP, ports=(None, 8080))))
                there.append((time, sent.changed(to_container(container), destination=address, ports=(None, 80), hops=1)))
            else:
                answer = sent.changed(from_container(container), source=address, ports=(80, None))
                frames.append((time, container, answer))
                back.append((time, answer.changed(FROM_HOST, source=HOST_IP, ports=(8080, None), hops=1)))
        return frames, there, back

    def hairpin(self, told, *options):
        """a2 speaks to the published port of a1, which sees the gateway."""
        client, server = CONTAINERS["a2"], CONTAINERS["a1"]
        inside = [(t, "a2", d.changed(from_container("a2"), client, HOST_IP, (None, 8080))) for t, c, d in told if c]
        ports = self.nat_ports(inside, "a1", *options)
        frames, there, back = [], [], []
        for time, from_client, sent in told:
            if from_client:
                asked = sent.changed(from_container("a2"), client, HOST_IP, (None, 8080))
                port = ports[HOST_IP, asked.ports]
                frames.append((time, "a2", asked))
                there.append((time, asked.changed(to_container("a1"), GATEWAY_IP, server, (port, 80), hops=1)))
            else:
                port = ports[HOST_IP, (sent.ports[1], 8080)]
                answer = sent.changed(from_container("a1"), server, GATEWAY_IP, (80, port))
                frames.append((time, "a1", answer))
                back.append((time, answer.changed(to_container("a2"), HOST_IP, client, (8080, sent.ports[1]), hops=1)))
        return frames, there, back
