#include "tools/cli/doctor_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "tools/cli/json_fields.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

using Findings = std::vector<Finding>;
using enum Finding::Kind;

constexpr std::uint64_t kManyFiles = 4096;
constexpr std::uint64_t kMuchMemory = 64U << 20;

void check_uplink(const HostFacts& host, const std::string& uplink, Findings& all) {
    const auto found = host.interfaces.find(uplink);
    if (uplink.empty()) {
        all.push_back({wrong, "uplink", "the daemon has none: containers reach each other and the host only",
                       "start pontoond with --uplink and the interface that leads to the outside" +
                           (host.route_interface.empty() ? "" : ": --uplink " + host.route_interface)});
    } else if (uplink.contains(':')) {
        all.push_back({ok, "uplink", uplink + " is a NIC of the daemon's own", ""});
    } else if (found == host.interfaces.end()) {
        all.push_back({wrong, "uplink", fmt::format("there is no interface {}", uplink),
                       "name one that is there: ip -brief link"});
    } else if (!found->second.up || !found->second.carrier) {
        all.push_back({wrong, "uplink", fmt::format("{} is down", uplink),
                       fmt::format("ip link set {} up, and look at its cable", uplink)});
    } else {
        all.push_back({ok, "uplink", fmt::format("{} is up, its MTU is {}", uplink, found->second.mtu), ""});
    }
}

void check_route(const HostFacts& host, const std::string& uplink, Findings& all) {
    if (uplink.empty() || uplink.contains(':')) {
        return;
    }
    if (host.route_interface.empty()) {
        all.push_back({wrong, "route", "the host has no default route",
                       fmt::format("ip route add default via ROUTER dev {}", uplink)});
    } else if (host.route_interface != uplink) {
        all.push_back(
            {wrong, "route",
             fmt::format("the default route leaves by {}, not by the uplink {}", host.route_interface, uplink),
             fmt::format("start pontoond with --uplink {}", host.route_interface)});
    } else {
        all.push_back({ok, "route", fmt::format("default via {}", host.route_gateway), ""});
        const bool known = host.neighbours.contains(host.route_gateway);
        all.push_back({known ? ok : note, "neighbour",
                       known ? fmt::format("{} answers ARP", host.route_gateway)
                             : fmt::format("{} has not answered ARP lately", host.route_gateway),
                       known ? "" : fmt::format("if nothing gets out: ping {}", host.route_gateway)});
    }
}

void check_ports(const HostFacts& host, const json::value& daemon, Findings& all) {
    for (const auto& ports : array_of(field(daemon, {"NatPorts"}))) {
        const auto first = static_cast<unsigned>(number_field(ports, {"First"}));
        const auto last = static_cast<unsigned>(number_field(ports, {"Last"}));
        const bool reserved = ports_include(host.reserved_ports, first, last);
        all.push_back(
            {reserved ? ok : wrong, "reserved ports",
             fmt::format("{}-{} {} kept from the host's own connections", first, last, reserved ? "are" : "are not"),
             reserved ? "" : fmt::format("sysctl net.ipv4.ip_local_reserved_ports={}-{}", first, last)});
    }
}

void check_dns(const HostFacts& host, Findings& all) {
    if (host.nameservers.empty()) {
        all.push_back({wrong, "DNS", "/etc/resolv.conf of the host names no server",
                       "add a nameserver line, or give containers one with --dns"});
    } else {
        all.push_back({ok, "DNS", fmt::format("asks {}", fmt::join(host.nameservers, ", ")), ""});
    }
}

void check_kernel(const HostFacts& host, Findings& all) {
    all.push_back({host.tun ? ok : wrong, "tun", host.tun ? "/dev/net/tun is there" : "there is no /dev/net/tun",
                   host.tun ? "" : "modprobe tun"});
    const auto either = [&](bool there, const char* name, const char* without) {
        all.push_back({there ? ok : note, name, there ? "is there" : without, ""});
    };
    either(host.cgroup2, "cgroup2", "is not mounted: the host reaches published ports by a proxy");
    either(host.bpf, "bpf", "is not there: the uplink cannot be shared, and the host reaches ports by a proxy");
    either(host.af_xdp, "AF_XDP", "is not there: the uplink is shared by a TAP device");
    either(host.io_uring, "io_uring", "is not there: a system call a packet more");
}

