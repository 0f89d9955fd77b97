#include "tools/cli/listing.hpp"

#include <catch2/catch.hpp>

#include "tools/cli/port_text.hpp"
#include "tools/cli/ps.hpp"

namespace pontoon::listing_test {

namespace {

namespace json = boost::json;

const Listing kListing{{{"ID", "NETWORK ID"}, {"Name", "NAME"}, {"Driver", "DRIVER"}, {"Scope", "SCOPE"}},
                       {{"Labels", "LABELS"}}};

const std::vector<json::object> kRows{
    {{"ID", "17f29b073143"}, {"Name", "bridge"}, {"Driver", "bridge"}, {"Scope", "local"}, {"Labels", "a=b"}},
    {{"ID", "140bedbf9c3f"}, {"Name", "none"}, {"Driver", "null"}, {"Scope", "local"}, {"Labels", ""}}};

} // namespace

// cli-transcript section 2.
TEST_CASE("a table looks as docker's") {
    const std::string table = "NETWORK ID     NAME      DRIVER    SCOPE\n"
                              "17f29b073143   bridge    bridge    local\n"
                              "140bedbf9c3f   none      null      local\n";
    CHECK(listed(kListing, kRows, "") == table);
    CHECK(listed(kListing, kRows, "table") == table);
    CHECK(listed(kListing, {}, "") == "NETWORK ID   NAME      DRIVER    SCOPE\n");
    CHECK(listed(kListing, kRows, "table {{.Name}}\\t{{.Labels}}") == "NAME      LABELS\nbridge    a=b\nnone      \n");
    CHECK(aligned("ü\tx\nabcdefghij\ty\n") == "ü            x\nabcdefghij   y\n");
}

TEST_CASE("formats of lists") {
    CHECK(listed(kListing, kRows, "{{.ID}} {{.Name}}") == "17f29b073143 bridge\n140bedbf9c3f none\n");
    CHECK(listed(kListing, {kRows[1]}, "json") ==
          R"({"Driver":"null","ID":"140bedbf9c3f","Labels":"","Name":"none","Scope":"local"})"
          "\n");
    CHECK_THROWS_WITH(listed(kListing, kRows, "{{.Foo"), "failed to parse template: template: :1: unclosed action");
}

TEST_CASE("inspect is indented by four") {
    CHECK(inspected({}, "") == "[]\n");
    CHECK(inspected({json::parse(R"({"A":[],"B":{},"C":[1,{"D":null}]})")}, "") == R"([
    {
        "A": [],
        "B": {},
        "C": [
            1,
            {
                "D": null
            }
        ]
    }
]
)");
    CHECK(inspected({json::parse(R"({"A":1})"), json::parse(R"({"A":2})")}, "{{.A}}") == "1\n2\n");
    CHECK_THROWS_WITH(inspected({json::parse("{}")}, "{{.A}}"),
                      Catch::Contains("template parsing error: template: :1:2: executing") &&
                          Catch::Contains("no entry for key"));
}

TEST_CASE("ports are shown as docker port and docker ps do") {
    const auto ports = json::parse(R"({"443/tcp": [{"HostIp": "0.0.0.0", "HostPort": "4443"}], "53/udp": null,
        "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}, {"HostIp": "::", "HostPort": "8080"}]})");
    CHECK(port_lines(ports) == "80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n443/tcp -> 0.0.0.0:4443\n");
    CHECK(port_lines_of(ports, "80/tcp") == "0.0.0.0:8080\n[::]:8080\n");
    CHECK_FALSE(port_lines_of(ports, "53/udp").has_value());
    CHECK(port_lines(json::value()).empty());
    const auto list = json::parse(R"([{"IP": "0.0.0.0", "PrivatePort": 81, "PublicPort": 8001, "Type": "tcp"},
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8000, "Type": "tcp"},
        {"PrivatePort": 90, "Type": "udp"}, {"IP": "::1", "PrivatePort": 5, "PublicPort": 6, "Type": "tcp"}])");
    const auto same = json::parse(R"([{"IP": "0.0.0.0", "PrivatePort": 81, "PublicPort": 81, "Type": "tcp"},
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 80, "Type": "tcp"}, {"PrivatePort": 5, "Type": "tcp"},
        {"PrivatePort": 7, "Type": "tcp"}])");
    CHECK(ports_summary(same) == "5/tcp, 7/tcp, 0.0.0.0:80-81->80-81/tcp");
    CHECK(ports_summary(list) == "90/udp, [::1]:6->5/tcp, 0.0.0.0:8000->80/tcp, 0.0.0.0:8001->81/tcp");
}

TEST_CASE("a row of ps") {
    const auto container = json::parse(R"({"Id": "2e7d2c03a950aaaaaa", "Names": ["/c1", "/other/c1"], "Image": "",
        "Command": "sh -c 'sleep 100000000000'", "Created": 1700000000, "State": "running", "Status": "Up 2 seconds",
        "Ports": [], "Labels": {"a": "b"}, "NetworkSettings": {"Networks": {"n2": {}, "n1": {}}}})");
    const Moment now{std::chrono::seconds{1700000180}};
    const auto row = ps_row(container, now, false);
    CHECK(row.at("ID") == "2e7d2c03a950");
    CHECK(row.at("Names") == "c1");
    CHECK(row.at("Command") == "\"sh -c 'sleep 100000…\"");
    CHECK(row.at("RunningFor") == "3 minutes ago");
    CHECK(row.at("CreatedAt") == "2023-11-14 22:13:20 +0000 UTC");
    CHECK(row.at("Networks") == "n1,n2");
    CHECK(row.at("Labels") == "a=b");
    const auto whole = ps_row(container, now, true);
    CHECK(whole.at("Names") == "c1,other/c1");
    CHECK(whole.at("Command") == "\"sh -c 'sleep 100000000000'\"");
    CHECK_NOTHROW(ps_row(json::value(7), now, false)); // whatever the daemon says
}

} // namespace pontoon::listing_test
