// What Docker's own tests of port mappings and port allocation hold, in our words (docker-behaviours T-40, T-41).
#include <catch2/catch.hpp>

#include <set>

#include "control/published_ports.hpp"
#include "control/refused.hpp"

namespace pontoon::published_ports_docker_test {

namespace {

// A host with three addresses and no masquerade. Docker's tests have the same first ports.
struct Host {
    explicit Host(const PortRange& range = {49153, 65535}) : ports(choice(range)), addresses(config()) {}

    static FreeChoice choice(const PortRange& range) {
        FreeChoice choice;
        choice.range = range;
        choice.reserved.add({50000, 50009});
        return choice;
    }
    static Config config() {
        Config config;
        config.host_addresses = {*Ipv4::parse("192.168.1.2"), *Ipv4::parse("192.168.1.3"), *Ipv4::parse("192.168.1.4")};
        return config;
    }
    std::string take(const std::vector<const char*>& texts, const char* host_ip = "0.0.0.0") {
        std::vector<PublishSpec> specs;
        for (const auto* text : texts) {
            specs.push_back(parse_publish_spec(text));
        }
        try {
            taken = ports.take(
                specs, "c", addresses,
                [this](const Publish& publish) {
                    const auto held = busy.lower_bound(publish.host_ports.first);
                    return held == busy.end() || *held > publish.host_ports.last
                               ? std::string()
                               : "port " + std::to_string(*held) + " is in use";
                },
                *Ipv4::parse(host_ip));
        } catch (const Refused& refused) {
            return refused.what();
        }
        std::string all;
        for (const auto& publish : taken) {
            all += (all.empty() ? "" : " ") + to_arrow(publish);
        }
        return all;
    }
    void give_back() {
        std::ranges::for_each(taken, [this](const Publish& publish) { ports.remove(publish); });
    }

