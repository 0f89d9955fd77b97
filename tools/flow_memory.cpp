#include "tools/flow_memory.hpp"

#include <malloc.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include <fstream>
#include <stdexcept>
#include <string>

namespace pontoon {

namespace {

std::uint64_t mapped_bytes() {
    std::ifstream file("/proc/self/smaps_rollup"); // statm does not know of hugepages
    std::uint64_t kib = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("Rss:") || line.starts_with("Shared_Hugetlb:") || line.starts_with("Private_Hugetlb:")) {
            kib += std::stoull(line.substr(line.find(':') + 1));
        }
    }
    if (kib == 0) {
        throw std::runtime_error("/proc/self/smaps_rollup does not tell the memory in use");
    }
    return kib * 1024;
}

// DPDK maps hugepages ahead of need; they count once they are given out.
std::uint64_t unused_heap_bytes() {
    std::uint64_t bytes = 0;
    for (int socket = 0; socket < RTE_MAX_NUMA_NODES; ++socket) {
        rte_malloc_socket_stats stats{};
        if (rte_malloc_get_socket_stats(socket, &stats) == 0) {
            bytes += stats.heap_freesz_bytes;
        }
    }
    return bytes;
}

} // namespace

std::uint64_t resident_bytes(bool hugepages) {
    malloc_trim(0);
    return mapped_bytes() - (hugepages ? unused_heap_bytes() : 0);
}

FlowMemory::FlowMemory(const BenchOptions& options, PlayPorts& ports, bool hugepages)
    : flows_(options.flows), hugepages_(hugepages) {
    auto one = options;
    one.flows = 1;
    std::uint64_t idle = 0;
    {
        const std::uint64_t nothing = resident_bytes(hugepages_);
        const NatSwitch smallest(one, ports);
        idle = resident_bytes(hugepages_) - nothing;
    }
    before_ = resident_bytes(hugepages_) + idle;
}

std::optional<double> FlowMemory::per_flow() const {
    constexpr unsigned least = 10000;
    if (flows_ < least) {
        return std::nullopt;
    }
    return (static_cast<double>(resident_bytes(hugepages_)) - static_cast<double>(before_)) / flows_;
}

} // namespace pontoon
