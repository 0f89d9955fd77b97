// The command line of pontoond, and the file of --config, which has the same names (INI) and gives way to it.
#pragma once

#include <boost/program_options.hpp>

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/attachment.hpp"
#include "control/files/container_files.hpp"
#include "control/ipam/default_pools.hpp"
#include "control/model/default_bridge.hpp"
#include "control/steer.hpp"
#include "dataplane/live.hpp"

namespace pontoon {

enum class UplinkKind {
    none,      // a switch without a way out
    interface, // of the host, shared with it
    pci,       // a NIC, given to DPDK
};

struct DaemonOptions {
    std::optional<std::filesystem::path> topology;
    std::filesystem::path socket;
    std::filesystem::path state;
    std::string uplink; // the interface's name, or the PCI address as 0000:3b:00.0
    UplinkKind uplink_kind = UplinkKind::none;
    UplinkMode uplink_mode = UplinkMode::automatic;
    AttachKind attach = AttachKind::tap;
    Live::Options live;
    bool keep_interfaces = false;           // at SIGTERM
    std::vector<DefaultPool> default_pools; // of --default-address-pool; Docker's own if none is told
    DefaultBridge bridge;
    TextMap network_options; // of every new network of the driver bridge that does not have them (O-057)
    FileSettings files;
    std::string log;
    std::optional<std::string> host_cgroup; // empty: the proxy; nothing: where the machine has cgroup2
};

// One bad value: "--workers 0: must be from 1 to 64".
class BadOption : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// All options, for the manual too.
[[nodiscard]] boost::program_options::options_description daemon_option_table();

// Nothing if help or version was asked for, and printed on `out`. Throws BadOption.
[[nodiscard]] std::optional<DaemonOptions> parse_daemon_options(std::span<const char* const> args, std::ostream& out);

} // namespace pontoon
