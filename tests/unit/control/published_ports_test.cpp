// Which ports of the host are taken, and which one a container gets that asks for any (docker-behaviours 5.3).
#include <catch2/catch.hpp>

#include "control/published_ports.hpp"
#include "control/refused.hpp"

namespace pontoon {

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
            for (const auto& publish : ports.take(specs, "a", addresses, [&](const Publish& p) { return held(p); })) {
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
    unsigned held_from = 1;
    unsigned held_to = 0;
};

} // namespace

TEST_CASE("a port is published once for an address and protocol, and 0.0.0.0 is every address") {
    Ports ports;
    CHECK(ports.take({"8080:80"}) == "0.0.0.0:8080->80/tcp");
    CHECK(ports.take({"8080:81"}) == "-p 8080:81: Bind for 0.0.0.0:8080" + kTaken);
    CHECK(ports.take({"8000-8100:8000-8100"}) == "-p 8000-8100:8000-8100: Bind for 0.0.0.0:8000-8100" + kTaken);
    CHECK(ports.take({"127.0.0.1:8080:80"}) == "-p 127.0.0.1:8080:80: Bind for 127.0.0.1:8080" + kTaken);
    CHECK(ports.take({"8080:80/udp"}) == "0.0.0.0:8080->80/udp");
    CHECK(ports.take({"127.0.0.1:9000:80"}) == "127.0.0.1:9000->80/tcp");
    CHECK(ports.take({"10.0.0.1:9000:80"}) == "10.0.0.1:9000->80/tcp");
    CHECK(ports.take({"9000:80"}) == "-p 9000:80: Bind for 0.0.0.0:9000" + kTaken);
}

TEST_CASE("what is refused has taken nothing, and what is given back is free") {
    Ports ports;
    CHECK(ports.take({"7000:80"}) == "0.0.0.0:7000->80/tcp");
    CHECK(ports.take({"7001:80", "7000:80"}) == "-p 7000:80: Bind for 0.0.0.0:7000" + kTaken);
    CHECK(ports.take({"7001:80"}) == "0.0.0.0:7001->80/tcp");
    ports.ports.remove(ports.last);
    CHECK(ports.take({"7001:80"}) == "0.0.0.0:7001->80/tcp");
    ports.held_from = ports.held_to = 7002;
    CHECK(ports.take({"7002:80"}) == "-p 7002:80: in use");
    ports.held_to = 0;
    CHECK(ports.take({"7002:80"}) == "0.0.0.0:7002->80/tcp");
}

TEST_CASE("any free port is the next one, without reserved, held and published ones, and around") {
    Ports ports;
    CHECK(ports.take({"40003:1"}) == "0.0.0.0:40003->1/tcp");
    CHECK(ports.take({"80"}) == "0.0.0.0:40000->80/tcp");
    CHECK(ports.take({"80"}) == "0.0.0.0:40004->80/tcp");
    CHECK(ports.take({"80"}) == "-p 80: all ports are allocated");
    ports.ports.remove(ports.last);
    CHECK(ports.take({"127.0.0.1::80"}) == "127.0.0.1:40004->80/tcp");
    CHECK(ports.take({"80-82/udp"}) == "0.0.0.0:40000->80/udp 0.0.0.0:40003->81/udp 0.0.0.0:40004->82/udp");
    ports.held_from = 40000;
    ports.held_to = 40004;
    CHECK(ports.take({"80/sctp"}) == "-p 80/sctp: in use");
}

TEST_CASE("one free port of a range that was asked for") {
    Ports ports;
    CHECK(ports.take({"5000-5002:80"}) == "0.0.0.0:5000->80/tcp");
    ports.held_from = ports.held_to = 5001;
    CHECK(ports.take({"5000-5002:80"}) == "0.0.0.0:5002->80/tcp");
    CHECK(ports.take({"5000-5002:80"}) == "-p 5000-5002:80: in use");
    CHECK(ports.take({"40001-40002:80"}) == "0.0.0.0:40001->80/tcp"); // P-041
}

TEST_CASE("ports are published at the host's addresses and not where flows leave") {
    Ports ports;
    CHECK(ports.take({"203.0.113.11:80:80"}) == "-p 203.0.113.11:80:80: 203.0.113.11 is no address of this host");
    const std::string nat = " failed: the ports 61000-65535 are those of masqueraded flows";
    CHECK(ports.take({"61000:80"}) == "-p 61000:80: Bind for 0.0.0.0:61000" + nat);
    CHECK(ports.take({"203.0.113.10:65535:80"}) == "-p 203.0.113.10:65535:80: Bind for 203.0.113.10:65535" + nat);
    CHECK(ports.take({"127.0.0.1:61000:80"}) == "127.0.0.1:61000->80/tcp");
    CHECK(ports.take({"10.0.0.1:61000:80"}) == "10.0.0.1:61000->80/tcp");
}

} // namespace pontoon
