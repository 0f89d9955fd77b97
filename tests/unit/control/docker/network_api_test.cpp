// The docker API for networks: bodies that come and JSON that goes (docker-behaviours sections 1.2 and 1.6).
#include <catch2/catch.hpp>

#include "control/docker/json_body.hpp"
#include "control/docker/network_json.hpp"
#include "control/docker/network_request.hpp"
#include "control/refused.hpp"

namespace pontoon::network_api_test {

namespace {

namespace json = boost::json;

std::string body_error(const std::string& body, const std::string& type = "application/json") {
    HttpRequest request;
    request.body = body;
    request.content_type = type;
    try {
        (void)json_body(request);
    } catch (const Refused& refused) {
        CHECK(refused.why() == Refused::Why::bad);
        return refused.what();
    }
    return "none";
}

NetworkRecord read(const std::string& body) {
    return read_network(json::parse(body).as_object());
}

std::string read_error(const std::string& body) {
    try {
        (void)read(body);
    } catch (const Refused& refused) {
        return std::to_string(static_cast<int>(refused.why())) + " " + refused.what();
    }
    return "none";
}

const std::string kBad = std::to_string(static_cast<int>(Refused::Why::bad)) + " ";
const std::string kForbidden = std::to_string(static_cast<int>(Refused::Why::forbidden)) + " ";
const std::string kUnsupported = std::to_string(static_cast<int>(Refused::Why::unsupported)) + " ";

} // namespace

TEST_CASE("bodies have to be JSON, and say so") {
    CHECK(body_error("{}") == "none");
    CHECK(body_error("") == "none");
    CHECK(body_error("", "") == "none");
    CHECK(body_error("null") == "none");
    CHECK(body_error("{}", "Application/JSON; charset=utf-8") == "none");
    CHECK(body_error("{} \n") == "none");
    CHECK(body_error("{}", "text/plain") == "unsupported Content-Type header (text/plain): must be 'application/json'");
    CHECK(body_error("{}", "") == "malformed Content-Type header (): mime: no media type");
    CHECK(body_error("{invalid json") ==
          "invalid JSON: invalid character 'i' looking for beginning of object key string");
    CHECK(body_error("not json") == "invalid JSON: invalid character 'o' in literal null (expecting 'u')");
    CHECK(body_error("junk") == "invalid JSON: invalid character 'j' looking for beginning of value");
    CHECK(body_error("{\"a\":1") == "invalid JSON: unexpected end of JSON input");
    CHECK(body_error("{\"a\":1 x") == "invalid JSON: invalid character 'x' after object key:value pair");
    CHECK(body_error("[1 2]") == "invalid JSON: invalid character '2' after array element");
    CHECK(body_error("{} trailing content") == "unexpected content after JSON");
    CHECK(body_error("[]") != "none");
    CHECK(body_error("3") != "none");
    CHECK(body_error(std::string(100, '[')) != "none");
    CHECK(body_error("{\"a\":\"\xff\"}") != "none");
}

TEST_CASE("members of the wrong type are refused, unknown ones ignored") {
    CHECK(read(R"({"name":"x","Unknown":[1]})").name == "x");
    for (const auto* bad : {R"({"Name":3})", R"({"Name":"x","Internal":"yes"})", R"({"Name":"x","IPAM":[]})",
                            R"({"Name":"x","IPAM":{"Config":{}}})", R"({"Name":"x","IPAM":{"Config":[3]}})",
                            R"({"Name":"x","Options":{"a":1}})", R"({"Name":"x","Labels":["a"]})"}) {
        CHECK(read_error(bad).starts_with(kBad));
    }
}

TEST_CASE("what the docker CLI sends for a network") {
    const auto network = read(R"({"Driver":"bridge","Scope":"","IPAM":{"Driver":"default","Options":{},"Config":[)"
                              R"({"Subnet":"10.1.0.0/16","IPRange":"10.1.4.0/24","Gateway":"10.1.0.254",)"
                              R"("AuxiliaryAddresses":{"h1":"10.1.4.5"}}]},"Internal":true,"Attachable":true,)"
                              R"("Ingress":false,"ConfigOnly":false,"ConfigFrom":null,"Options":{"k":"v"},)"
                              R"("Labels":{"a":"b"},"Name":"n3"})");
    CHECK(network.name == "n3");
    CHECK(network.internal);
    CHECK(network.attachable);
    CHECK(network.ipam_options == TextMap{});
    REQUIRE(network.pools.size() == 1);
    CHECK(network.pools[0].subnet->to_string() == "10.1.0.0/16");
    CHECK(network.pools[0].ip_range->to_string() == "10.1.4.0/24");
    CHECK(network.pools[0].gateway->to_string() == "10.1.0.254");
    CHECK(network.pools[0].auxiliary.at("h1").to_string() == "10.1.4.5");
    CHECK(network.options == TextMap{{"k", "v"}});
    CHECK(network.labels == TextMap{{"a", "b"}});
    CHECK_FALSE(read(R"({"Name":"x"})").ipam_options);
}

TEST_CASE("what pontoon has not, and what makes no sense") {
    CHECK(read_error(R"({"Name":"x","EnableIPv6":true})") ==
          kUnsupported + "pontoon has no IPv6 yet: leave out --ipv6");
    CHECK(read_error(R"({"Name":"x","EnableIPv4":false})") == kBad + "IPv4 or IPv6 must be enabled");
    CHECK(read_network(json::parse(R"({"Name":"x","EnableIPv4":false})").as_object(), 47).name == "x"); // of 1.48
    CHECK(read_error(R"({"Name":"x","Options":{"com.docker.network.enable_ipv6":"x"}})") ==
          kBad + "driver-opt \"com.docker.network.enable_ipv6\" is not a valid bool");
    CHECK(read_error(R"({"Name":"x","Options":{"com.docker.network.enable_ipv6":"true"}})").starts_with(kUnsupported));
    CHECK(read_error(R"({"Name":"x","EnableIPv6":false,"Options":{"com.docker.network.enable_ipv6":"true"}})") ==
          "none");
    CHECK(read_error(R"({"Name":"x","Scope":"swarm"})") ==
          kForbidden + "cannot create a swarm scoped network when swarm is not active");
    CHECK(read_error(R"({"Name":"x","Ingress":true})") ==
          kForbidden + "Ingress network can only be global scope network");
    CHECK(read_error(R"({"Name":"x","Scope":"global"})").starts_with(kUnsupported));
    CHECK(read_error(R"({"Name":"x","ConfigOnly":true,"Scope":"local"})").starts_with(kForbidden));
    CHECK(read_error(R"({"Name":""})") == kBad + "invalid name: name is empty");
    CHECK(read_error(R"({"Name":"x","IPAM":{"Config":[{"Subnet":"192.168.0.1/24"}]}})") ==
          kBad + "invalid network config:\ninvalid subnet 192.168.0.1/24: it should be 192.168.0.0/24");
}

TEST_CASE("the JSON of a network") {
    State state;
    NetworkRecord record;
    record.id = std::string(64, 'a');
    record.name = "web";
    record.created = {1'700'000'000'123'456'789};
    record.subnet = *Prefix4::parse("172.18.0.0/16");
    record.gateway = *Ipv4::parse("172.18.0.1");
    record.labels = {{"l", ""}};
    ContainerRecord container;
    container.id = std::string(64, 'c');
    container.name = "c1";
    auto& endpoint = container.endpoints.emplace_back();
    endpoint.network_id = record.id;
    endpoint.id = std::string(64, 'e');
    endpoint.ipv4 = *Ipv4::parse("172.18.0.2");
    endpoint.mac = mac_of(endpoint.ipv4);
    state.containers.put(container);
    state.attached[record.id].insert(container.id);
    CHECK(json::serialize(network_json(record, state, {true, 50})) ==
          R"({"Name":"web","Id":")" + record.id +
              R"(","Created":"2023-11-14T22:13:20.123456789Z","Scope":"local","Driver":"bridge","EnableIPv4":true,)"
              R"("EnableIPv6":false,"IPAM":{"Driver":"default","Options":null,"Config":[{"Subnet":"172.18.0.0/16",)"
              R"("Gateway":"172.18.0.1"}]},"Internal":false,"Attachable":false,"Ingress":false,)"
              R"("ConfigFrom":{"Network":""},"ConfigOnly":false,"Containers":{")" +
              container.id + R"(":{"Name":"c1","EndpointID":")" + endpoint.id +
              R"(","MacAddress":"02:42:ac:12:00:02","IPv4Address":"172.18.0.2/16","IPv6Address":""}},)"
              R"("Options":{},"Labels":{"l":""}})");
    CHECK_FALSE(network_json(record, state, {false, 47}).contains("Containers"));
    CHECK_FALSE(network_json(record, state, {false, 47}).contains("EnableIPv4"));
    record.driver = "host";
    record.subnet.reset();
    record.gateway.reset();
    CHECK(network_json(record, {}, {true, 50}).at("IPAM").at("Config").is_null());
    CHECK(network_json(record, {}, {true, 50}).at("Containers").as_object().empty());
}

