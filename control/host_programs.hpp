// ebpf/host_access.bpf.c on a cgroup, and its maps. The programs stay attached as long as this object and the process
// live: after kill -9 nothing is left.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "control/host_rules.hpp"

namespace pontoon {

class HostPrograms {
public:
    // For sockets of the calling thread's network namespace. Throws std::runtime_error.
    explicit HostPrograms(const std::string& cgroup);
    HostPrograms(const HostPrograms&) = delete;
    HostPrograms& operator=(const HostPrograms&) = delete;
    ~HostPrograms();

    // Changes what is not yet so. Ports that stay published are so all the time. Throws std::runtime_error.
    void follow(const PublishedPrefixes& published, const std::set<Ipv4>& addresses);

private:
    struct Loaded;
    std::unique_ptr<Loaded> loaded_;
    PublishedPrefixes published_; // what the kernel has
    std::set<Ipv4> addresses_;
};

} // namespace pontoon
