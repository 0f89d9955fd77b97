#include "control/interface_watch.hpp"

#include <catch2/catch.hpp>

#include <poll.h>

#include <optional>

#include "own_namespaces.hpp"

namespace pontoon::interface_watch_test {
namespace {

const char* const kTwoInterfaces =
    "ip link set lo up; ip link add up0 address 02:00:00:00:00:10 type veth peer up0-peer; ip link set up0 up; "
    "ip link add other0 type veth peer other0-peer; ip link set other0 up; "
    "ip link set up0-peer up; ip link set other0-peer up; "
    "ip address add 203.0.113.10/24 dev up0; ip address add 10.0.0.1/8 dev other0";

Ipv4 ip4(const char* text) {
    return Ipv4::parse(text).value();
}

// A host with a watched `up0` and another interface.
struct Watched {
    const NetNs& host;
    InterfaceWatch watch{"up0"};

    // The state after a command that changes it.
    const InterfaceState& after(const std::string& command) {
        const auto before = watch.state();
        shell(host, command);
        CHECK(next());
        CHECK(watch.state() != before);
        return watch.state();
    }

    bool next() { // waits until there is news
        pollfd poll{watch.fd(), POLLIN, 0};
        return ::poll(&poll, 1, 5000) == 1 && watch.read();
    }
};

void watched(const std::function<void(Watched&)>& work) {
    in_a_host([&](const NetNs& host) {
        shell(host, kTwoInterfaces);
        Watched one{host};
        work(one);
    });
}

} // namespace

TEST_CASE("an interface is read as it is") {
    watched([](Watched& one) {
        const auto& state = one.watch.state();
        CHECK(state.index == ip(one.host, "link show dev up0").at(0).at("ifindex").as_int64());
        CHECK(state.up);
        CHECK(state.mac.to_string() == "02:00:00:00:00:10");
        CHECK(state.mtu == 1500);
        CHECK(state.addresses == std::vector{InterfaceAddress4::parse("203.0.113.10/24").value()});
        CHECK(state.gateway.is_unspecified());
        CHECK(state.routes.empty());
        CHECK(state.neighbors.empty());
        CHECK(state.host_addresses == std::vector{ip4("10.0.0.1"), ip4("203.0.113.10")});
        CHECK_FALSE(one.watch.read());
    });
}

TEST_CASE("addresses are followed, primary before secondary") {
    watched([](Watched& one) {
        const auto& state = one.after("ip address add 203.0.113.5/24 dev up0; ip address add 198.51.100.1/32 dev up0");
        REQUIRE(state.addresses.size() == 3);
        CHECK(state.addresses[0].address == ip4("203.0.113.10"));
        CHECK(state.addresses[1].address == ip4("198.51.100.1"));
        CHECK(state.addresses[2].address == ip4("203.0.113.5"));
        CHECK(state.host_addresses.size() == 4);
        one.after("ip address del 203.0.113.10/24 dev up0"); // and with it the secondary one
        CHECK(state.addresses == std::vector{InterfaceAddress4::parse("198.51.100.1/32").value()});
        CHECK(one.after("ip address add 192.0.2.1/24 dev other0").host_addresses ==
              std::vector{ip4("10.0.0.1"), ip4("192.0.2.1"), ip4("198.51.100.1")});
        CHECK(one.after("ip address add 127.1.2.3/8 dev other0; ip address add 192.0.2.9/32 dev lo").host_addresses ==
              std::vector{ip4("10.0.0.1"), ip4("192.0.2.1"), ip4("192.0.2.9"), ip4("198.51.100.1")});
    });
}

TEST_CASE("the default route and the others by the interface are followed") {
    watched([](Watched& one) {
        CHECK(one.after("ip route add default via 203.0.113.1").gateway == ip4("203.0.113.1"));
        CHECK(one.after("ip route replace default via 203.0.113.2").gateway == ip4("203.0.113.2"));
        shell(one.host, "ip route add default via 203.0.113.3 metric 100");
        CHECK_FALSE(one.next()); // not used
        CHECK(one.after("ip route del default via 203.0.113.2").gateway == ip4("203.0.113.3"));
        const auto& state = one.after("ip route add 192.0.2.0/24 via 203.0.113.7; ip route add 198.51.100.0/25 dev up0;"
                                      "ip route add 172.30.0.0/16 via 10.0.0.2; ip route add blackhole 172.31.0.0/16;"
                                      "ip route add 172.29.0.0/16 via 203.0.113.7 table 7");
        CHECK(state.routes == std::vector{Route4{Prefix4::parse("192.0.2.0/24").value(), ip4("203.0.113.7")},
                                          Route4{Prefix4::parse("198.51.100.0/25").value(), Ipv4{}}});
        CHECK(one.after("ip route del default").gateway.is_unspecified());
        CHECK(one.after("ip route add default nexthop via 10.0.0.9 nexthop via 203.0.113.8").gateway ==
              ip4("203.0.113.8"));
        // A route that is on the link, to everywhere: no gateway, and no other way to say it.
        one.after("ip route replace default dev up0");
        CHECK(state.gateway.is_unspecified());
        CHECK(state.routes.front() == Route4{Prefix4{}, Ipv4{}});
    });
}

TEST_CASE("routes that went with their address are gone, though nothing was said of them") {
    watched([](Watched& one) {
        one.after("ip route add default via 203.0.113.1");
        const auto& state = one.after("ip address del 203.0.113.10/24 dev up0");
        CHECK(state.gateway.is_unspecified());
        CHECK(state.addresses.empty());
    });
}

TEST_CASE("neighbours with a usable MAC are followed") {
    watched([](Watched& one) {
        const auto& state = one.after("ip neigh add 203.0.113.1 lladdr 02:00:00:00:00:01 nud reachable dev up0");
        CHECK(state.neighbors.at(ip4("203.0.113.1")).to_string() == "02:00:00:00:00:01");
        one.after("ip neigh replace 203.0.113.1 lladdr 02:00:00:00:00:02 nud stale dev up0");
        CHECK(state.neighbors.at(ip4("203.0.113.1")).to_string() == "02:00:00:00:00:02");
        shell(one.host, "ip neigh replace 203.0.113.1 lladdr 02:00:00:00:00:02 nud permanent dev up0");
        CHECK_FALSE(one.next()); // in another state, but as usable as before
        shell(one.host, "ip neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev other0");
        CHECK_FALSE(one.next());
        one.after("ip neigh add 203.0.113.2 lladdr 02:00:00:00:00:03 dev up0; ip neigh del 203.0.113.1 dev up0");
        CHECK(state.neighbors.size() == 1);
        CHECK(state.neighbors.contains(ip4("203.0.113.2")));
    });
}

TEST_CASE("MTU, MAC and whether it is up are followed") {
    watched([](Watched& one) {
        CHECK(one.after("ip link set up0 mtu 9000").mtu == 9000);
        CHECK(one.after("ip link set up0 address 02:00:00:00:00:99").mac.to_string() == "02:00:00:00:00:99");
        one.after("ip route add default via 203.0.113.1; ip neigh add 203.0.113.1 lladdr 02:00:00:00:00:01 dev up0");
        const auto& state = one.after("ip link set up0 down");
        CHECK_FALSE(state.up);
        CHECK(state.gateway.is_unspecified());
        CHECK(state.neighbors.empty());
        CHECK(state.addresses.size() == 1);
        CHECK(one.after("ip link set up0 up").up);
        CHECK_FALSE(one.after("ip link set up0-peer down").up); // no carrier
    });
}

TEST_CASE("an interface that is deleted is found again when it comes back") {
    watched([](Watched& one) {
        const auto old = one.watch.state().index;
        const auto& state = one.after("ip link del up0");
        CHECK(state.index == 0);
        CHECK_FALSE(state.up);
        CHECK(state.mac.is_zero());
        CHECK(state.addresses.empty());
        CHECK(state.host_addresses == std::vector{ip4("10.0.0.1")});
        one.after("ip link add up0 type veth peer up0-peer; ip link set up0-peer up; ip link set up0 up; ip address "
                  "add 203.0.113.11/24 dev up0");
        CHECK(state.index != 0);
        CHECK(state.index != old);
        CHECK(state.up);
        CHECK(state.addresses.size() == 1);
        one.after("ip link set up0 down; ip link set up0 name up1");
        CHECK(state.index == 0);
        one.after("ip link set up1 name up0");
        CHECK(state.index != 0);
    });
}

TEST_CASE("news that was lost is made up for by reading everything") {
    watched([](Watched& one) {
        const auto before = one.watch.state().index;
        shell(one.host,
              "for i in $(seq 0 3); do for j in $(seq 1 250); do echo \"address add 10.1.$i.$j/32 dev other0\";"
              "echo \"address del 10.1.$i.$j/32 dev other0\"; done; done >/tmp/watch.$$;"
              "for i in 1 2 3 4; do ip -b /tmp/watch.$$; done; rm /tmp/watch.$$;"
              "ip link del up0; ip link add up0 mtu 1400 type veth peer up0-peer");
        CHECK(one.next());
        CHECK(one.watch.state().index != before);
        CHECK(one.watch.state().mtu == 1400);
        CHECK_FALSE(one.watch.read());
    });
}

TEST_CASE("without an interface only the host's addresses are followed") {
    in_a_host([](const NetNs& host) {
        shell(host, kTwoInterfaces);
        InterfaceWatch watch("");
        CHECK(watch.state().index == 0);
        CHECK(watch.state().host_addresses.size() == 2);
        shell(host, "ip address add 192.0.2.1/24 dev other0");
        CHECK(watch.read());
        CHECK(watch.state().host_addresses.size() == 3);
        CHECK(watch.state().addresses.empty());
    });
}

TEST_CASE("an interface that is not there is named") {
    in_a_host([](const NetNs&) {
        CHECK_THROWS_WITH(InterfaceWatch("nothing0"),
                          Catch::Matchers::Equals("nothing0: there is no such network interface"));
    });
}

} // namespace pontoon::interface_watch_test
