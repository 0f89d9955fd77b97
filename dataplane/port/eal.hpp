// DPDK's environment (EAL), once a process: memory, devices, and the calling thread as its main lcore.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pontoon {

enum class Hugepages { automatic, on, off };

struct EalOptions {
    Hugepages hugepages = Hugepages::automatic; // automatic: 2 MiB pages where enough are free, else ordinary memory
    unsigned memory_mib = 512;
    std::vector<std::string> vdevs; // "net_pcap0,rx_pcap=a.pcap"
    std::vector<std::string> pci;   // "0000:3b:00.0"; none is probed unless named
    std::optional<unsigned> cpu;    // pins the calling thread; unset leaves its affinity alone
};

class Eal {
public:
    // Throws std::runtime_error with DPDK's reason. A process can start it once.
    explicit Eal(const EalOptions& options);
    Eal(const Eal&) = delete;
    Eal& operator=(const Eal&) = delete;
    ~Eal();

    [[nodiscard]] bool has_hugepages() const { return hugepages_; }

private:
    bool hugepages_;
};

// Free 2 MiB hugepages of this machine.
[[nodiscard]] unsigned free_hugepages();

} // namespace pontoon