    PublishedPorts ports;
    HostAddresses addresses;
    std::set<unsigned> busy; // with processes of the host
    std::vector<Publish> taken;
};

struct Mapping {
    const char* what;
    std::vector<const char*> specs;
    std::set<unsigned> busy;
    const char* host_ip;
    const char* expected;
};

} // namespace

TEST_CASE("mappings are what Docker's bridge driver makes of them") {
    const Mapping mappings[] = {
        {"defaults", {"22", "80"}, {}, "0.0.0.0", "0.0.0.0:49153->22/tcp 0.0.0.0:49154->80/tcp"},
        {"specific host port", {"8080:80"}, {}, "0.0.0.0", "0.0.0.0:8080->80/tcp"},
        {"specific host port in use", {"8080:80"}, {8080}, "0.0.0.0", "port 8080 is in use"},
        {"mapped host address", {"::ffff:192.168.1.2:8080:80"}, {}, "0.0.0.0", "192.168.1.2:8080->80/tcp"},
        {"range, first in use", {"8080-8081:80"}, {8080}, "0.0.0.0", "0.0.0.0:8081->80/tcp"},
        {"range, all in use", {"8080-8082:80"}, {8080, 8081, 8082}, "0.0.0.0", "port 8082 is in use"},
        {"several addresses, range, first in use",
         {"192.168.1.2:8080-8082:80", "192.168.1.3:8080-8082:80"},
         {8080},
         "0.0.0.0",
         "192.168.1.2:8081->80/tcp 192.168.1.3:8081->80/tcp"},
        {"ranges, one in use", {"8080-8082:80-82"}, {8081}, "0.0.0.0", "port 8081 is in use"},
        {"several ports of one range",
         {"8080-8082:80", "8080-8082:81", "8080-8082:82"},
         {},
         "0.0.0.0",
         "0.0.0.0:8080->80/tcp 0.0.0.0:8081->81/tcp 0.0.0.0:8082->82/tcp"},
        {"more ports than the range has",
         {"8080-8081:80", "8080-8081:81", "8080-8081:82"},
         {},
         "0.0.0.0",
         "all ports are allocated"},
        {"default address", {"80"}, {}, "192.168.1.2", "192.168.1.2:49153->80/tcp"},
        {"default address and a told one",
         {"8080:80", "192.168.1.3:8080:80"},
         {},
         "192.168.1.2",
         "192.168.1.2:8080->80/tcp 192.168.1.3:8080->80/tcp"},
        {"an address that the host has not",
         {"192.168.1.9:8080:80"},
         {},
         "0.0.0.0",
         "192.168.1.9 is no address of this host"},
        {"the same port for several addresses",
         {"192.168.1.2::80", "192.168.1.3::80", "192.168.1.2::80/udp", "192.168.1.3::80/udp", "192.168.1.2::81"},
         {49153},
         "0.0.0.0",
         "192.168.1.2:49154->80/tcp 192.168.1.3:49154->80/tcp 192.168.1.2:49154->80/udp 192.168.1.3:49154->80/udp "
         "192.168.1.2:49155->81/tcp"},
        {"the same ports for several addresses of a range",
         {"192.168.1.2::80-82", "192.168.1.3::80-82"},
         {49154},
         "0.0.0.0",
         "192.168.1.2:49153->80/tcp 192.168.1.3:49153->80/tcp 192.168.1.2:49155-49156->81-82/tcp "
         "192.168.1.3:49155-49156->81-82/tcp"},
        {"the default address is one of several",
         {"80", "192.168.1.3::80"},
         {},
         "192.168.1.2",
         "192.168.1.2:49153->80/tcp 192.168.1.3:49153->80/tcp"},
        {"[::] as well", {"0.0.0.0:8080:80", "[::]:8080:80"}, {}, "0.0.0.0", "0.0.0.0:8080->80/tcp"},
        {"an IPv6 address",
         {"[2001:db8::1]:8080:80"},
         {},
         "0.0.0.0",
         "ports are not published on IPv6 addresses of the host: [2001:db8::1]:8080:80/tcp"},
    };
    for (const auto& mapping : mappings) {
        INFO(mapping.what);
        Host host;
        host.busy = mapping.busy;
        CHECK(host.take(mapping.specs, mapping.host_ip) == mapping.expected);
        // What failed has left nothing, what did not can be given back.
        host.give_back();
        host.busy = {};
        CHECK(host.take({"1-65535:1-65535", "1-65535:1-65535/udp"}) ==
              "0.0.0.0:1-65535->1-65535/tcp 0.0.0.0:1-65535->1-65535/udp");
    }
}

TEST_CASE("automatic ports go up to the end of the range and around, and then there are none") {
    Host host({49153, 49160});
    std::set<std::string> seen;
    for (unsigned port = 49153; port <= 49160; ++port) {
        REQUIRE(host.take({"80"}) == "0.0.0.0:" + std::to_string(port) + "->80/tcp");
        REQUIRE(seen.insert(to_arrow(host.taken[0])).second);
    }
    CHECK(host.take({"80"}) == "all ports are allocated");
    host.give_back(); // the last one
    CHECK(host.take({"80"}) == "0.0.0.0:49160->80/tcp");
    CHECK(host.take({"80/udp"}) == "0.0.0.0:49153->80/udp"); // another protocol
}

TEST_CASE("an explicit port in the automatic range is passed over, and taken once") {
    Host host;
    CHECK(host.take({"49153:1", "192.168.1.2:49154:1"}) == "0.0.0.0:49153->1/tcp 192.168.1.2:49154->1/tcp");
    CHECK(host.take({"49153:2"}) == "Bind for 0.0.0.0:49153 failed: port is already allocated");
    CHECK(host.take({"80"}) == "0.0.0.0:49155->80/tcp");
    CHECK(host.take({"192.168.1.3::80"}) == "192.168.1.3:49154->80/tcp");
}

TEST_CASE("reserved ports are passed over where nobody asks for them") { // P-041
    Host host({49999, 50011});
    CHECK(host.take({"80-81"}) == "0.0.0.0:49999->80/tcp 0.0.0.0:50010->81/tcp");
    CHECK(host.take({"50000:80"}) == "0.0.0.0:50000->80/tcp");
    CHECK(host.take({"50000-50001:80"}) == "0.0.0.0:50001->80/tcp");
    Host all({50000, 50009});
    CHECK(all.take({"80"}) == "all ports are allocated");
}

TEST_CASE("0.0.0.0 and one address exclude each other, two addresses do not") { // P-043
    Host host;
    CHECK(host.take({"192.168.1.2:8080:80", "192.168.1.3:8080:80"}) ==
          "192.168.1.2:8080->80/tcp 192.168.1.3:8080->80/tcp");
    CHECK(host.take({"8080:80"}) == "Bind for 0.0.0.0:8080 failed: port is already allocated");
    CHECK(host.take({"8080:80/udp"}) == "0.0.0.0:8080->80/udp");
    CHECK(host.take({"192.168.1.2:8080:80/udp"}) == "Bind for 192.168.1.2:8080 failed: port is already allocated");
    CHECK(host.take({"192.168.1.4:8080:80"}) == "192.168.1.4:8080->80/tcp");
    // A range is chosen from for all of its addresses.
    CHECK(host.take({"192.168.1.4:9000:9"}) == "192.168.1.4:9000->9/tcp");
    CHECK(host.take({"192.168.1.2:9000-9001:80", "192.168.1.3:9000-9001:80", "192.168.1.4:9000-9001:80"}) ==
          "192.168.1.2:9001->80/tcp 192.168.1.3:9001->80/tcp 192.168.1.4:9001->80/tcp");
}

TEST_CASE("the first port that is in the way is the one that is named") {
    Host host;
    CHECK(host.take({"192.168.1.3:8005:1", "192.168.1.2:8003:1", "192.168.1.4:8004:1"}).size() > 0);
    CHECK(host.take({"8000-8010:8000-8010"}) == "Bind for 0.0.0.0:8003 failed: port is already allocated");
    CHECK(host.take({"192.168.1.3:8000-8010:8000-8010"}) ==
          "Bind for 192.168.1.3:8005 failed: port is already allocated");
}

} // namespace pontoon::published_ports_docker_test
