// Containers as requests ask for them, and as replies show them.
#include <catch2/catch.hpp>

#include "control/docker/container_filters.hpp"
#include "control/docker/container_json.hpp"
#include "control/docker/container_request.hpp"
#include "control/docker/container_routes.hpp"
#include "tests/unit/control/model/containers_world.hpp"

namespace pontoon::container_api_test {

namespace json = boost::json;

namespace {

// ' stands for ".
ContainerRecord read(std::string text, unsigned api_version = 50) {
    std::ranges::replace(text, '\'', '"');
    Texts warnings;
    return read_create_request(json::parse(text).as_object(), "n1", api_version, warnings);
}

std::string read_error(const std::string& text, unsigned api_version = 50) {
    return ContainersWorld::error_of([&] { (void)read(text, api_version); });
}

std::string names_of(const State& state, bool all, Filters filters, int limit = 0) {
    std::string names;
    for (const auto* container : select(state, {all, limit, std::move(filters)})) {
        names += (names.empty() ? "" : " ") + container->name;
    }
    return names;
}

// The text at a path such as "/Config/Hostname".
std::string at(const json::value& value, const std::string& path) {
    json::error_code error;
    const auto* found = value.find_pointer(path, error);
    return found == nullptr ? "(none)" : json::serialize(*found);
}

} // namespace

TEST_CASE("a create request as the docker command sends it") {
    const auto container = read(
        "{'Hostname':'h1','Domainname':'d.example','User':'','Env':['A=b'],'Cmd':['sleep','9'],'Image':'',"
        "'WorkingDir':'/tmp','Labels':{'k':'v'},'ExposedPorts':{'80/tcp':{},'90-92/udp':{}},'Volumes':{},'Unknown':[1],"
        "'HostConfig':{'NetworkMode':'n','PortBindings':{'80/tcp':[{'HostIp':'','HostPort':'8080'}]},"
        "'Publish':['1000-2000:1000-2000/udp'],'PublishAllPorts':true,'Links':['c1:x'],'ExtraHosts':['a:1.2.3.4'],"
        "'Dns':['1.1.1.1'],'DnsSearch':['example.org'],'DnsOptions':['ndots:1'],'AutoRemove':true,'Memory':0},"
        "'NetworkingConfig':{'EndpointsConfig':{'other':{},'n':{'Aliases':['al'],'GwPriority':3,"
        "'IPAMConfig':{'IPv4Address':'10.1.0.7'},'Links':['c2:y'],'MacAddress':'02:00:00:00:00:01'}}}}");
    CHECK(container.name == "n1");
    CHECK(container.hostname == "h1");
    CHECK(container.command == Texts{"sleep", "9"});
    CHECK(container.env == Texts{"A=b"});
    CHECK(container.labels == TextMap{{"k", "v"}});
    CHECK(container.exposed.size() == 2);
    REQUIRE(container.publish.size() == 2);
    CHECK(container.publish[1].ports.size() == 1001);
    CHECK(container.publish_all);
    CHECK(container.auto_remove);
    CHECK(container.links == std::vector<LegacyLink>{{"c1", "x"}});
    REQUIRE(container.endpoints.size() == 2);
    CHECK(container.endpoints[0].network == "n"); // the network of the mode is the first
    CHECK(container.endpoints[0].wanted_ipv4 == *Ipv4::parse("10.1.0.7"));
    CHECK(container.endpoints[0].aliases == Texts{"al"});
    CHECK(container.endpoints[0].links == Texts{"c2:y"});
    CHECK(container.endpoints[0].gw_priority == 3);
    CHECK(container.endpoints[1].network == "other");
    CHECK(read("{}").endpoints[0].network == "bridge");
    CHECK(read("{'HostConfig':{'NetworkMode':'default'}}").network_mode == "bridge");
    CHECK(read("{'HostConfig':{'NetworkMode':'container:x'}}").endpoints.empty());
    CHECK(read("{'Cmd':'one word'}").command == Texts{"one word"});
    CHECK(read("{'MacAddress':'02:00:00:00:00:09'}").endpoints[0].wanted_mac->to_string() == "02:00:00:00:00:09");
}

TEST_CASE("a create request that makes no sense") {
    CHECK(read_error("{'Image':'alpine'}") == "pontoon runs no images: use `pontoon run -- COMMAND`");
    CHECK(ContainersWorld::why_of([] { (void)read("{'Image':'alpine'}"); }) == Refused::Why::unsupported);
    CHECK(read_error("{'ExposedPorts':{'x':{}}}").contains("x"));
    CHECK(read_error("{'HostConfig':{'Links':['']}}") == "empty string specified for links"); // L-001
    CHECK(read_error("{'HostConfig':{'Links':['a:b:c']}}") == "bad format for links: a:b:c");
    CHECK(read_error("{'Hostname':'a\\nb'}").starts_with("invalid hostname format: "));
    CHECK(read_error("{'Hostname':'" + std::string(64, 'a') + "'}").starts_with("invalid hostname format: "));
    CHECK(read_error("{'HostConfig':{'Dns':['one']}}") == "bad nameserver address: one");
    CHECK_FALSE(read_error("{'HostConfig':{'DnsSearch':['a b']}}").empty());
    CHECK_FALSE(read_error("{'HostConfig':{'DnsOptions':['x\\nnameserver 6.6.6.6']}}").empty());
    CHECK(read_error("{'NetworkingConfig':{'EndpointsConfig':{'n':null}}}") ==
          "invalid config for network n: EndpointsConfig is nil"); // N-162
    const std::string two = "{'NetworkingConfig':{'EndpointsConfig':{'a':{},'b':{}}}}";
    CHECK(read_error(two, 43) == "Container cannot be created with multiple network endpoints: a, b"); // N-177
    CHECK(read_error(two).empty());
    CHECK(read_error("{'MacAddress':'01:00:00:00:00:09'}") == "invalid MAC address: 01:00:00:00:00:09");
    CHECK_FALSE(read_error("{'HostConfig':[]}").empty());
    CHECK_FALSE(read_error("{'Env':[1]}").empty());
}

TEST_CASE("a container as docker inspect shows it, running and not") {
    const TempDir dir;
    ContainersWorld world(dir);
    world.network("n", "10.1.0.0/24");
    auto request = ContainersWorld::asked("c1", {"bridge", "n"}, {"8080:80"});
    request.exposed = {{{90, 90}, Transport::udp}};
    request.endpoints[1].aliases = {"web"};
    request.endpoints[1].wanted_mac = *Mac::parse("02:00:00:00:00:07");
    request.command = {"sleep", "9"};
    world.run(request);
    const auto show = [&] {
        return json::value(container_json(world.state, world.at("c1"), world.containers->files(world.at("c1"))));
    };
    auto shown = show();
    CHECK(at(shown, "/Name") == "\"/c1\"");
    CHECK(at(shown, "/State/Running") == "true");
    CHECK(at(shown, "/State/Pid") == "101");
    CHECK(at(shown, "/Path") == "\"sleep\"");
    CHECK(at(shown, "/Config/MacAddress") == "(none)"); // M-004: of the network of the mode
    CHECK(at(shown, "/NetworkSettings/Networks/n/MacAddress") == "\"02:00:00:00:00:07\"");
    CHECK(at(shown, "/Args") == "[\"9\"]");
    CHECK(at(shown, "/Mounts") == "[]");
    CHECK(at(shown, "/NetworkSettings/IPAddress") == "\"172.17.0.2\""); // N-032
    CHECK(at(shown, "/NetworkSettings/Ports/80~1tcp") == R"([{"HostIp":"0.0.0.0","HostPort":"8080"}])");
    CHECK(at(shown, "/NetworkSettings/Ports/90~1udp") == "null"); // N-033
    CHECK(at(shown, "/NetworkSettings/Networks/n/IPAddress") == "\"10.1.0.2\"");
    CHECK(at(shown, "/NetworkSettings/Networks/n/IPPrefixLen") == "24");
    CHECK(at(shown, "/NetworkSettings/Networks/n/Gateway") == "\"10.1.0.1\"");
    CHECK(at(shown, "/NetworkSettings/Networks/n/Aliases") == "[\"web\"]");
    const auto short_name = world.at("c1").id.substr(0, 12);
    CHECK(at(shown, "/NetworkSettings/Networks/n/DNSNames") == "[\"c1\",\"web\",\"" + short_name + "\"]"); // N-034
    CHECK(at(shown, "/NetworkSettings/Networks/bridge/DNSNames") == "null");
    const auto line = container_summary(world.state, world.at("c1"), world.at("c1").started);
    CHECK(json::serialize(line.at("Status")) == "\"Up Less than a second\"");
    CHECK(json::serialize(line.at("Command")) == "\"sleep 9\"");
    auto with_mac = ContainersWorld::asked("c3");
    with_mac.endpoints[0].wanted_mac = *Mac::parse("02:00:00:00:00:08");
    world.containers->create(with_mac);
    CHECK(at(json::value(container_json(world.state, world.at("c3"), {})), "/Config/MacAddress") ==
          "\"02:00:00:00:00:08\"");
    world.network("inner", "10.2.0.0/24", "bridge", {}, true);
    world.run("c2", {"inner"}, {"8081:80"});
    CHECK(json::serialize(container_summary(world.state, world.at("c2"), {}).at("Ports")) ==
          R"([{"PrivatePort":80,"Type":"tcp"}])"); // P-017

    world.containers->exited("c1", 0, 2); // N-031
    shown = show();
    CHECK(at(shown, "/State/Status") == "\"exited\"");
    CHECK(at(shown, "/State/ExitCode") == "2");
    CHECK(at(shown, "/NetworkSettings/Ports") == "{}"); // P-037
    CHECK(at(shown, "/NetworkSettings/IPAddress") == "\"\"");
    CHECK(at(shown, "/NetworkSettings/SandboxKey") == "\"\"");
    CHECK(at(shown, "/NetworkSettings/Networks/n/IPAddress") == "\"\"");
    CHECK(at(shown, "/NetworkSettings/Networks/n/IPPrefixLen") == "0");
    CHECK(at(shown, "/NetworkSettings/Networks/bridge/MacAddress") == "\"\"");
    CHECK(at(shown, "/NetworkSettings/Networks/n/EndpointID") == "\"\"");
    CHECK(at(shown, "/NetworkSettings/Networks/n/Aliases") == "[\"web\"]");
    Time later = world.at("c1").finished;
    const auto status_after = [&](std::int64_t seconds) {
        Time now{later.nanoseconds + seconds * 1'000'000'000};
        return json::value_to<std::string>(container_summary(world.state, world.at("c1"), now).at("Status"));
    };
    CHECK(status_after(1) == "Exited (2) 1 second ago");
    CHECK(status_after(59) == "Exited (2) 59 seconds ago");
    CHECK(status_after(60) == "Exited (2) About a minute ago");
    CHECK(status_after(120) == "Exited (2) 2 minutes ago");
    CHECK(status_after(3600) == "Exited (2) About an hour ago");
    CHECK(status_after(47 * 3600) == "Exited (2) 47 hours ago");
    CHECK(status_after(3 * 86400) == "Exited (2) 3 days ago");
    CHECK(status_after(21 * 86400) == "Exited (2) 3 weeks ago");
    CHECK(status_after(90 * 86400) == "Exited (2) 3 months ago");
    CHECK(status_after(800 * 86400) == "Exited (2) 2 years ago");
}

TEST_CASE("filters of docker ps") {
    const TempDir dir;
    ContainersWorld world(dir);
    const auto n = world.network("n", "10.1.0.0/24");
    auto request = ContainersWorld::asked("web1", {"n"}, {"8080:80"});
    request.labels = {{"tier", "front"}};
    world.run(request);
    world.run("db1");
    world.containers->create(ContainersWorld::asked("new1"));
    world.containers->exited("db1", 0, 3);
    const auto& state = world.state;
    CHECK(names_of(state, false, {}) == "web1");
    CHECK(names_of(state, true, {}) == "new1 db1 web1"); // the newest first
    CHECK(names_of(state, false, {}, 2) == "new1 db1");
    CHECK(names_of(state, true, {{"name", {"b1"}}}) == "db1 web1");
    CHECK(names_of(state, true, {{"name", {"^/web1$", "^new1$"}}}) == "new1 web1");
    CHECK(names_of(state, true, {{"name", {"^/?(web|new)1$"}}}) == "new1 web1");
    CHECK(names_of(state, true, {{"name", {"^b1"}}}).empty());
    CHECK(names_of(state, true, {{"id", {world.at("db1").id.substr(0, 8)}}}) == "db1");
    CHECK(names_of(state, false, {{"status", {"exited", "created"}}}) == "new1 db1");
    CHECK(names_of(state, false, {{"exited", {"3"}}}) == "db1");
    CHECK(names_of(state, true, {{"network", {"n"}}}) == "web1");
    CHECK(names_of(state, true, {{"network", {n.id}}}) == "web1");
    CHECK(names_of(state, true, {{"label", {"tier=front"}}}) == "web1");
    CHECK(names_of(state, true, {{"label", {"tier=back"}}}).empty());
    CHECK(names_of(state, true, {{"publish", {"80"}}}) == "web1");
    CHECK(names_of(state, true, {{"publish", {"80/udp"}}}).empty());
    CHECK(names_of(state, true, {{"expose", {"70-90/tcp"}}}) == "web1");
    CHECK(names_of(state, true, {{"before", {"db1"}}}) == "web1");
    CHECK(names_of(state, true, {{"since", {"db1"}}}) == "new1");
    CHECK(names_of(state, true, {{"ancestor", {"alpine"}}}).empty());
    CHECK(ContainersWorld::error_of([] { check_container_filters({{"bogus", {"1"}}}); }) == "invalid filter 'bogus'");
    CHECK(ContainersWorld::error_of([] { check_container_filters({{"status", {"gone"}}}); }) ==
          "invalid filter 'status=gone'");
    CHECK_THROWS_AS(check_container_filters({{"exited", {"x"}}}), Refused);
    CHECK_THROWS_AS(check_container_filters({{"publish", {"x"}}}), Refused);
}

TEST_CASE("signals by name and number") {
    CHECK(signal_number("SIGTERM") == 15);
    CHECK(signal_number("KILL") == 9);
    CHECK(signal_number("1") == 1);
    for (const auto* bad : {"", "0", "-1", "999", "SIG", "SIGX", "9x"}) {
        INFO(bad);
        CHECK_THROWS_AS(signal_number(bad), Refused);
    }
}

} // namespace pontoon::container_api_test
