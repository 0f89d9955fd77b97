// The grammar of -p (docker-behaviours 5.1).
#include <catch2/catch.hpp>

#include "control/publish_spec.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

struct Row {
    const char* text;
    PublishSpec meant;
};

PublishSpec spec(const char* ip, std::optional<PortRange> host, PortRange ports, Transport protocol = Transport::tcp) {
    return {"", *Ipv4::parse(ip), host, ports, protocol};
}

std::string error_of(const std::string& text) {
    try {
        (void)parse_publish_spec(text);
    } catch (const Refused& refused) {
        CHECK(refused.why() == Refused::Why::bad);
        return refused.what();
    }
    return "none";
}

} // namespace

TEST_CASE("-p is read as Docker reads it") {
    const PortRange p80{80, 80};
    const PortRange p8080{8080, 8080};
    const Row rows[] = {
        {"80", spec("0.0.0.0", {}, p80)},
        {":80", spec("0.0.0.0", {}, p80)},
        {"8080:80", spec("0.0.0.0", p8080, p80)},
        {"127.0.0.1:8080:80", spec("127.0.0.1", p8080, p80)},
        {"127.0.0.1::80", spec("127.0.0.1", {}, p80)},
        {"8080:80/udp", spec("0.0.0.0", p8080, p80, Transport::udp)},
        {"8080:80/SCTP", spec("0.0.0.0", p8080, p80, Transport::sctp)},
        {"80/TCP", spec("0.0.0.0", {}, p80)},
        {"8000-8002:9000-9002", spec("0.0.0.0", PortRange{8000, 8002}, {9000, 9002})},
        {"8000-8010:80", spec("0.0.0.0", PortRange{8000, 8010}, p80)},
        {"9000-9002", spec("0.0.0.0", {}, {9000, 9002})},
        {"1-65535:1-65535", spec("0.0.0.0", PortRange{1, 65535}, {1, 65535})},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        auto read = parse_publish_spec(row.text);
        CHECK(read.text == row.text);
        read.text.clear();
        CHECK(read == row.meant);
    }
    CHECK(parse_publish_spec("8000-8010:80").is_choice());
    CHECK_FALSE(parse_publish_spec("8000-8001:80-81").is_choice());
}

TEST_CASE("a wrong -p is refused with its text and the reason") {
    const std::pair<const char*, const char*> wrong[] = {
        {"", "no port specified: <empty>"},
        {"80:", "no port specified: 80:<empty>"},
        {"x", "invalid containerPort: x"},
        {"0", "invalid containerPort: 0"},
        {"65536", "invalid containerPort: 65536"},
        {"80-70", "invalid containerPort: 80-70"},
        {"0:80", "invalid hostPort: 0"},
        {"-1:80", "invalid hostPort: -1"},
        {"+1:80", "invalid hostPort: +1"},
        {"1 :80", "invalid hostPort: 1 "},
        {"8000-8002:9000-9001", "invalid ranges specified for container and host Ports: 9000-9001 and 8000-8002"},
        {"80:80-81", "invalid ranges specified for container and host Ports: 80-81 and 80"},
        {"80/icmp", "invalid proto: icmp"},
        {"80/", "invalid proto: "},
        {"80/tcp/udp", "invalid proto: tcp/udp"},
        {"host:80:80", "invalid IP address: host"},
        {"1.2.3:80:80", "invalid IP address: 1.2.3"},
        {"[::1]:80:80", "invalid IP address: [::1] (only IPv4 addresses are published)"},
        {"::1:8080:80", "invalid IP address: ::1 (only IPv4 addresses are published)"},
    };
    for (const auto& [text, reason] : wrong) {
        CHECK(error_of(text) == "-p " + std::string(text) + ": " + reason);
    }
    CHECK(error_of("80\n") == "-p 80?: invalid containerPort: 80?"); // one line
}

TEST_CASE("what is published can be written as -p and read again") {
    for (const auto* text : {"0.0.0.0:8080:80/tcp", "127.0.0.1:8000-8002:80-82/udp", "10.0.0.1:1-65535:1-65535/sctp"}) {
        const auto read = parse_publish_spec(text);
        CHECK(to_spec({read.host_ip, *read.host_ports, read.protocol, "a", read.ports}) == text);
    }
    CHECK(to_arrow({{}, {8000, 8001}, Transport::udp, "a", {80, 81}}) == "0.0.0.0:8000-8001->80-81/udp");
}

} // namespace pontoon
