// Which ports of the host are taken, and which one a container gets that asks for any (docker-behaviours 5.3).
#include <catch2/catch.hpp>

#include "control/published_ports.hpp"
#include "control/refused.hpp"

namespace pontoon::published_ports_test {

namespace {

const std::string kTaken = " failed: port is already allocated";

struct Ports {
    Ports() : ports(choice()), addresses(config()) {}

    static FreeChoice choice() {
        FreeChoice choice;
        choice.range = {40000, 40004};
        choice.reserved.add({40001, 40002});
        return choice;
    }
    static Config config() {
        Config config;
        config.uplink.emplace();
        config.uplink->ipv4 = {*InterfaceAddress4::parse("203.0.113.10/24")};
        config.host_addresses = {*Ipv4::parse("10.0.0.1")};
        return config;
    }

    // What was taken, as -p says it, or the error.
    std::string take(const std::vector<std::string>& texts) {
        std::vector<PublishSpec> specs;
        for (const auto& text : texts) {
            specs.push_back(parse_publish_spec(text));
        }
        try {
            std::string all;
            for (const auto& publish :
                 ports.take(specs, "a", addresses, [&](const Publish& p) { return held(p); }, host_ip)) {
                all += (all.empty() ? "" : " ") + to_arrow(publish);
                last = publish;
            }
            return all;
        } catch (const Refused& refused) {
            return refused.what();
        }
    }
    std::string held(const Publish& publish) const {
        return publish.host_ports.first <= held_to && publish.host_ports.last >= held_from ? "in use" : "";
    }

