"""What may differ between runs and what may not: seeds, workers, limits, and topologies that change under way."""

from nat_scenario import *


def without_port(frame):
    """A masqueraded frame of TCP but for its NAT port and the sum that covers it."""
    return frame[:34] + frame[36:50] + frame[52:]


class Same(Nat):
    def setUp(self):
        super().setUp()
        told = sorted((c for n in range(20) for c in http(CLIENT, SERVER, 40000 + n, begin=n / 1000)), key=lambda c: c[0])
        self.asked = [(t, "a1", d.changed(from_container("a1"), source=CONTAINERS["a1"])) for t, c, d in told if c]
        self.all, _, _ = self.masqueraded(told)
        self.mixed = sorted([*self.all, *self.hairpin(http(CLIENT, SERVER, 45000))[0]], key=lambda f: f[0])

    def run_in(self, name, frames, *options):
        self.out = self.dir / name
        result = self.run_all(frames, *options)
        return result, self.digest(result)

    def test_bytes_repeat(self):
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                runs = [self.run_in(f"{n}.{workers}", self.mixed, "--workers", workers)[1] for n in (1, 2)]
                self.assertEqual(runs[0], runs[1])

    def test_workers_change_only_the_port(self):
        seen = []
        for workers in (1, 2, 4):
            self.run_in(f"{workers}", self.asked, "--workers", workers)
            seen.append(self.sent("uplink"))
        self.assertEqual(len(seen[0]), 20)  # what begins the connections; nobody answers
        for other in seen[1:]:
            self.assertEqual([(t, without_port(f)) for t, f in other], [(t, without_port(f)) for t, f in seen[0]])

    def test_seed_changes_only_the_port(self):
        seen = []
        for seed in (1, 2):
            self.run_in(f"{seed}", self.asked, "--seed", seed)
            seen.append(self.sent("uplink"))
        ports = [[frame[34:36] for _, frame in run] for run in seen]
        self.assertNotEqual(ports[0], ports[1])
        self.assertEqual(*[[(t, without_port(f)) for t, f in run] for run in seen])

    def test_ports_are_not_in_order(self):
        self.run_all(self.asked)
        ports = [struct.unpack_from("!H", frame, 34)[0] for _, frame in self.sent("uplink")]
        self.assertTrue(all(61000 <= port <= 65535 for port in ports), ports)
        self.assertEqual(len(set(ports)), 20)
        self.assertNotEqual(ports, sorted(ports))


class Limits(Nat):
    def pings(self, count, container="a1"):
        return [(n / 1000, container, echo(CONTAINERS[container], SERVER, 8, n).changed(from_container(container)))
                for n in range(count)]

    def test_flows(self):
        result = self.run_all(self.pings(50), "--flows", 16)
        refused = result.stats["drops"]["flow_table_full"]
        self.assertEqual(result.stats["flows"], dict(created=50 - refused, active=50 - refused, expired=0, refused=refused))
        self.assertEqual(len(self.sent("uplink")), 50 - refused)
        self.assertTrue(refused >= 34, refused)

    def test_flows_expire_and_make_room(self):
        frames = [*self.pings(16), (100, "a1", echo(CONTAINERS["a1"], SERVER, 8, 99).changed(from_container("a1")))]
        result = self.run_all(frames, "--flows", 16)
        self.assertEqual(result.stats["flows"], dict(created=17, active=1, expired=16, refused=0))

    def test_conntrack_max(self):
        self.topology = self.write("topology.json", {**nat_topology(), "conntrack": {"max": 5}})
        for workers in (1, 2, 4):
            with self.subTest(workers=workers):
                frames = sorted([*self.pings(10), *self.pings(10, "a2")], key=lambda f: f[0])
                result = self.run_all(frames, "--workers", workers)
                self.assertEqual(result.stats["flows"], dict(created=5, active=5, expired=0, refused=15))
                self.assertEqual(result.stats["drops"], {"flow_table_full": 15})

    def test_max_per_endpoint(self):
        self.topology = self.write("topology.json", {**nat_topology(), "conntrack": {"max_per_endpoint": 3}})
        result = self.run_all([*self.pings(10), (1, *self.pings(1, "a2")[0][1:])])
        self.assertEqual(result.stats["flows"], dict(created=4, active=4, expired=0, refused=7))
        self.assertEqual(result.stats["ports"]["a1"]["drops"], {"endpoint_flow_limit": 7})

    def test_nat_ports(self):
        self.topology = self.write("topology.json", nat_topology(nat_ports="61000-61003"))
        result = self.run_all(self.pings(6))
        self.assertEqual(result.stats["nat_ports"], {HOST_IP: {"ports": 4, "flows": 4}})
        self.assertEqual(result.stats["drops"], {"no_nat_port": 2})
        ports = {Datagram.read(frame).ports[0] for _, frame in self.sent("uplink")}
        self.assertEqual(ports, {61000, 61001, 61002, 61003})


