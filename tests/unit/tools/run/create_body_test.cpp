// Refusals are docker-behaviours N-138, L-001 and what docker 28 says.
#include "tools/run/create_body.hpp"

#include <catch2/catch.hpp>

#include "tools/cli/network_body.hpp"
#include "tools/cli/verbs.hpp"
#include "tools/run/network_flag.hpp"

namespace pontoon::create_body_test {

namespace {

namespace json = boost::json;

Arguments arguments_of(const std::string& name, const std::vector<std::string>& words) {
    for (const auto& verb : all_verbs()) {
        if (verb.name == name) {
            return parse_arguments(verb, words);
        }
    }
    throw std::runtime_error("no verb " + name);
}

json::value run_body(std::vector<std::string> words) {
    words.emplace_back("true");
    return create_body(arguments_of("run", words));
}

template <class Work>
std::string error_of(Work work) {
    try {
        work();
        return "none";
    } catch (const std::exception& error) {
        const std::string text = error.what();
        return text.substr(0, text.find('\n'));
    }
}

std::string run_error(const std::vector<std::string>& words) {
    return error_of([&] { run_body(words); });
}

std::string create_error(std::vector<std::string> words) {
    words.emplace_back("n");
    return error_of([&] { return network_create_body(arguments_of("network create", words)); });
}

} // namespace

TEST_CASE("run sends docker's create body") {
    const auto body = run_body({"--hostname", "h",        "-e",           "A=1",        "-w",
                                "/usr",       "-p",       "80:80",        "-p",         "1-65535:1-65535/udp",
                                "-P",         "--expose", "90-91/udp",    "--add-host", "x:host-gateway",
                                "--dns",      "1.1.1.1",  "--dns-search", "d",          "--dns-option",
                                "ndots:1",    "--rm",     "--label",      "k=v"});
    CHECK(body.at("Hostname") == "h");
    CHECK(body.at("Cmd") == json::array{"true"});
    CHECK(body.at("Env") == json::array{"A=1"});
    CHECK(body.at("WorkingDir") == "/usr");
    CHECK(body.at("Image") == "");
    CHECK(body.at("ExposedPorts") == json::object{{"90/udp", json::object{}}, {"91/udp", json::object{}}});
    CHECK(body.at("Labels") == json::object{{"k", "v"}});
    const auto& host = body.at("HostConfig");
    CHECK(host.at("NetworkMode") == "default");
    CHECK(host.at("Publish") == json::array{"80:80", "1-65535:1-65535/udp"});
    CHECK(host.at("PublishAllPorts") == true);
    CHECK(host.at("AutoRemove") == true);
    CHECK(host.at("ExtraHosts") == json::array{"x:host-gateway"});
    CHECK(host.at("Dns") == json::array{"1.1.1.1"});
    CHECK(host.at("DnsSearch") == json::array{"d"});
    CHECK(host.at("DnsOptions") == json::array{"ndots:1"});
    CHECK(body.at("NetworkingConfig").at("EndpointsConfig") == json::object{});
}

TEST_CASE("networks of run") {
    const auto body = run_body({"--network", "name=n1,alias=a,alias=b,ip=10.0.0.9,gw-priority=-3,driver-opt=k=v",
                                "--network", "n2", "--mac-address", "02:42:00:00:00:01", "--link", "c:l"});
    CHECK(body.at("HostConfig").at("NetworkMode") == "n1");
    CHECK(body.at("HostConfig").at("Links") == nullptr);
    const auto& endpoints = body.at("NetworkingConfig").at("EndpointsConfig").as_object();
    CHECK(endpoints.at("n1").at("Aliases") == json::array{"a", "b"});
    CHECK(endpoints.at("n1").at("IPAMConfig") == json::object{{"IPv4Address", "10.0.0.9"}});
    CHECK(endpoints.at("n1").at("GwPriority") == -3);
    CHECK(endpoints.at("n1").at("DriverOpts") == json::object{{"k", "v"}});
    CHECK(endpoints.at("n1").at("MacAddress") == "02:42:00:00:00:01");
    CHECK(endpoints.at("n1").at("Links") == json::array{"c:l"});
    CHECK(endpoints.at("n2") == json::object{});
    CHECK(run_body({"--link", "c"}).at("HostConfig").at("Links") == json::array{"c"});
}

TEST_CASE("run refuses what the docker CLI refuses") {
    CHECK(run_error({"--network", "nn=x"}) == "invalid argument \"nn=x\" for \"--network\" flag: invalid field key nn");
    CHECK(run_error({"--network", "name=a,foo=b"}) ==
          "invalid argument \"name=a,foo=b\" for \"--network\" flag: invalid field key foo");
    CHECK(run_error({"--network", "a", "--network", "a"}) == "network \"a\" is specified multiple times");
    CHECK(run_error({"--network", "host", "--network", "n"}) ==
          "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
    CHECK(run_error({"--ip", "1.2.3.4", "--network", "name=a,ip=1.2.3.5"}) ==
          "conflicting options: cannot specify both --ip and per-network IPv4 address");
    CHECK(run_error({"--network-alias", "x", "--network", "name=a,alias=f"}) ==
          "conflicting options: cannot specify both --network-alias and per-network alias");
    CHECK(run_error({"--network-alias", "x"}) == "network-scoped aliases are only supported for user-defined networks");
    CHECK(run_error({"--env-file", "/nonexist"}) == "open /nonexist: no such file or directory");
    CHECK(run_error({"--expose", "x"}) ==
          "invalid range format for --expose: x, error: strconv.ParseUint: parsing \"x\": invalid syntax");
    CHECK(run_error({"--expose", "9-8"}).starts_with("invalid range format for --expose: 9-8"));
    CHECK(run_error({"--link", "a:b:c"}) ==
          "invalid argument \"a:b:c\" for \"--link\" flag: bad format for links: a:b:c");
}

TEST_CASE("network create sends what the docker CLI sends") {
    const auto body = network_create_body(arguments_of(
        "network create", {"--subnet", "10.1.0.0/16", "--gateway", "10.1.0.254", "--ip-range", "10.1.4.0/24",
                           "--aux-address", "h1=10.1.4.5", "-o", "k=v", "-o", "novalue", "--label", "flag", "n3"}));
    CHECK(body.at("Name") == "n3");
    CHECK(body.at("IPAM").at("Config") ==
          json::parse(R"([{"Subnet":"10.1.0.0/16","IPRange":"10.1.4.0/24","Gateway":"10.1.0.254",)"
                      R"("AuxiliaryAddresses":{"h1":"10.1.4.5"}}])"));
    CHECK(body.at("Options") == json::object{{"k", "v"}, {"novalue", ""}});
    CHECK(body.at("Labels") == json::object{{"flag", ""}});
    CHECK(body.at("ConfigFrom") == nullptr);
    CHECK_FALSE(body.contains("EnableIPv4"));
    const auto off = network_create_body(arguments_of("network create", {"--ipv4=false", "--config-from", "c", "n"}));
    CHECK(off.at("EnableIPv4") == false);
    CHECK(off.at("ConfigFrom") == json::object{{"Network", "c"}});
}

TEST_CASE("network create refuses before it asks") {
    CHECK(create_error({"--gateway", "10.1.0.1"}) == "every ip-range or gateway must have a corresponding subnet");
    CHECK(create_error({"--subnet", "10.1.0.0/24", "--subnet", "10.1.0.0/25"}) ==
          "multiple overlapping subnet configuration is not supported");
    CHECK(create_error({"--subnet", "10.1.0.0/16", "--ip-range", "10.9.0.0/24"}) ==
          "no matching subnet for range 10.9.0.0/24");
    CHECK(create_error({"--subnet", "10.1.0.0/24", "--gateway", "10.2.0.1"}) ==
          "no matching subnet for gateway 10.2.0.1");
    CHECK(create_error({"--subnet", "10.1.0.0/24", "--aux-address", "h=10.2.0.1"}) ==
          "no matching subnet for aux-address 10.2.0.1");
    CHECK(create_error({"--subnet", "10.0.0.0/16", "--subnet", "10.1.0.0/16", "--gateway", "10.0.0.1", "--gateway",
                        "10.0.0.2"}) ==
          "cannot configure multiple gateways (10.0.0.2, 10.0.0.1) for the same subnet (10.0.0.0/16)");
    CHECK(create_error({"--subnet", "10.0.0.0/16", "--subnet", "10.1.0.0/16", "--ip-range", "10.0.1.0/24", "--ip-range",
                        "10.0.2.0/24"}) ==
          "cannot configure multiple ranges (10.0.2.0/24, 10.0.1.0/24) on the same subnet (10.0.0.0/16)");
    CHECK(create_error({"--subnet", "zz", "--gateway", "1.1.1.1"}) == "invalid subnet: invalid CIDR address: zz");
    CHECK(create_error({"--subnet", "fd00::/64", "--gateway", "fd00::1"}) == "none");
    CHECK(create_error({"--subnet", "10.1.0.0/33"}) == "none"); // the daemon's to refuse
}

} // namespace pontoon::create_body_test
