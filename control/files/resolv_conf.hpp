// resolv.conf: reading the host's, and what a container gets (docker-behaviours 7.4). Pure but for the function that
// reads the host's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "control/model/records.hpp"

namespace pontoon {

struct ResolvConf {
    Texts servers; // IPv4 or IPv6 addresses, the latter perhaps with %ZONE
    Texts search;
    Texts options;
    Texts others;       // lines with other directives, as they are
    Texts invalid;      // what stood where a server's address should be
    std::string source; // the file it is of
};

// Takes everything: what cannot be understood is among `others` or `invalid`.
[[nodiscard]] ResolvConf parse_resolv_conf(std::string_view text);

// The host's, or systemd-resolved's own list where the host's file has 127.0.0.53 alone (L-050). A file that is not
// there has nothing.
[[nodiscard]] ResolvConf host_resolv_conf(const std::filesystem::path& file = "/etc/resolv.conf");

[[nodiscard]] bool is_address(const std::string& text);
// What stands in a line may not make lines of its own.
[[nodiscard]] bool is_word(const std::string& text);
// Whether an option "ndots:N" is among them.
[[nodiscard]] bool has_ndots(const Texts& options);
[[nodiscard]] bool is_loopback_server(const std::string& address);

// What takes the place of the host's, each directive by itself; "." as the only search domain is none.
struct DnsOverrides {
    Texts servers{};
    Texts search{};
    Texts options{};
};

// Servers that are asked for a container: those of `overrides`, else the host's, but our own and Docker's address of
// an embedded server, 127.0.0.11 (L-073).
[[nodiscard]] Texts external_servers(const ResolvConf& host, const DnsOverrides& overrides);

// The container asks `gateway`, and the daemon asks the others for it (L-052).
[[nodiscard]] std::string resolv_conf_of_names(const ResolvConf& host, const DnsOverrides& overrides, Ipv4 gateway);
// The container asks by itself, and cannot reach the host's loopback addresses (L-051).
[[nodiscard]] std::string resolv_conf_of_default_bridge(const ResolvConf& host, const DnsOverrides& overrides);
// Networks "host" and "none" with directives of their own; without, the host's file is copied as it is (L-054).
[[nodiscard]] std::string resolv_conf_of_host(const ResolvConf& host, const DnsOverrides& overrides);

} // namespace pontoon
