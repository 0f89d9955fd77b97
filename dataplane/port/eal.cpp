#include "dataplane/port/eal.hpp"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <sched.h>

#include <fstream>
#include <stdexcept>

namespace pontoon {

namespace {

// DPDK pins its main lcore unless told which processors it may float over.
std::string lcores(const EalOptions& options) {
    if (options.cpu) {
        return "0@" + std::to_string(*options.cpu);
    }
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    std::string list;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed)) {
            list += (list.empty() ? "" : ",") + std::to_string(cpu);
        }
    }
    return "0@(" + list + ")";
}

std::vector<std::string> arguments(const EalOptions& options, bool hugepages) {
    std::vector<std::string> args{"pontoon",
                                  "--no-telemetry",
                                  "--log-level=lib.eal:error",
                                  "--lcores",
                                  lcores(options),
                                  "-m",
                                  std::to_string(options.memory_mib)};
    if (hugepages) {
        args.emplace_back("--in-memory");
    } else {
        args.insert(args.end(), {"--no-huge", "--no-shconf"}); // --in-memory wants hugepages
    }
    if (options.pci.empty()) {
        args.emplace_back("--no-pci");
    }
    for (const auto& address : options.pci) {
        args.emplace_back("--allow=" + address);
    }
    for (const auto& vdev : options.vdevs) {
        args.emplace_back("--vdev=" + vdev);
    }
    return args;
}

} // namespace

unsigned free_hugepages() {
    std::ifstream file("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    unsigned pages = 0;
    file >> pages;
    return pages;
}

Eal::Eal(const EalOptions& options)
    : hugepages_(options.hugepages == Hugepages::on ||
                 (options.hugepages == Hugepages::automatic && free_hugepages() * 2 >= options.memory_mib)) {
    auto args = arguments(options, hugepages_);
    std::vector<char*> argv;
    for (auto& arg : args) {
        argv.push_back(arg.data());
    }
    if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0) {
        throw std::runtime_error(std::string("DPDK does not start: ") + rte_strerror(rte_errno));
    }
}

Eal::~Eal() {
    rte_eal_cleanup();
}

} // namespace pontoon
