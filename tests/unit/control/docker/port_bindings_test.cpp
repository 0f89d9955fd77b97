// Ports as JSON of Docker's API (docker-behaviours P-014 to P-016, N-033, N-178).
#include <catch2/catch.hpp>

#include "control/docker/port_bindings.hpp"
#include "control/refused.hpp"

namespace pontoon::port_bindings_test {

namespace json = boost::json;

namespace {

json::value parsed(std::string text) {
    std::ranges::replace(text, '\'', '"');
    return json::parse(text);
}

// As -p says it, or the error; warnings behind it.
std::string bindings(const std::string& text) {
    Texts warnings;
    std::string all;
    try {
        for (const auto& spec : read_port_bindings(parsed(text), warnings)) {
            all += (all.empty() ? "" : " ") + to_spec(spec);
        }
    } catch (const Refused& refused) {
        CHECK(refused.why() == Refused::Why::bad);
        return refused.what();
    }
    for (const auto& warning : warnings) {
        all += "; " + warning;
    }
    return all;
}

json::object one(const std::string& host_ip, const std::string& host_port) {
    return {{"HostIp", host_ip}, {"HostPort", host_port}};
}

Publish publish(const char* text) {
    const auto spec = parse_publish_spec(text);
    return {spec.host_ip, *spec.host_ports, spec.protocol, "c", spec.ports};
}

} // namespace

TEST_CASE("PortBindings say what -p says") {
    CHECK(bindings("null").empty());
    CHECK(bindings("{}").empty());
    CHECK(bindings("{'80/tcp':[{'HostIp':'','HostPort':'8080'}]}") == "8080:80/tcp");
    CHECK(bindings("{'80/tcp':[{'HostPort':'8080'}],'53/udp':[{'HostIp':'127.0.0.1'}]}") ==
          "127.0.0.1::53/udp 8080:80/tcp");
    CHECK(bindings("{'80':[{'HostPort':'0'},{'HostPort':'8000-8010'}]}") == ":80/tcp 8000-8010:80/tcp");
    CHECK(bindings("{'80/tcp':[{'HostIp':'::','HostPort':'80'},{'HostIp':'0.0.0.0','HostPort':'80'}]}") ==
          "0.0.0.0:80:80/tcp [::]:80:80/tcp");
    CHECK(bindings("{'80/tcp':[],'81/tcp':null}") ==
          ":80-81/tcp; Following container port(s) have an empty list of port-bindings: 80/tcp, 81/tcp. Starting with "
          "API 1.53, such bindings will be discarded.");
}

TEST_CASE("PortBindings of ports in a row become one range") {
    json::object many;
    for (int port = 20000; port <= 40000; ++port) {
        many[std::to_string(port) + "/udp"] = json::array{one("", std::to_string(port - 10000))};
    }
    Texts warnings;
    const auto specs = read_port_bindings(many, warnings);
    REQUIRE(specs.size() == 1);
    CHECK(to_spec(specs[0]) == "10000-30000:20000-40000/udp");
    CHECK(bindings("{'80/tcp':[{'HostPort':'8080'}],'81/tcp':[{'HostPort':'8082'}],'82/tcp':[{'HostPort':'8083'}]}") ==
          "8080:80/tcp 8082-8083:81-82/tcp");
    CHECK(bindings("{'80/tcp':[{'HostPort':'8080'},{'HostPort':'9080'}],"
                   "'81/tcp':[{'HostPort':'8081'},{'HostPort':'9081'}]}") == "8080-8081:80-81/tcp 9080-9081:80-81/tcp");
    CHECK(bindings("{'80/tcp':[{'HostPort':'8080'}],'81/udp':[{'HostPort':'8081'}]}") == "8080:80/tcp 8081:81/udp");
    CHECK(bindings("{'80/tcp':[{'HostIp':'127.0.0.1'},{'HostIp':'127.0.0.2'}],'81/tcp':[{'HostIp':'127.0.0.1'}]}") ==
          "127.0.0.1::80/tcp 127.0.0.2::80/tcp 127.0.0.1::81/tcp"); // the first two agree (P-033)
}

TEST_CASE("bad PortBindings are refused") {
    const std::pair<const char*, const char*> wrong[] = {
        {"[]", "invalid JSON: PortBindings is not an object"},
        {"{'80/tcp':{}}", "invalid JSON: the bindings of a port are not an array"},
        {"{'80/tcp':['80']}", "invalid JSON: a port binding is not an object"},
        {"{'80/tcp':[{'HostPort':80}]}", "invalid JSON: HostPort is not a string"},
        {"{'':[]}", "invalid port specification: \"\""},
        {"{'x/tcp':[]}", "invalid port specification: \"x/tcp\""},
        {"{'80/icmp':[]}", "invalid port specification: \"80/icmp\""},
        {"{'8080:80/tcp':[]}", "invalid port specification: \"8080:80/tcp\""},
        {"{'target=80':[]}", "invalid port specification: \"target=80\""},
        {"{'0/tcp':[]}", "invalid port specification: \"0/tcp\""},
        {"{'80/tcp':[{'HostPort':'65536'}]}", "invalid port specification: \"65536\""},
        {"{'80/tcp':[{'HostPort':'80/udp'}]}", "invalid port specification: \"80/udp\""},
        {"{'80-81/tcp':[{'HostPort':'80'}]}", "invalid port specification: \"80\""},
        {"{'80/tcp':[{'HostIp':'host','HostPort':'80'}]}", "invalid IP address: host"},
    };
    for (const auto& [text, reason] : wrong) {
        INFO(text);
        CHECK(bindings(text) == reason);
    }
}

TEST_CASE("-p becomes the PortBindings that the docker command sends") {
    const auto written = [](const char* text) { return port_bindings_json({parse_publish_spec(text)}); };
    CHECK(written("8080:80") == json::object{{"80/tcp", json::array{one("", "8080")}}});
    CHECK(written("127.0.0.1::80/udp") == json::object{{"80/udp", json::array{one("127.0.0.1", "")}}});
    CHECK(written("[::1]:8000-8010:80") == json::object{{"80/tcp", json::array{one("::1", "8000-8010")}}});
    CHECK(written("8080-8081:80-81") ==
          json::object{{"80/tcp", json::array{one("", "8080")}}, {"81/tcp", json::array{one("", "8081")}}});
    CHECK(port_bindings_json({parse_publish_spec("80:80"), parse_publish_spec("81:80")}) ==
          json::object{{"80/tcp", json::array{one("", "80"), one("", "81")}}});
    CHECK(written("1-1024:1-1024").size() == 1024);
    const auto many = written("1-65535:1-65535/udp");
    CHECK(many == json::object{{"1/udp", json::array{one("", "1")}}, {"65535/udp", json::array{one("", "65535")}}});
}

TEST_CASE("exposed ports are read and written") {
    const auto exposed = read_exposed_ports(parsed("{'81/tcp':{},'80/tcp':{},'53/udp':{},'9000-9001':{}}"));
    CHECK(exposed == std::vector<ExposedPorts>{{{53, 53}, Transport::udp}, {{80, 81}}, {{9000, 9001}}});
    CHECK(json::serialize(exposed_ports_json(exposed)) ==
          R"({"53/udp":{},"80/tcp":{},"81/tcp":{},"9000/tcp":{},"9001/tcp":{}})");
    CHECK(read_exposed_ports(nullptr).empty());
    CHECK_THROWS_WITH(read_exposed_ports(parsed("{'x':{}}")), "invalid port specification: \"x\"");
    CHECK_THROWS_WITH(read_exposed_ports(parsed("[]")), "invalid JSON: ExposedPorts is not an object");
}

TEST_CASE("every exposed port is listed, null where it is not published") {
    const std::vector<ExposedPorts> exposed{{{80, 81}}, {{53, 53}, Transport::udp}};
    const std::vector<Publish> bound{publish("127.0.0.2:9080:80"), publish("0.0.0.0:8080:80"), publish("443:443")};
    CHECK(ports_json(bound, exposed) ==
          json::object{{"80/tcp", json::array{one("0.0.0.0", "8080"), one("127.0.0.2", "9080")}},
                       {"81/tcp", nullptr},
                       {"443/tcp", json::array{one("0.0.0.0", "443")}},
                       {"53/udp", nullptr}});
    CHECK(json::serialize(port_list_json({publish("8080:80")}, {{{53, 53}, Transport::udp}, {{80, 80}}})) ==
          R"([{"PrivatePort":53,"Type":"udp"},)"
          R"({"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}])");
    CHECK(port_list_json({}, {}).empty());
}

TEST_CASE("of a range of more than 1024 ports the first and the last are listed") {
    const std::vector<Publish> wide{publish("10001-42767:1-32767/udp")};
    CHECK(ports_json(wide, {{{5, 5}, Transport::udp}, {{5, 5}}}) ==
          json::object{{"1/udp", json::array{one("0.0.0.0", "10001")}},
                       {"5/tcp", nullptr},
                       {"32767/udp", json::array{one("0.0.0.0", "42767")}}});
    CHECK(port_list_json(wide, {}).size() == 2);
    CHECK(port_list_json({publish("1-1024:1-1024")}, {}).size() == 1024);
    CHECK(port_list_json({}, {{{1, 65535}}}).size() == 2);
}

} // namespace pontoon::port_bindings_test
