// The reference itself, held against Docker's rules by hand.
#include "tests/support/reference_nat.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

namespace pontoon::test::reference_nat_test {

namespace {

Ipv4 ip(const char* text) {
    return Ipv4::parse(text).value();
}

// `web` and `db` without inter-container communication, `inner` without a way out, `bare` without masquerading.
Config config() {
    Config config;
    const auto add = [&](const char* name, const char* subnet, const char* gateway) -> Network& {
        return config.networks.emplace_back(
            Network{name, Prefix4::parse(subnet).value(), ip(gateway), mac_of(ip(gateway))});
    };
    add("front", "10.1.0.0/24", "10.1.0.1").icc = false;
    add("back", "10.2.0.0/24", "10.2.0.1").internal = true;
    add("plain", "10.3.0.0/24", "10.3.0.1").masquerade = false;
    for (const auto& [name, network, address] : {std::array{"web", "front", "10.1.0.2"},
                                                 {"db", "front", "10.1.0.3"},
                                                 {"inner", "back", "10.2.0.2"},
                                                 {"bare", "plain", "10.3.0.2"}}) {
        config.endpoints.push_back({name, network, ip(address), mac_of(ip(address))});
    }
    Uplink uplink;
    uplink.ipv4 = {{ip("198.51.100.10"), 24}, {ip("198.51.100.11"), 24}};
    uplink.mac = mac_of(ip("198.51.100.10"));
    uplink.gateway = ip("198.51.100.1");
    uplink.nat_ports = {{40000, 40000}, {50000, 50000}};
    uplink.neighbors[uplink.gateway] = mac_of(uplink.gateway);
    config.uplink = uplink;
    config.publishes = {{Ipv4{}, {8000, 8009}, Transport::udp, "web", {80, 89}},
                        {ip("198.51.100.11"), {8000, 8000}, Transport::udp, "db", {53, 53}},
                        {Ipv4{}, {9000, 9000}, Transport::udp, "inner", {90, 90}}};
    config.links = {{"web", "db", {{{53, 53}, Transport::udp}}}};
    return config;
}

Tuple udp(const char* source, unsigned source_port, const char* destination, unsigned destination_port) {
    return {kUdp, ip(source), static_cast<std::uint16_t>(source_port), ip(destination),
            static_cast<std::uint16_t>(destination_port)};
}

class Conversation {
public:
    explicit Conversation(unsigned workers = 1, Config what = config()) : nat(workers) {
        nat.advance(1000 * kSecond);
        nat.configure(what);
    }

    // What becomes of a packet that goes by way of the gateway: the first outcome, chosen port 40000 or the next.
    std::string send(const std::string& port, const Tuple& tuple, std::optional<Tuple> becomes = {}) {
        Datagram d = datagram(port, tuple);
        const auto outcomes = nat.outcomes(port, d);
        std::optional<Delivery> left = outcomes.front().delivery;
        if (left && becomes) {
            rewrite(left->datagram, *becomes);
        }
        for (const auto& outcome : outcomes) {
            if (mismatch(outcome, left).empty()) {
                outcome.commit(left ? tuple_of(left->datagram) : Tuple{});
                return left ? left->port + ": " + text_of(tuple_of(left->datagram)) : "dropped";
            }
        }
        return "illegal: " + mismatch(outcomes.front(), left);
    }
    std::vector<std::string> reasons(const std::string& port, const Tuple& tuple) {
        return nat.outcomes(port, datagram(port, tuple)).front().reasons;
    }

    static Datagram datagram(const std::string& port, const Tuple& tuple) {
        Datagram d;
        const auto world = config();
        const auto endpoint = std::ranges::find(world.endpoints, port, &Endpoint::name);
        d.protocol = tuple.protocol;
        d.to = port == kUplinkName ? world.uplink->mac
                                   : std::ranges::find(world.networks, endpoint->network, &Network::name)->gateway_mac;
        d.transport = Writer().zeros(4).u16(12).u16(0).u32(0x01020304).take();
        rewrite(d, tuple);
        seal(d);
        return d;
    }

    ReferenceNat nat;
};

} // namespace

TEST_CASE("reference: a container talks to the world from a NAT port, and only the answer comes back") {
    Conversation talk;
    CHECK(talk.send("web", udp("10.1.0.2", 5000, "192.0.2.1", 53), udp("198.51.100.10", 40000, "192.0.2.1", 53)) ==
          "uplink: udp 198.51.100.10:40000 > 192.0.2.1:53");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 53, "198.51.100.10", 40000)) ==
          "web: udp 192.0.2.1:53 > 10.1.0.2:5000");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 54, "198.51.100.10", 40000)) == "dropped");
    CHECK(talk.send(kUplinkName, udp("192.0.2.2", 53, "198.51.100.10", 40000)) == "dropped");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 53, "198.51.100.11", 40000)) == "dropped");
}

