// net.ipv4.ip_local_reserved_ports: ports that the kernel gives to no process that has not asked for one by number.
// Ours are entered beside other people's and taken out again.
#pragma once

#include <string>
#include <vector>

#include "control/ports_note.hpp"
#include "dataplane/config.hpp"

namespace pontoon {

// As the kernel writes them: "8080,61000-65535". What is not such a list throws std::runtime_error.
[[nodiscard]] PortBits parse_reserved_ports(const std::string& text);
[[nodiscard]] std::string reserved_ports_text(const PortBits& ports);

// Where the lists are; in tests elsewhere. All are about the calling thread's network namespace.
struct ReservedPortsFiles {
    std::string reserved = "/proc/sys/net/ipv4/ip_local_reserved_ports";
    std::string local = "/proc/sys/net/ipv4/ip_local_port_range";
    std::string note{}; // what is ours in `reserved` if we are killed; empty: none
};

class ReservedPorts {
public:
    explicit ReservedPorts(ReservedPortsFiles files) : files_(std::move(files)), note_(files_.note) {}
    ReservedPorts(const ReservedPorts&) = delete;
    ReservedPorts& operator=(const ReservedPorts&) = delete;
    ~ReservedPorts(); // takes out what we entered

    // From now on these are entered, and of what we entered only these: all of `nat`, and of `published` the ranges in
    // ip_local_port_range that leave at least half of it to the host, narrow ones first. What is there already is other
    // people's and stays, unless the note says that a daemon that was killed left it; without a note, that is a range
    // that is just one of `nat`. Throws std::runtime_error.
    void follow(const std::vector<PortRange>& nat, const std::vector<PortRange>& published);

    // They stay entered when this goes, and the note with them, as if the process had been killed.
    void leave() { followed_ = false; }

private:
    [[nodiscard]] PortBits read() const;
    [[nodiscard]] PortBits read_local() const;
    [[nodiscard]] PortBits others(const PortBits& there, const PortBits& nat) const;
    [[nodiscard]] PortBits fitting(std::vector<PortRange> published, const PortBits& taken) const;
    void write(const PortBits& ports) const;

    ReservedPortsFiles files_;
    PortsNote note_;
    bool followed_ = false;
    bool noted_ = false; // there was a note at the beginning
    std::vector<PortRange> nat_;
    std::vector<PortRange> published_;
    PortBits entered_; // by us
};

} // namespace pontoon
