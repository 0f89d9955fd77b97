// The text of a container's /etc/hosts (docker-behaviours 7.1 to 7.3). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/model/records.hpp"

namespace pontoon {

// One line: an address and what it is called, names apart by spaces.
struct HostLine {
    std::string address;
    std::string names;

    [[nodiscard]] std::string text() const { return address + '\t' + names + '\n'; }
    friend bool operator==(const HostLine&, const HostLine&) = default;
};

// localhost and, where the container has IPv6, its five lines; then `lines` (L-020).
[[nodiscard]] std::string hosts_text(bool ipv6, const std::vector<HostLine>& lines);

// "NAME:ADDRESS", split at the first colon; NAME:host-gateway means `host_gateway`. Throws Refused with Docker's words
// (L-041, L-043).
[[nodiscard]] HostLine extra_host(const std::string& text, const std::optional<Ipv4>& host_gateway);

// What the container is called at its own address: "HOST.DOMAIN HOST" or "HOST" (L-021).
[[nodiscard]] std::string own_names(const std::string& hostname, const std::string& domainname);

// What a linked container is called: "ALIAS HOSTNAME[ NAME]", the name where it is not the alias (L-002).
[[nodiscard]] std::string link_names(const std::string& alias, const std::string& hostname, const std::string& name);

// `text` with `line` behind it; without the first line that is `line`; without lines that have the first two of these
// names; and with `line` in place of each line that has its first two names, or behind it if there is none. All other
// bytes stay.
[[nodiscard]] std::string with_line(std::string text, const HostLine& line);
[[nodiscard]] std::string without_line(std::string text, const HostLine& line);
[[nodiscard]] std::string without_names(const std::string& text, const std::string& names);
[[nodiscard]] std::string with_address(const std::string& text, const HostLine& line);

} // namespace pontoon