TEST_CASE("reference: a NAT port is one of nat_ports, free for that remote end, of the first address that has one") {
    Conversation talk;
    const auto again = [&](unsigned port, const char* address, unsigned nat_port, unsigned remote_port = 53) {
        return talk.send("web", udp("10.1.0.2", port, "192.0.2.1", remote_port),
                         udp(address, nat_port, "192.0.2.1", remote_port));
    };
    CHECK(again(5000, "198.51.100.10", 40001) == "illegal: 40001 is no NAT port");
    CHECK(again(5000, "198.51.100.11", 40000).starts_with("illegal: 198.51.100.11 was taken"));
    CHECK(again(5000, "198.51.100.10", 40000).starts_with("uplink"));
    CHECK(again(5001, "198.51.100.10", 40000).starts_with("illegal: in use"));
    CHECK(again(5001, "198.51.100.10", 40000, 54).starts_with("uplink")); // another remote end
    CHECK(again(5001, "198.51.100.10", 50000).starts_with("uplink"));
    CHECK(again(5002, "198.51.100.11", 40000).starts_with("uplink"));
    CHECK(talk.nat.outcomes("web", Conversation::datagram("web", udp("10.1.0.2", 5003, "192.0.2.1", 53))).size() == 1);
    CHECK(again(5003, "198.51.100.11", 50000).starts_with("uplink"));
    const auto full = talk.nat.outcomes("web", Conversation::datagram("web", udp("10.1.0.2", 5004, "192.0.2.1", 53)));
    REQUIRE(full.size() == 2);
    CHECK(full[1].reasons == std::vector<std::string>{"no_nat_port"});
}

TEST_CASE("reference: with two workers half of the ports may be enough to be refused") {
    Conversation talk(2);
    for (const unsigned first : {0U, 1U}) {
        const char* address = first == 0 ? "198.51.100.10" : "198.51.100.11";
        CHECK(talk.nat.outcomes("web", Conversation::datagram("web", udp("10.1.0.2", 5009, "192.0.2.1", 53))).size() ==
              1);
        CHECK(talk.send("web", udp("10.1.0.2", 5000 + first, "192.0.2.1", 53), udp(address, 40000, "192.0.2.1", 53))
                  .starts_with("uplink"));
    }
    CHECK(talk.nat.outcomes("web", Conversation::datagram("web", udp("10.1.0.2", 5009, "192.0.2.1", 53))).size() == 2);
}

TEST_CASE("reference: a UDP flow ends 30 s after its last packet, 120 s once it was answered") {
    Conversation talk;
    const auto answer = udp("192.0.2.1", 53, "198.51.100.10", 40000);
    const auto ask = [&] {
        return talk.send("web", udp("10.1.0.2", 5000, "192.0.2.1", 53), udp("198.51.100.10", 40000, "192.0.2.1", 53));
    };
    CHECK(ask().starts_with("uplink"));
    talk.nat.advance(1029 * kSecond);
    CHECK(ask().starts_with("uplink"));
    talk.nat.advance(1058 * kSecond);
    CHECK(talk.send(kUplinkName, answer).starts_with("web"));
    talk.nat.advance(1177 * kSecond);
    CHECK(talk.send(kUplinkName, answer).starts_with("web"));
    talk.nat.advance(1298 * kSecond);
    CHECK(talk.send(kUplinkName, answer) == "dropped");
    CHECK(talk.nat.flows().empty());
}

TEST_CASE("reference: a published port leads to its endpoint, the specific address first, the offset kept") {
    Conversation talk;
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 7, "198.51.100.10", 8003)) == "web: udp 192.0.2.1:7 > 10.1.0.2:83");
    CHECK(talk.send("web", udp("10.1.0.2", 83, "192.0.2.1", 7)) == "uplink: udp 198.51.100.10:8003 > 192.0.2.1:7");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 7, "198.51.100.11", 8000)) == "db: udp 192.0.2.1:7 > 10.1.0.3:53");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 7, "10.2.0.1", 8000)) == "web: udp 192.0.2.1:7 > 10.1.0.2:80");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 7, "198.51.100.10", 8010)) == "dropped");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 7, "198.51.100.10", 9000)) == "dropped"); // to an internal network
}

