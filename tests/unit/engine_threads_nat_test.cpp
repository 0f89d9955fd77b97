// NAT with workers as threads, while the configuration changes under it.
#include <catch2/catch.hpp>

#include <stop_token>
#include <thread>

#include "dataplane/engine.hpp"
#include "tests/support/datagram.hpp"
#include "tests/unit/eventually.hpp"
#include "tests/unit/networks.hpp"
#include "tests/unit/queue_port.hpp"

namespace pontoon::engine_threads_nat_test {

namespace {

using test::Datagram;

const Ipv4 kHost{be32{0xc0000202}};
const Ipv4 kRemote{be32{0xc6336409}};
const Mac kUplinkMac{{2, 0x77, 0, 0, 0, 1}};

Config variant(unsigned number) {
    Config config = networks_of(2, 4);
    config.networks[0].masquerade = number % 3 != 1;
    config.networks[1].internal = number % 5 == 1;
    if (number % 4 == 1) {
        config.endpoints.erase(config.endpoints.begin());
    }
    if (number % 6 != 5) {
        Uplink& uplink = config.uplink.emplace();
        uplink.ipv4 = {{kHost, 24}};
        uplink.mac = kUplinkMac;
        uplink.gateway = Ipv4{be32{0xc0000201}};
        uplink.nat_ports = {{61000, static_cast<std::uint16_t>(number % 2 == 0 ? 61007 : 61100)}};
        if (number % 3 != 2) {
            uplink.neighbors = {{uplink.gateway, mac_of(uplink.gateway)}};
        }
    }
    config.publishes = {{Ipv4{}, {8000, 8000}, Transport::udp, endpoint_name(0, 1 + number % 3), {80, 80}},
                        {Ipv4{}, {8001, 8001}, Transport::udp, endpoint_name(1, number % 4), {80, 80}}};
    config.conntrack.max = number % 7 == 0 ? 20 : 10000;
    return config;
}

// Out of a container, to a published port from a container or from outside, or to a port of NAT; some in pieces.
std::pair<std::string, std::vector<Datagram>> shipment(unsigned i) {
    const unsigned network = i % 2;
    const unsigned endpoint = i / 2 % 4;
    const bool outside = i % 3 == 0;
    Datagram d;
    d.protocol = test::kUdp;
    d.id = static_cast<std::uint16_t>(i);
    d.source = outside ? kRemote : address_of(network, endpoint + 2);
    d.destination = outside || i % 5 == 0 ? kHost : kRemote;
    d.from = outside ? mac_of(kRemote) : mac_of(network, endpoint);
    d.to = outside ? kUplinkMac : mac_of(address_of(network, 1));
    const unsigned port = i % 7 == 0 ? 61000 + i % 8 : 8000 + i % 2;
    d.transport = test::Writer().u16(1000 + i / 16 % 50).u16(port).u16(48).u16(0).zeros(40).take();
    test::seal(d);
    return {outside ? kUplinkName : endpoint_name(network, endpoint),
            i % 11 == 0 ? test::pieces_of(d, {16}) : std::vector{d}};
}

} // namespace

TEST_CASE("NAT goes on under changing configurations, on several workers, and no packet is lost count of") {
    const unsigned workers = GENERATE(2U, 4U);
    TestPool pool(16384);
    std::map<std::string, std::shared_ptr<Queue>> queues;
    Engine engine({.workers = workers, .seed = 1, .flows = 4096});
    const auto attach = [&](const std::string& name) {
        queues[name] = std::make_shared<Queue>();
        engine.attach(name, std::make_unique<QueuePort>(queues[name]));
    };
    for (const auto& endpoint : variant(0).endpoints) {
        attach(endpoint.name);
    }
    attach(kUplinkName);
    engine.publish(variant(0));
    engine.start();
    std::atomic<std::uint64_t> fed = 0;
    std::jthread feeder([&](const std::stop_token& stop) {
        for (unsigned i = 0; !stop.stop_requested(); ++i) {
            const auto [port, datagrams] = shipment(i);
            for (const auto& datagram : datagrams) {
                rte_mbuf* const mbuf = queues.at(port)->left() < 200 ? pool.copy(test::frame_of(datagram)) : nullptr;
                if (mbuf != nullptr) {
                    queues.at(port)->feed(mbuf);
                    ++fed;
                }
            }
        }
    });
    for (unsigned number = 1; number <= 300; ++number) {
        const auto before = engine.stats().total.received;
        engine.publish(variant(number));
        REQUIRE(eventually([&] { return engine.stats().total.received > before; }));
    }
    feeder.request_stop();
    feeder.join();
    REQUIRE(eventually([&] {
        const Stats stats = engine.stats();
        return stats.total.received == fed && stats.held == 0 && stats.is_conserved();
    }));
    engine.publish({});
    REQUIRE(eventually([&] { return engine.stats().flows.active == 0; }));
    engine.stop();
    CHECK(engine.stats().is_conserved());
    CHECK(engine.stats().flows.created > 100);
    CHECK_FALSE(queues.at(kUplinkName)->sent.empty());
}

} // namespace pontoon::engine_threads_nat_test
