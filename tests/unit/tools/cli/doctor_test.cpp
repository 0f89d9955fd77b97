#include "tools/cli/doctor_checks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace pontoon::doctor_test {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

HostFacts healthy() {
    HostFacts host;
    host.interfaces["eth0"] = {true, true, 1500};
    host.route_interface = "eth0";
    host.route_gateway = "192.0.2.1";
    host.neighbours = {"192.0.2.1"};
    host.reserved_ports = "8080,61000-65535";
    host.nameservers = {"1.1.1.1"};
    host.tun = host.cgroup2 = host.bpf = host.af_xdp = host.io_uring = true;
    host.open_files = 1 << 20;
    host.locked_memory = UINT64_MAX;
    return host;
}

json::value daemon_with(const char* uplink) {
    return json::object{{"Uplink", uplink}, {"NatPorts", json::array{json::object{{"First", 61000}, {"Last", 65535}}}}};
}

std::string wrong_of(const std::vector<Finding>& all) {
    std::string text;
    for (const auto& one : all) {
        if (one.kind == Finding::Kind::wrong) {
            CHECK_FALSE(one.remedy.empty());
            text += one.subject + ";";
        }
    }
    return text;
}

std::string host_wrong(HostFacts host) {
    return wrong_of(check_host(host, daemon_with("eth0")));
}

json::value container(const char* mode, bool running) {
    return json::object{{"Name", "/a"},
                        {"State", json::object{{"Running", running}}},
                        {"HostConfig", json::object{{"NetworkMode", mode}}}};
}

json::value network(const char* name, bool internal, json::object options = {}) {
    return json::object{{"Name", name}, {"Internal", internal}, {"Options", std::move(options)}};
}

std::string container_wrong(const std::vector<json::value>& networks) {
    return wrong_of(check_container(healthy(), daemon_with("eth0"), container("n", true), networks));
}

} // namespace

TEST_CASE("doctor finds nothing wrong where nothing is") {
    CHECK(host_wrong(healthy()).empty());
    CHECK(container_wrong({network("n", false)}).empty());
}

TEST_CASE("doctor finds what is wrong with the host") {
    CHECK(wrong_of(check_host(healthy(), daemon_with(""))) == "uplink;");
    CHECK(wrong_of(check_host(healthy(), daemon_with("eth7"))) == "uplink;route;");
    auto host = healthy();
    host.interfaces["eth0"].carrier = false;
    CHECK(host_wrong(host) == "uplink;");
    host = healthy();
    host.route_interface.clear();
    CHECK(host_wrong(host) == "route;");
    host = healthy();
    host.reserved_ports = "61000-65534";
    CHECK(host_wrong(host) == "reserved ports;");
    host = healthy();
    host.nameservers.clear();
    CHECK(host_wrong(host) == "DNS;");
    host = healthy();
    host.tun = false;
    CHECK(host_wrong(host) == "tun;");
    host = healthy();
    host.open_files = 1024;
    CHECK(host_wrong(host) == "open files;");
}

TEST_CASE("doctor finds what is wrong with a container and its networks") {
    CHECK(container_wrong({network("n", true)}) == "network n;");
    CHECK(container_wrong({network("n", true), network("m", false)}).empty()); // the other one leads out
    CHECK(container_wrong({network("n", false, {{"com.docker.network.bridge.enable_ip_masquerade", "false"}})}) ==
          "network n;");
    CHECK(container_wrong({network("n", false, {{"com.docker.network.driver.mtu", "9000"}})}) == "network n;");
    CHECK(container_wrong({network("n", false, {{"com.docker.network.driver.mtu", "1400"}})}).empty());
    CHECK(container_wrong({}) == "container;");
    CHECK(wrong_of(check_container(healthy(), daemon_with("eth0"), container("n", false), {})) == "container;");
    CHECK(wrong_of(check_container(healthy(), daemon_with("eth0"), container("host", true), {})).empty());
}

TEST_CASE("facts are read from where the kernel keeps them") {
    const auto root = fs::temp_directory_path() / ("pontoon_facts." + std::to_string(::getpid()));
    const auto put = [&](const char* file, const char* text) {
        fs::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    };
    put("sys/class/net/eth0/flags", "0x1003\n");
    put("sys/class/net/eth0/carrier", "1\n");
    put("sys/class/net/eth0/mtu", "1450\n");
    put("proc/net/route", "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
                          "eth1\t00000000\t010000C0\t0003\t0\t0\t200\t00000000\n"
                          "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\n");
    put("proc/net/arp", "IP address HW type Flags\n192.0.2.1 0x1 0x2 x\n192.0.2.9 0x1 0x0 x\n");
    put("proc/7/limits",
        "Limit Soft Hard\nMax open files 1024 4096 files\nMax locked memory unlimited unlimited bytes\n");
    put("proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
    put("etc/resolv.conf", "# x\nnameserver 9.9.9.9\nsearch a\n");
    put("dev/net/tun", "");
    const auto facts = read_host_facts(root, 7);
    fs::remove_all(root);
    CHECK(facts.interfaces.at("eth0").up);
    CHECK(facts.interfaces.at("eth0").mtu == 1450);
    CHECK(facts.route_interface == "eth0");
    CHECK(facts.route_gateway == "192.0.2.1");
    CHECK(facts.neighbours == std::set<std::string>{"192.0.2.1"});
    CHECK(facts.open_files == 1024);
    CHECK(facts.locked_memory == UINT64_MAX);
    CHECK(facts.cgroup2);
    CHECK(facts.tun);
    CHECK(facts.nameservers == std::vector<std::string>{"9.9.9.9"});
    CHECK(ports_include("1,5-9", 5, 9));
    CHECK_FALSE(ports_include("1,5-9", 5, 10));
    CHECK_FALSE(ports_include("", 5, 5));
}

} // namespace pontoon::doctor_test