TEST_CASE("reference: a published port by way of the host is asked from the server network's gateway") {
    Conversation talk;
    CHECK(talk.send("web", udp("10.1.0.2", 5000, "198.51.100.10", 8000), udp("10.1.0.1", 40000, "10.1.0.2", 80)) ==
          "web: udp 10.1.0.1:40000 > 10.1.0.2:80"); // itself
    CHECK(talk.send("web", udp("10.1.0.2", 80, "10.1.0.1", 40000)) == "web: udp 198.51.100.10:8000 > 10.1.0.2:5000");
    CHECK(talk.send("bare", udp("10.3.0.2", 5000, "10.3.0.1", 8000)) == "web: udp 10.3.0.2:5000 > 10.1.0.2:80");
    CHECK(talk.send("web", udp("10.1.0.2", 80, "10.3.0.2", 5000)) == "bare: udp 10.3.0.1:8000 > 10.3.0.2:5000");
    CHECK(talk.send("inner", udp("10.2.0.2", 5000, "10.2.0.1", 8000)) == "dropped");
}

TEST_CASE("reference: nothing reaches a container's address but answers") {
    Conversation talk;
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 53, "10.3.0.2", 5000)) == "dropped");
    CHECK(talk.send("bare", udp("10.3.0.2", 5000, "192.0.2.1", 53)) == "uplink: udp 10.3.0.2:5000 > 192.0.2.1:53");
    CHECK(talk.send(kUplinkName, udp("192.0.2.1", 53, "10.3.0.2", 5000)) == "bare: udp 192.0.2.1:53 > 10.3.0.2:5000");
    CHECK(talk.reasons("web", udp("10.1.0.2", 5000, "10.3.0.2", 53)) == std::vector<std::string>{"network_isolated"});
    CHECK(talk.reasons("inner", udp("10.2.0.2", 5000, "192.0.2.1", 53)) ==
          std::vector<std::string>{"internal_network"});
}

TEST_CASE("reference: icc=false lets through what a link names, and what comes from there") {
    Conversation talk;
    const auto between = [&](const char* port, const Tuple& tuple, const char* to) {
        Datagram d = Conversation::datagram(port, tuple);
        d.to = mac_of(ip(to));
        return talk.nat.outcomes(port, d).front().delivery.has_value();
    };
    CHECK(between("web", udp("10.1.0.2", 5000, "10.1.0.3", 53), "10.1.0.3"));
    CHECK(between("db", udp("10.1.0.3", 53, "10.1.0.2", 5000), "10.1.0.2"));
    CHECK_FALSE(between("web", udp("10.1.0.2", 5000, "10.1.0.3", 54), "10.1.0.3"));
    CHECK_FALSE(between("db", udp("10.1.0.3", 5000, "10.1.0.2", 53), "10.1.0.2"));
}

TEST_CASE("reference: unpublished, moved and removed, a flow is over; what is unrelated leaves it") {
    const auto in = udp("192.0.2.1", 7, "198.51.100.10", 8003);
    const auto after = [&](auto change) {
        Conversation talk;
        CHECK(talk.send(kUplinkName, in).starts_with("web"));
        auto changed = config();
        change(changed);
        talk.nat.configure(changed);
        return talk.nat.flows().size();
    };
    CHECK(after([](Config& c) { c.publishes.erase(c.publishes.begin()); }) == 0);
    CHECK(after([](Config& c) { c.publishes[0].endpoint = "db"; }) == 0);
    CHECK(after([](Config& c) { c.endpoints.erase(c.endpoints.begin()); }) == 0);
    CHECK(after([](Config& c) { c.publishes.erase(c.publishes.begin() + 1); }) == 1);
    CHECK(after([](Config& c) { c.endpoints.pop_back(); }) == 1);
}

TEST_CASE("reference: an ICMP error about a translated packet speaks of the packet as the container knows it") {
    Conversation talk;
    CHECK(talk.send("web", udp("10.1.0.2", 5000, "192.0.2.1", 53), udp("198.51.100.10", 40000, "192.0.2.1", 53))
              .starts_with("uplink"));
    auto quoted = Conversation::datagram(kUplinkName, udp("198.51.100.10", 40000, "192.0.2.1", 53));
    Datagram error = quoted;
    error.protocol = kIcmp;
    error.source = ip("192.0.2.254");
    error.destination = ip("198.51.100.10");
    error.transport = error_about(11, 0, quoted, 8);
    const auto outcome = talk.nat.outcomes(kUplinkName, error).front();
    REQUIRE(outcome.delivery);
    CHECK(outcome.delivery->port == "web");
    CHECK(outcome.delivery->datagram.source == ip("192.0.2.254"));
    CHECK(outcome.delivery->datagram.destination == ip("10.1.0.2"));
    CHECK(tuple_of(quote_of(outcome.delivery->datagram)) == udp("10.1.0.2", 5000, "192.0.2.1", 53));
    rewrite(quoted, udp("198.51.100.10", 40001, "192.0.2.1", 53));
    error.transport = error_about(11, 0, quoted, 8);
    CHECK_FALSE(talk.nat.outcomes(kUplinkName, error).front().delivery);
}

} // namespace pontoon::test::reference_nat_test
