// The engine as a daemon runs it: DPDK's environment, buffers, workers as threads, and ports that come and go.
//
// One thread, the control thread, calls everything here. What it changes reaches the workers whole, by `change`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/config_change.hpp"
#include "dataplane/observe/counters.hpp"
#include "dataplane/port/spec.hpp"

namespace pontoon {

enum class Poll {
    adaptive, // spins while there is something to do, sleeps after about 50 us of nothing
    busy,     // never sleeps
};

class Live {
public:
    struct Options {
        unsigned workers = 1;
        std::vector<unsigned> cpus; // worker i runs on cpus[i]; empty: where the kernel likes
        Poll poll = Poll::adaptive;
        enum class Hugepages { automatic, on, off } hugepages = Hugepages::automatic;
        std::uint32_t flows = 1 << 20;
        std::vector<std::string> pci; // NICs to give to DPDK
        std::uint64_t nat_secret =
            0; // what NAT ports are chosen by; the same for each Live of a machine, known to nobody
        std::filesystem::path flows_file{}; // where the Live before this one saved its flows, and this one does
    };

    // Throws std::runtime_error.
    explicit Live(const Options& options);
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;
    ~Live(); // stops the workers and destroys the ports

    // Gives `name` a port: an endpoint's name, a Network::host_port, or kUplinkName. The next `change` puts it to use.
    // Throws std::runtime_error, and then has closed what the spec held.
    void attach(const std::string& name, const PortSpec& spec);

    // Takes the port away from `name`, which need not have one. The next `change` ends its use and destroys it.
    void detach(const std::string& name);

    // Makes the change true and returns when every worker that is awake follows it, the others follow it once they
    // wake, and no detached port is left; or after a second, if a worker hangs that long. Throws std::runtime_error,
    // and then nothing has changed.
    void change(const ConfigChange& change);

    // The first configuration, after which the flows that were saved go on, as far as `config` allows it, before any
    // packet passes. Returns what there is to say about them, or nothing. The file is gone after it.
    [[nodiscard]] std::string resume(const Config& config);
    // Stops the workers and saves all flows, as the last thing before the end. Returns how many. Throws
    // std::runtime_error, and then the workers are stopped all the same.
    std::size_t save_flows();

    [[nodiscard]] Stats stats() const;

    // The names whose device has gone.
    [[nodiscard]] std::vector<std::string> failed() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace pontoon
