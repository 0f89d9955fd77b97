// net.ipv4.ip_local_reserved_ports: ports that the kernel gives to no process that has not asked for one by number.
// Ours are entered beside other people's and taken out again.
#pragma once

#include <bitset>
#include <string>
#include <vector>

#include "dataplane/config.hpp"

namespace pontoon {

using PortBits = std::bitset<65536>;

// As the kernel writes them: "8080,61000-65535". What is not such a list throws std::runtime_error.
[[nodiscard]] PortBits parse_reserved_ports(const std::string& text);
[[nodiscard]] std::string reserved_ports_text(const PortBits& ports);

class ReservedPorts {
public:
    // The file; in tests another one. Everything here is about the calling thread's network namespace.
    explicit ReservedPorts(std::string file = "/proc/sys/net/ipv4/ip_local_reserved_ports") : file_(std::move(file)) {}
    ReservedPorts(const ReservedPorts&) = delete;
    ReservedPorts& operator=(const ReservedPorts&) = delete;
    ~ReservedPorts(); // takes out what we entered

    // From now on `ranges` are entered, and of those that were only those. A range that is there already is other
    // people's and stays, unless it is just one of ours: then a daemon that was killed left it. Throws
    // std::runtime_error.
    void follow(const std::vector<PortRange>& ranges);

private:
    [[nodiscard]] PortBits read() const;
    void write(const PortBits& ports) const;

    std::string file_;
    PortBits wanted_;
    PortBits entered_; // of them by us
};

} // namespace pontoon