TEST_CASE("the JSON of what was asked for") {
    NetworkRecord record;
    record.ipam_options = TextMap{{"o", "p"}};
    record.config_from = "config";
    auto& pool = record.pools.emplace_back();
    pool.subnet = *Prefix4::parse("10.1.0.0/16");
    pool.ip_range = *Prefix4::parse("10.1.4.0/24");
    pool.auxiliary["h1"] = *Ipv4::parse("10.1.4.5");
    record.subnet = pool.subnet;
    record.gateway = *Ipv4::parse("10.1.4.0");
    const auto shown = network_json(record, {}, {});
    CHECK(json::serialize(shown.at("IPAM")) ==
          R"({"Driver":"default","Options":{"o":"p"},"Config":[{"Subnet":"10.1.0.0/16","IPRange":"10.1.4.0/24",)"
          R"("Gateway":"10.1.4.0","AuxiliaryAddresses":{"h1":"10.1.4.5"}}]})");
    CHECK(shown.at("ConfigFrom").at("Network") == "config");
    record.config_only = true;
    record.subnet.reset();
    record.gateway.reset();
    CHECK(json::serialize(network_json(record, {}, {}).at("IPAM").at("Config")) ==
          R"([{"Subnet":"10.1.0.0/16","IPRange":"10.1.4.0/24","AuxiliaryAddresses":{"h1":"10.1.4.5"}}])");
}

} // namespace pontoon::network_api_test
