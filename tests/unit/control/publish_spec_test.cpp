// The grammar of -p (docker-behaviours 5.1).
#include <catch2/catch.hpp>

#include <random>

#include "control/publish_spec.hpp"
#include "control/refused.hpp"

namespace pontoon::publish_spec_test {

namespace {

struct Row {
    const char* text;
    PublishSpec meant;
};

// Without an address where `ip` is empty.
PublishSpec spec(const char* ip, std::optional<PortRange> host, PortRange ports, Transport protocol = Transport::tcp) {
    PublishSpec spec{"", {}, host, ports, protocol};
    if (*ip != 0) {
        set_host_ip(spec, ip);
    }
    return spec;
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
        {"80", spec("", {}, p80)},
        {":80", spec("", {}, p80)},
        {"::80", spec("", {}, p80)},
        {"8080:80", spec("", p8080, p80)},
        {"0.0.0.0:8080:80", spec("0.0.0.0", p8080, p80)},
        {"127.0.0.1:8080:80", spec("127.0.0.1", p8080, p80)},
        {"127.0.0.1::80", spec("127.0.0.1", {}, p80)},
        {"[::1]:8080:80", spec("::1", p8080, p80)},
        {"[2001:db8::1]::80", spec("2001:db8::1", {}, p80)},
        {"::1:8080:80", spec("::1", p8080, p80)},
        {":::8080:80", spec("::", p8080, p80)},
        {"2001:db8::1::80/udp", spec("2001:db8::1", {}, p80, Transport::udp)},
        {"::ffff:127.0.0.1:8080:80", spec("127.0.0.1", p8080, p80)},
        {"8080:80/udp", spec("", p8080, p80, Transport::udp)},
        {"8080:80/SCTP", spec("", p8080, p80, Transport::sctp)},
        {"80/TCP", spec("", {}, p80)},
        {"80/", spec("", {}, p80)},
        {"8000-8002:9000-9002", spec("", PortRange{8000, 8002}, {9000, 9002})},
        {"8000-8010:80", spec("", PortRange{8000, 8010}, p80)},
        {"9000-9002", spec("", {}, {9000, 9002})},
        {"1-65535:1-65535", spec("", PortRange{1, 65535}, {1, 65535})},
        {"published=8080,target=80", spec("", p8080, p80)},
        {"target=80,protocol=UDP,mode=host", spec("", {}, p80, Transport::udp)},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        auto read = parse_publish_spec(row.text);
        CHECK(read.text == row.text);
        read.text.clear();
        CHECK(read == row.meant);
        auto again = parse_publish_spec(to_spec(read));
        again.text.clear();
        CHECK(again == row.meant);
    }
    CHECK(parse_publish_spec("8000-8010:80").is_choice());
    CHECK_FALSE(parse_publish_spec("8000-8001:80-81").is_choice());
}

TEST_CASE("a wrong -p is refused in the words of the docker command") {
    const std::pair<const char*, const char*> wrong[] = {
        {"", "no port specified: <empty>"},
        {"80:", "no port specified: 80:<empty>"},
        {"127.0.0.1:80:", "no port specified: 127.0.0.1:80:<empty>"},
        {"/tcp", "no port specified: /tcp<empty>"},
        {"x", "invalid containerPort: x"},
        {"0", "invalid containerPort: 0"},
        {"65536", "invalid containerPort: 65536"},
        {"80-70", "invalid containerPort: 80-70"},
        {"80-", "invalid containerPort: 80-"},
        {"1-2-3", "invalid containerPort: 1-2-3"},
        {"0:80", "invalid hostPort: 0"},
        {"-1:80", "invalid hostPort: -1"},
        {"+1:80", "invalid hostPort: +1"},
        {"1 :80", "invalid hostPort: 1 "},
        {"8080/tcp:80", "invalid hostPort: 8080/tcp"},
        {"8000-8002:9000-9001", "invalid ranges specified for container and host Ports: 9000-9001 and 8000-8002"},
        {"80:80-81", "invalid ranges specified for container and host Ports: 80-81 and 80"},
        {"80/icmp", "invalid proto: icmp"},
        {"80/tcp/udp", "invalid proto: tcp/udp"},
        {"host:80:80", "invalid IP address: host"},
        {"1.2.3:80:80", "invalid IP address: 1.2.3"},
        {"[127.0.0.1]:80:80", "invalid IP address: 127.0.0.1"},
        {"[::1:80:80", "invalid IP address: [::1"},
        {"fe80::1%eth0:80:80", "invalid IP address: fe80::1%eth0"},
        {"published=80,target", "invalid publish opts format (should be name=value but got 'target')"},
        {"published=80,=80", "invalid publish opts format (should be name=value but got '=80')"},
        {"published=80", "no port specified: 80:/tcp<empty>"},
        {"published=80,target=80,mode=ingress", "invalid publish opts: mode=ingress is not supported"},
        {"published=80,target=80,colour=red", "invalid publish opts: colour=red is not supported"},
    };
    for (const auto& [text, reason] : wrong) {
        INFO(text);
        CHECK(error_of(text) == reason);
    }
    CHECK(error_of("80\n") == "invalid containerPort: 80?"); // one line
}

TEST_CASE("any text is read or refused in one line, and what is read can be written") {
    std::mt19937 random(3);
    const std::string_view pieces[] = {"8",    "0",         "80",         ":",     "-",   "/",      "tcp",
                                       "[",    "]",         ".",          ",",     "::1", "=",      "target",
                                       "mode", "127.0.0.1", "published=", "65535", "\n",  {"\0", 1}};
    unsigned read = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (unsigned length = static_cast<unsigned>(random() % 7); length > 0; --length) {
            text += pieces[random() % std::size(pieces)];
        }
        try {
            auto spec = parse_publish_spec(text);
            ++read;
            auto again = parse_publish_spec(to_spec(spec));
            again.text = spec.text;
            REQUIRE(again == spec);
        } catch (const Refused& refused) {
            REQUIRE(std::string(refused.what()).find_first_of(std::string_view("\n\0", 2)) == std::string::npos);
        }
    }
    CHECK(read > 100);
}

