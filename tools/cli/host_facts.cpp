#include "tools/cli/host_facts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <limits>
#include <sstream>

namespace pontoon {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

unsigned long number_of(const std::string& text, int base = 10) {
    unsigned long value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

// "0100000A" of /proc/net/route, in the byte order of the machine.
std::string address_of(const std::string& hex) {
    const auto bits = number_of(hex, 16);
    return fmt::format("{}.{}.{}.{}", bits & 0xff, bits >> 8 & 0xff, bits >> 16 & 0xff, bits >> 24 & 0xff);
}

void read_interfaces(const fs::path& root, HostFacts& facts) {
    constexpr unsigned long kUp = 1; // IFF_UP
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root / "sys/class/net", error)) {
        const auto& path = entry.path();
        facts.interfaces[path.filename()] = {(number_of(first_line(path / "flags").erase(0, 2), 16) & kUp) != 0,
                                             first_line(path / "carrier") == "1",
                                             static_cast<unsigned>(number_of(first_line(path / "mtu")))};
    }
}

void read_route(const fs::path& root, HostFacts& facts) {
    std::ifstream stream(root / "proc/net/route");
    std::string line;
    std::getline(stream, line); // headings
    auto best = std::numeric_limits<unsigned long>::max();
    while (std::getline(stream, line)) {
        std::istringstream words(line);
        std::string interface, destination, gateway, flags, used, uses, metric, mask;
        words >> interface >> destination >> gateway >> flags >> used >> uses >> metric >> mask;
        if (destination == "00000000" && mask == "00000000" && number_of(metric) < best) {
            best = number_of(metric);
            facts.route_interface = interface;
            facts.route_gateway = address_of(gateway);
        }
    }
}

void read_neighbours(const fs::path& root, HostFacts& facts) {
    std::ifstream stream(root / "proc/net/arp");
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line)) {
        std::istringstream words(line);
        std::string address, type, flags;
        words >> address >> type >> flags;
        if (flags != "0x0") {
            facts.neighbours.insert(address);
        }
    }
}

void read_limits(const fs::path& root, pid_t daemon, HostFacts& facts) {
    std::ifstream stream(root / "proc" / std::to_string(daemon) / "limits");
    for (std::string line; std::getline(stream, line);) {
        for (const auto& [name, limit] :
             {std::pair{"Max open files", &facts.open_files}, {"Max locked memory", &facts.locked_memory}}) {
            if (line.starts_with(name)) {
                std::istringstream words(line.substr(std::string_view(name).size()));
                std::string soft;
                words >> soft;
                *limit = soft == "unlimited" ? std::numeric_limits<std::uint64_t>::max() : number_of(soft);
            }
        }
    }
}

bool mounts_have(const fs::path& root, const std::string& type) {
    std::ifstream stream(root / "proc/mounts");
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words(line);
        std::string device, place, kind;
        words >> device >> place >> kind;
        if (kind == type) {
            return true;
        }
    }
    return false;
}

} // namespace

HostFacts read_host_facts(const fs::path& root, pid_t daemon) {
    HostFacts facts;
    read_interfaces(root, facts);
    read_route(root, facts);
    read_neighbours(root, facts);
    read_limits(root, daemon, facts);
    facts.reserved_ports = first_line(root / "proc/sys/net/ipv4/ip_local_reserved_ports");
    facts.tun = fs::exists(root / "dev/net/tun");
    facts.cgroup2 = mounts_have(root, "cgroup2");
    facts.bpf = fs::exists(root / "sys/kernel/btf/vmlinux") || mounts_have(root, "bpf");
    std::ifstream resolver(root / "etc/resolv.conf");
    for (std::string line; std::getline(resolver, line);) {
        std::istringstream words(line);
        std::string key, address;
        words >> key >> address;
        if (key == "nameserver" && !address.empty()) {
            facts.nameservers.push_back(address);
        }
    }
    return facts;
}

bool ports_include(const std::string& list, unsigned first, unsigned last) {
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ',');) {
        const auto dash = part.find('-');
        const auto from = number_of(part.substr(0, dash));
        const auto to = dash == std::string::npos ? from : number_of(part.substr(dash + 1));
        if (from <= first && last <= to) {
            return true;
        }
    }
    return false;
}

} // namespace pontoon