    PublishedPorts ports;
    HostAddresses addresses;
    Publish last;
    Ipv4 host_ip;
    unsigned held_from = 1;
    unsigned held_to = 0;
};

} // namespace

TEST_CASE("a port is published once for an address and protocol, and 0.0.0.0 is every address") {
    Ports ports;
    CHECK(ports.take({"8080:80"}) == "0.0.0.0:8080->80/tcp");
    CHECK(ports.take({"8080:81"}) == "Bind for 0.0.0.0:8080" + kTaken);
    CHECK(ports.take({"8000-8100:8000-8100"}) == "Bind for 0.0.0.0:8080" + kTaken); // the first that is
    CHECK(ports.take({"127.0.0.1:8080:80"}) == "Bind for 127.0.0.1:8080" + kTaken);
    CHECK(ports.take({"8080:80/udp"}) == "0.0.0.0:8080->80/udp");
    CHECK(ports.take({"127.0.0.1:9000:80"}) == "127.0.0.1:9000->80/tcp");
    CHECK(ports.take({"10.0.0.1:9000:80"}) == "10.0.0.1:9000->80/tcp");
    CHECK(ports.take({"9000:80"}) == "Bind for 0.0.0.0:9000" + kTaken);
}

TEST_CASE("what is refused has taken nothing, and what is given back is free") {
    Ports ports;
    CHECK(ports.take({"7000:80"}) == "0.0.0.0:7000->80/tcp");
    CHECK(ports.take({"7001:80", "7000:80"}) == "Bind for 0.0.0.0:7000" + kTaken);
    CHECK(ports.take({"7001:80"}) == "0.0.0.0:7001->80/tcp");
    ports.ports.remove(ports.last);
    CHECK(ports.take({"7001:80"}) == "0.0.0.0:7001->80/tcp");
    ports.held_from = ports.held_to = 7002;
    CHECK(ports.take({"7002:80"}) == "in use");
    ports.held_to = 0;
    CHECK(ports.take({"7002:80"}) == "0.0.0.0:7002->80/tcp");
}

TEST_CASE("any free port is the next one, without reserved, held and published ones, and around") {
    Ports ports;
    CHECK(ports.take({"40003:1"}) == "0.0.0.0:40003->1/tcp");
    CHECK(ports.take({"80"}) == "0.0.0.0:40000->80/tcp");
    CHECK(ports.take({"80"}) == "0.0.0.0:40004->80/tcp");
    CHECK(ports.take({"80"}) == "all ports are allocated");
    ports.ports.remove(ports.last);
    CHECK(ports.take({"127.0.0.1::80"}) == "127.0.0.1:40004->80/tcp");
    CHECK(ports.take({"80-82/udp"}) == "0.0.0.0:40000->80/udp 0.0.0.0:40003-40004->81-82/udp");
    ports.held_from = 40000;
    ports.held_to = 40004;
    CHECK(ports.take({"80/sctp"}) == "in use");
}

TEST_CASE("a port that was given back waits until the others had their turn") {
    Ports ports;
    CHECK(ports.take({"80"}) == "0.0.0.0:40000->80/tcp");
    ports.ports.remove(ports.last);
    CHECK(ports.take({"80"}) == "0.0.0.0:40003->80/tcp");
    CHECK(ports.take({"80"}) == "0.0.0.0:40004->80/tcp");
    CHECK(ports.take({"80"}) == "0.0.0.0:40000->80/tcp");
    // Protocols and addresses have their own turns.
    CHECK(ports.take({"80/udp"}) == "0.0.0.0:40000->80/udp");
    CHECK(ports.take({"127.0.0.1::80/sctp"}) == "127.0.0.1:40000->80/sctp");
    CHECK(ports.take({"127.0.0.2::80/sctp"}) == "127.0.0.2:40000->80/sctp");
    CHECK(ports.take({"80/sctp"}) == "0.0.0.0:40003->80/sctp");
}

TEST_CASE("each range that is asked for has its own turn") { // P-042
    Ports ports;
    CHECK(ports.take({"8081-8082:80"}) == "0.0.0.0:8081->80/tcp");
    ports.ports.remove(ports.last);
    CHECK(ports.take({"8081-8082:80"}) == "0.0.0.0:8082->80/tcp");
    CHECK(ports.take({"8081-8083:80"}) == "0.0.0.0:8081->80/tcp");
    CHECK(ports.take({"8081-8082:80"}) == "all ports are allocated");
    CHECK(ports.take({"8081-8083:80"}) == "0.0.0.0:8083->80/tcp");
}

TEST_CASE("addresses that are asked for together get the same port") { // P-033
    Ports ports;
    CHECK(ports.take({"127.0.0.1:40000:9"}) == "127.0.0.1:40000->9/tcp");
    CHECK(ports.take({"127.0.0.2::80", "127.0.0.1::80"}) == "127.0.0.2:40003->80/tcp 127.0.0.1:40003->80/tcp");
    CHECK(ports.take({"127.0.0.1:5000:9"}) == "127.0.0.1:5000->9/tcp");
    CHECK(ports.take({"127.0.0.2:5000-5004:80", "127.0.0.1:5000-5004:80"}) ==
          "127.0.0.2:5001->80/tcp 127.0.0.1:5001->80/tcp");
    CHECK(ports.take({"127.0.0.3:7000-7001:80", "127.0.0.3:7000-7001:80"}) == // both at one address: not the same
          "127.0.0.3:7000->80/tcp 127.0.0.3:7001->80/tcp");
    // T-43: one for 0.0.0.0 and others for one address are never the same.
    Ports mixed;
    CHECK(mixed.take({"80", "127.0.0.1::81", "82"}) ==
          "0.0.0.0:40000->80/tcp 127.0.0.1:40003->81/tcp 0.0.0.0:40004->82/tcp");
}

TEST_CASE("distinct addresses of the loopback have their own ports") { // T-44
    Ports ports;
    CHECK(ports.take({"127.0.0.1:8080:80"}) == "127.0.0.1:8080->80/tcp");
    CHECK(ports.take({"127.0.0.2:8080:80"}) == "127.0.0.2:8080->80/tcp");
    CHECK(ports.take({"127.0.0.2:8080:80"}) == "Bind for 127.0.0.2:8080" + kTaken);
    CHECK(ports.take({"8080:80"}) == "Bind for 0.0.0.0:8080" + kTaken);
}

TEST_CASE("without an address in -p it is that of the network") { // O-004
    Ports ports;
    ports.host_ip = *Ipv4::parse("127.0.0.1");
    CHECK(ports.take({"8080:80", "0.0.0.0:8081:80"}) == "127.0.0.1:8080->80/tcp 0.0.0.0:8081->80/tcp");
}

TEST_CASE("only ten ports of other processes are passed over") { // P-044
    Ports ports;
    ports.held_from = 6000;
    ports.held_to = 6009;
    CHECK(ports.take({"6000-6020:80"}) == "in use");
    ports.held_to = 6008;
    CHECK(ports.take({"6000-6020:80"}) == "0.0.0.0:6009->80/tcp");
}

TEST_CASE("a range costs as many questions as it has entries, not ports") {
    FreeChoice choice;
    choice.range = {1024, 60999};
    PublishedPorts ports(choice);
    const HostAddresses addresses(Ports::config());
    unsigned asked = 0;
    const auto held = [&](const Publish&) {
        ++asked;
        return std::string();
    };
    const auto any = ports.take({parse_publish_spec("1-50000")}, "a", addresses, held);
    CHECK(asked == 1);
    REQUIRE(any.size() == 1);
    CHECK(to_arrow(any[0]) == "0.0.0.0:1024-51023->1-50000/tcp");
    const auto all = ports.take({parse_publish_spec("1-60999:1-60999/udp")}, "a", addresses, held);
    CHECK(asked == 2);
    CHECK(all.size() == 1);
    CHECK_THROWS_WITH(ports.take({parse_publish_spec("1-50000")}, "a", addresses, held), "all ports are allocated");
    CHECK(ports.take({parse_publish_spec("1-9976")}, "a", addresses, held).size() == 1);
}

TEST_CASE("ports of processes in the middle of what is chosen are passed over one by one") {
    Ports ports;
    ports.held_from = ports.held_to = 40003;
    CHECK(ports.take({"80-81"}) == "0.0.0.0:40000->80/tcp 0.0.0.0:40004->81/tcp");
}

TEST_CASE("one free port of a range that was asked for") {
    Ports ports;
    CHECK(ports.take({"5000-5002:80"}) == "0.0.0.0:5000->80/tcp");
    ports.held_from = ports.held_to = 5001;
    CHECK(ports.take({"5000-5002:80"}) == "0.0.0.0:5002->80/tcp");
    CHECK(ports.take({"5000-5002:80"}) == "in use");
    CHECK(ports.take({"40001-40002:80"}) == "0.0.0.0:40001->80/tcp"); // P-041
}

TEST_CASE("ports are published at the host's addresses and not where flows leave") {
    Ports ports;
    CHECK(ports.take({"203.0.113.11:80:80"}) == "203.0.113.11 is no address of this host");
    const std::string nat = " failed: the ports 61000-65535 are those of masqueraded flows";
    CHECK(ports.take({"61000:80"}) == "Bind for 0.0.0.0:61000" + nat);
    CHECK(ports.take({"203.0.113.10:65535:80"}) == "Bind for 203.0.113.10:65535" + nat);
    CHECK(ports.take({"127.0.0.1:61000:80"}) == "127.0.0.1:61000->80/tcp");
    CHECK(ports.take({"10.0.0.1:61000:80"}) == "10.0.0.1:61000->80/tcp");
}

} // namespace pontoon::published_ports_test
