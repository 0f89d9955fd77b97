"""The host in its networks by `pontoon replay`: its ports are files named host:NETWORK."""

from conversations import *
from nat_scenario import *


class Host(Nat):
    def setUp(self):
        super().setUp()
        topology = nat_topology()
        for network in topology["networks"]:
            network["host"] = True
        topology["host_addresses"] = ["192.0.2.10"]
        self.topology = self.write("host.json", topology)

    def test_a_container_and_a_service_of_the_host(self):
        """Bridged both ways: nothing is translated, and no flow is made."""
        for workers in (1, 2, 4):
            for address in (GATEWAY_IP, HOST_IP, "192.0.2.10"):
                with self.subTest(workers=workers, address=address):
                    frames, to_host, to_container_ = [], [], []
                    for time, from_client, sent in http(CONTAINERS["a1"], address):
                        sent = sent.changed(from_container("a1") if from_client else to_container("a1"))
                        frames.append((time, "a1" if from_client else "host:web", sent))
                        (to_host if from_client else to_container_).append((time, sent))
                    result = self.run_all(frames, "--workers", workers)
                    self.assert_sent("host:web", to_host)
                    self.assert_sent("a1", to_container_)
                    self.assertEqual(result.stats["flows"]["created"], 0)
                    self.assertEqual(result.stats["drops"], {})
                    self.assertEqual(result.stats["ports"]["host:web"]["rx_packets"], len(to_container_))

    def test_only_where_it_is_attached(self):
        self.topology = self.write("topology.json", nat_topology())
        capture = self.capture("in.pcap", [])
        self.assert_refused(self.replay(**{"host:web": capture}), "host:web", "no endpoint")
