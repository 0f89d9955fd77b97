// The values of options, each checked by itself. Everything throws BadOption: "--NAME VALUE: reason".
#pragma once

#include <boost/program_options/variables_map.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/options.hpp"

namespace pontoon::option {

[[noreturn]] void refuse(std::string_view name, std::string_view value, const std::string& reason);

template <typename T>
T one_of(std::string_view name, const std::string& value,
         std::initializer_list<std::pair<std::string_view, T>> choices) {
    std::string all;
    for (const auto& [text, meant] : choices) {
        if (text == value) {
            return meant;
        }
        all += (all.empty() ? "" : ", ") + std::string(text);
    }
    refuse(name, value, "must be one of " + all);
}

[[nodiscard]] unsigned number(std::string_view name, const std::string& value, unsigned least, unsigned most);
[[nodiscard]] std::filesystem::path path(std::string_view name, const std::string& value);
// At most 107 bytes, which is what the kernel takes.
[[nodiscard]] std::filesystem::path socket_path(const std::string& value);
// "2,4-5": none twice.
[[nodiscard]] std::vector<unsigned> cpus_of(const std::string& value);
// "none", a PCI address, or else the name of an interface.
[[nodiscard]] UplinkKind uplink_kind_of(const std::string& value);
// With its domain: "3b:00.0" is 0000:3b:00.0.
[[nodiscard]] std::string full_pci(const std::string& value);
// As spdlog calls it.
[[nodiscard]] std::string log_level(const std::string& value);
[[nodiscard]] std::string cgroup_directory(const std::string& value);

// --default-address-pool, --default-network-opt, --bip, --fixed-cidr, --mtu, --icc, --ip-masq and --ip.
void take_networks(const boost::program_options::variables_map& values, DaemonOptions& options);
// --dns, --dns-search, --dns-opt and --host-gateway-ip.
void take_files(const boost::program_options::variables_map& values, DaemonOptions& options);

} // namespace pontoon::option
