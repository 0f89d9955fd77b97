"""Real captures through NAT, where the folder ../shared/pcaps exists: their conversations, readdressed."""

from captures import FOLDER, Expected
from nat_scenario import *

ALL_TCP = ["apps/100-continue", "apps/bro.org", "apps/206_example_a", "apps/ssh", "apps/tls", "apps/ftp"]


def connections(path):
    """(seconds, from the client?, datagram) of the connections that the capture saw begin, all of one client."""
    frames = Expected(path).frames
    told, ends, client, start = [], {}, None, None
    for time, frame, length in frames:
        if frame[12:14] != b"\x08\x00" or frame[23] != TCP or len(frame) != length:
            continue
        sent = Datagram.read(frame)
        start = time if start is None else start
        key = (sent.source, sent.destination, *sent.ports)
        back = (sent.destination, sent.source, *sent.ports[::-1])
        flags = sent.body[13]
        if flags & (SYN | ACK) == SYN and key not in ends and sent.source == (client or sent.source):
            client = sent.source
            ends[key], ends[back] = True, False
        if key in ends:
            told.append(((time - start) / SECOND, ends[key], sent))
    return sorted(told, key=lambda c: c[0])


class Real(Nat):
    def replay_all(self, frames, sides):
        result = self.run_all(frames)
        lost = result.stats["drops"]
        self.assertLessEqual(set(lost), {"tcp_invalid_state", "tcp_out_of_window"})
        self.assertLessEqual(sum(lost.values()), len(frames) // 50)
        for port, expected in sides.items():
            left = [bytes(d) for _, d in expected]
            for _, frame in self.sent(port):  # in order, and none that was not sent
                self.assertIn(frame, left)
                del left[: left.index(frame) + 1]
        self.assertEqual(sum(len(self.sent(port)) for port in sides), len(frames) - sum(lost.values()))
        return result

    def flows(self, told):
        return len({(d.destination, d.ports) for _, c, d in told if c})

    def masquerade(self, told):
        frames, out, back = self.masqueraded(told)
        result = self.replay_all(frames, {"uplink": out, "a1": back})
        self.assertGreaterEqual(result.stats["flows"]["created"], self.flows(told))

    def publish(self, told):
        server = told[0][2].destination
        told = [c for c in told if server in (c[2].source, c[2].destination)]
        port = told[0][2].ports[1]
        told = [c for c in told if port == c[2].ports[1 if c[1] else 0]]
        frames, there, back = self.published(told)
        self.replay_all(frames, {"a1": there, "uplink": back})
        frames, there, back = self.hairpin(told)
        self.replay_all(frames, {"a1": there, "a2": back})


for name in ALL_TCP:
    told = lambda name=name: connections(FOLDER / f"{name}.pcap")
    word = name.split("/")[1].replace("-", "_").replace(".", "_")
    setattr(Real, f"test_{word}_masqueraded", lambda self, told=told: self.masquerade(told()))
    setattr(Real, f"test_{word}_published", lambda self, told=told: self.publish(told()))