void check_limits(const HostFacts& host, Findings& all) {
    if (host.open_files) {
        const bool enough = *host.open_files >= kManyFiles;
        all.push_back({enough ? ok : wrong, "open files", fmt::format("at most {}", *host.open_files),
                       enough ? "" : "LimitNOFILE=1048576 in the daemon's unit: each container needs a few"});
    }
    if (host.locked_memory) {
        const bool enough = *host.locked_memory >= kMuchMemory;
        all.push_back({enough ? ok : note, "locked memory",
                       *host.locked_memory == UINT64_MAX ? "unlimited"
                                                         : fmt::format("at most {} KiB", *host.locked_memory / 1024),
                       enough ? "" : "AF_XDP may want more: LimitMEMLOCK=infinity in the daemon's unit"});
    }
}

void check_filter(const HostFacts& host, Findings& all) {
    if (host.dropping.contains("INPUT") || host.dropping.contains("OUTPUT")) {
        all.push_back({note, "firewall", fmt::format("the host drops by default in {}", fmt::join(host.dropping, ", ")),
                       "containers talk to the host only where its rules allow it"});
    } else if (host.dropping.contains("FORWARD")) {
        all.push_back({ok, "firewall", "FORWARD drops by default; containers' packets do not pass it", ""});
    } else {
        all.push_back({ok, "firewall", "nothing of the host's drops by default", ""});
    }
}

unsigned mtu_of(const json::value& network) {
    const auto text = text_field(network, {"Options", "com.docker.network.driver.mtu"});
    unsigned mtu = 1500;
    std::from_chars(text.data(), text.data() + text.size(), mtu);
    return mtu;
}

void check_network(const HostFacts& host, const std::string& uplink, const json::value& network, Findings& all) {
    const auto name = text_field(network, {"Name"});
    const auto subject = "network " + name;
    if (bool_field(network, {"Internal"})) {
        all.push_back({wrong, subject, "is internal: nothing leaves it",
                       "connect the container to one that is not: pontoon network connect NETWORK CONTAINER"});
        return;
    }
    if (text_field(network, {"Options", "com.docker.network.bridge.enable_ip_masquerade"}) == "false") {
        all.push_back({wrong, subject, "does not masquerade: the outside sees containers' own addresses",
                       "create it without com.docker.network.bridge.enable_ip_masquerade=false, or route its subnet"});
        return;
    }
    const auto way = host.interfaces.find(uplink);
    if (way != host.interfaces.end() && way->second.mtu < mtu_of(network)) {
        all.push_back({wrong, subject,
                       fmt::format("its MTU of {} is larger than the uplink's {}", mtu_of(network), way->second.mtu),
                       fmt::format("create it with -o com.docker.network.driver.mtu={}", way->second.mtu)});
        return;
    }
    all.push_back({ok, subject, fmt::format("leads out and masquerades, its MTU is {}", mtu_of(network)), ""});
}

} // namespace

Findings check_host(const HostFacts& host, const json::value& daemon) {
    Findings all;
    const auto uplink = text_field(daemon, {"Uplink"});
    check_uplink(host, uplink, all);
    check_route(host, uplink, all);
    check_ports(host, daemon, all);
    check_dns(host, all);
    check_kernel(host, all);
    check_limits(host, all);
    check_filter(host, all);
    return all;
}

Findings check_container(const HostFacts& host, const json::value& daemon, const json::value& container,
                         const std::vector<json::value>& networks) {
    Findings all;
    auto name = text_field(container, {"Name"});
    name.erase(0, name.starts_with('/') ? 1 : 0);
    const auto mode = text_field(container, {"HostConfig", "NetworkMode"});
    if (!bool_field(container, {"State", "Running"})) {
        return {{wrong, "container", name + " does not run", "pontoon start " + name}};
    }
    if (mode == "host") {
        return {{ok, "container", name + " uses the host's network", ""}};
    }
    if (networks.empty()) {
        return {{wrong, "container", name + " is on no network", "pontoon network connect bridge " + name}};
    }
    all.push_back({ok, "container", name + " runs", ""});
    for (const auto& network : networks) {
        check_network(host, text_field(daemon, {"Uplink"}), network, all);
    }
    // One way out is enough.
    const auto leads = [](const Finding& one) { return one.kind == ok && one.subject.starts_with("network"); };
    if (std::ranges::any_of(all, leads)) {
        for (auto& one : all) {
            one.kind = one.kind == wrong && one.text.contains("internal") ? note : one.kind;
        }
    }
    return all;
}

} // namespace pontoon
