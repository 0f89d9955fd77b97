// What this machine says about its way out and its kernel, for `pontoon doctor`.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pontoon {

struct InterfaceFact {
    bool up = false;
    bool carrier = false;
    unsigned mtu = 0;
};

struct HostFacts {
    std::map<std::string, InterfaceFact> interfaces;
    // Of the default route with the lowest metric.
    std::string route_interface;
    std::string route_gateway;
    std::set<std::string> neighbours; // whose MAC address the host knows
    std::string reserved_ports;       // net.ipv4.ip_local_reserved_ports
    std::vector<std::string> nameservers;
    bool tun = false;
    bool cgroup2 = false;
    bool bpf = false;
    bool af_xdp = false;
    bool io_uring = false;
    // Of the daemon's process, if we may see them.
    std::optional<std::uint64_t> open_files;
    std::optional<std::uint64_t> locked_memory;
    std::set<std::string> dropping; // chains of the host's packet filter whose policy is to drop: FORWARD, INPUT ...
};

// `root` is where proc, sys, dev and etc are, "/" but in tests.
[[nodiscard]] HostFacts read_host_facts(const std::filesystem::path& root, pid_t daemon);

// Adds what only system calls and other programs tell: AF_XDP, io_uring, the packet filter.
void ask_kernel(HostFacts& facts);

// The process behind a Unix socket; 0 if nobody is.
[[nodiscard]] pid_t process_behind(const std::string& socket);

// Whether a list such as "8080,61000-65535" has all of a range.
[[nodiscard]] bool ports_include(const std::string& list, unsigned first, unsigned last);

} // namespace pontoon