class Reconfigured(Nat):
    def test_unpublished_in_mid_stream(self):
        frames, there, back = self.published(http(CLIENT, SERVER))
        # Else what the server goes on to send would begin a masqueraded flow in mid-stream, as Linux lets it.
        strict = {"conntrack": {"tcp_loose": False}}
        self.topology = self.write("topology.json", {**nat_topology(), **strict})
        after = self.write("after.json", {**nat_topology(publish=()), **strict})
        for workers in (1, 2):
            with self.subTest(workers=workers):
                result = self.run_all(frames, "--reconfigure", f"0.1={after}", "--workers", workers)
                self.assert_sent("a1", [(t, d) for t, d in there if t < 0.1])
                self.assert_sent("uplink", [(t, d) for t, d in back if t < 0.1])
                self.assertEqual(result.stats["flows"]["active"], 0)
                self.assertEqual(result.stats["balance"]["dropped"], len([t for t, *_ in frames if t >= 0.1]))

    def test_published_to_another(self):
        old, there, _ = self.published(http(CLIENT, SERVER, 40000, pages=5))
        new, taken, back = self.published(http(CLIENT, SERVER, 40001, pages=5, begin=1), "a2")
        after = self.write("after.json", nat_topology(publish=("a2",)))
        self.run_all([*old, *new], "--reconfigure", f"0.5={after}")
        self.assert_sent("a1", there)
        self.assert_sent("a2", taken)
        self.assertEqual(self.sent("uplink")[-len(back):], [(START + round(t * SECOND), bytes(d)) for t, d in back])

    def test_masquerade_goes_on_through_a_change(self):
        frames, out, back = self.masqueraded(http(CLIENT, SERVER))
        after = self.write("after.json", nat_topology(publish=("a2",)))
        result = self.run_all(frames, "--reconfigure", f"0.1={after}")
        self.assert_sent("uplink", out)
        self.assert_sent("a1", back)
        self.assertEqual(result.stats["flows"]["created"], 1)

    def test_container_that_left(self):
        frames, out, back = self.masqueraded(http(CLIENT, SERVER))
        without = nat_topology(publish=())
        without["endpoints"] = without["endpoints"][1:]
        result = self.run_all(frames, "--reconfigure", f"0.1={self.write('after.json', without)}")
        self.assert_sent("uplink", [(t, d) for t, d in out if t < 0.1])
        self.assert_sent("a1", [(t, d) for t, d in back if t < 0.1])
        self.assertEqual(result.stats["flows"]["active"], 0)
        self.assertGreater(result.stats["drops"]["port_detached"], 0)
        self.assertGreater(result.stats["drops"]["no_flow"], 0)


class Trace(Nat):
    def story(self, frames, *options):
        return self.run_all(frames, "--trace", *options).err

    def test_masquerade(self):
        frames, out, _ = self.masqueraded(http(CLIENT, SERVER, pages=1))
        err = self.story(frames)
        name = f"{HOST_IP}:{out[0][1].ports[0]}"
        self.assertIn(f"new flow, masqueraded as {name}; forwarded to uplink", err)
        self.assertIn("answer to 172.18.0.2:40000; forwarded to a1", err)
        self.assertIn(f"-> uplink   {name.replace(':', '.')} > {SERVER}.80 TCP S", err)

    def test_published_and_refused(self):
        frames, _, _ = self.published(http(CLIENT, SERVER, pages=1))
        stranger = segment(CLIENT, CONTAINERS["a1"], 1, 80, SYN, 1, 0).changed(TO_HOST)
        err = self.story([*frames, (9, "uplink", stranger)])
        self.assertIn("new flow, published, to 172.18.0.2:80; forwarded to a1", err)
        self.assertIn(f"answer of the published {HOST_IP}:8080; forwarded to uplink", err)
        self.assertIn("dropped, direct_access: ", err)

    def test_held_and_resumed(self):
        self.topology = self.write("topology.json", nat_topology(neighbors=False))
        ping = echo(CONTAINERS["a1"], SERVER, 8, 7).changed(from_container("a1"))
        err = self.story([(0, "a1", ping), (9, "a1", ping)])
        self.assertIn(f"held until {NEXT_HOP} answers ARP", err)
        self.assertIn("asked by the switch", err)
        self.assertIn("dropped, neighbor_unreachable", err)

    def test_handed_over(self):
        frames, _, _ = self.published(http(CLIENT, SERVER, pages=1), "a1")
        seen = [self.story(frames, "--workers", workers) for workers in (1, 2, 4)]
        self.assertNotIn("handed to worker", seen[0])
        self.assertTrue(any("handed to worker" in err for err in seen[1:]))

    def test_expired_ttl(self):
        ping = echo(CONTAINERS["a1"], SERVER, 8, 7).changed(from_container("a1"), hops=63)
        err = self.story([(0, "a1", ping)])
        self.assertIn("dropped with an ICMP error to a1, ttl_exceeded", err)
        self.assertIn(f"-> a1       {GATEWAY_IP} > 172.18.0.2 ICMP time exceeded", err)

    def test_stories_of_one_burst_are_not_mixed(self):
        pings = [(0, "a1", echo(CONTAINERS["a1"], SERVER, 8, n).changed(from_container("a1"))) for n in range(8)]
        lines = [line for line in self.story(pings).splitlines() if "echo request" in line or "masqueraded as" in line]
        self.assertEqual(len(lines), 24)
        for n in range(8):
            self.assertIn(f"172.18.0.2 > {SERVER} ICMP echo request id {n} ", lines[3 * n])
            self.assertIn(f"{HOST_IP} > {SERVER} ICMP echo request id ", lines[3 * n + 1])
            self.assertIn("new flow, masqueraded as", lines[3 * n + 2])