TEST_CASE("what is published can be written as -p and read again") {
    for (const auto* text : {"0.0.0.0:8080:80/tcp", "127.0.0.1:8000-8002:80-82/udp", "10.0.0.1:1-65535:1-65535/sctp"}) {
        const auto read = parse_publish_spec(text);
        CHECK(to_spec({read.host_ip, *read.host_ports, read.protocol, "a", read.ports}) == text);
    }
    CHECK(to_arrow({{}, {8000, 8001}, Transport::udp, "a", {80, 81}}) == "0.0.0.0:8000-8001->80-81/udp");
    CHECK(to_spec(parse_publish_spec("::1:8080:80")) == "[::1]:8080:80/tcp");
}

TEST_CASE("an IPv6 address is refused by name, but for the [::] beside 0.0.0.0") {
    const auto left = [](const std::vector<const char*>& texts) {
        std::vector<PublishSpec> specs;
        for (const auto* text : texts) {
            specs.push_back(parse_publish_spec(text));
        }
        try {
            std::string all;
            for (const auto& spec : without_ipv6(specs)) {
                all += (all.empty() ? "" : " ") + to_spec(spec);
            }
            return all;
        } catch (const Refused& refused) {
            CHECK(refused.why() == Refused::Why::unsupported);
            return std::string(refused.what());
        }
    };
    const std::string refusal = "ports are not published on IPv6 addresses of the host: ";
    CHECK(left({"0.0.0.0:8080:80", "[::]:8080:80"}) == "0.0.0.0:8080:80/tcp");
    CHECK(left({"[::]:8080:80", "8080:80"}) == "8080:80/tcp");
    CHECK(left({"[::]::80", "0.0.0.0::80"}) == "0.0.0.0::80/tcp");
    CHECK(left({"[::]:8080:80"}) == refusal + "[::]:8080:80/tcp");
    CHECK(left({"[::]:8080:80", "8081:80"}) == refusal + "[::]:8080:80/tcp");
    CHECK(left({"[::]:8080:80", "8080:80/udp"}) == refusal + "[::]:8080:80/tcp");
    CHECK(left({"[::]:8080:80", "127.0.0.1:8080:80"}) == refusal + "[::]:8080:80/tcp");
    CHECK(left({"[::1]:8080:80", "8080:80"}) == refusal + "[::1]:8080:80/tcp");
}

} // namespace pontoon::publish_spec_test
