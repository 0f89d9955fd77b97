#include "control/model/endpoint_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "control/json_reader.hpp"
#include "control/model/gateway.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr const char* kSysctls = "com.docker.network.endpoint.sysctls";
constexpr const char* kIfname = "com.docker.network.endpoint.ifname";

Texts split(std::string_view text, char separator, std::size_t most) {
    Texts parts;
    while (parts.size() + 1 < most && text.contains(separator)) {
        parts.emplace_back(text.substr(0, text.find(separator)));
        text.remove_prefix(text.find(separator) + 1);
    }
    parts.emplace_back(text);
    return parts;
}

// Part of a path: no way to another one.
bool is_word(std::string_view text) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

// "net.X.Y.IFNAME.Z=V" in its parts, or nothing; the CLI may have made the letters small.
Texts sysctl_parts(const std::string& sysctl) {
    auto parts = split(sysctl, '.', 5);
    if (parts.size() != 5 || parts[0] != "net" || (parts[1] != "ipv4" && parts[1] != "ipv6" && parts[1] != "mpls") ||
        !is_word(parts[2]) || (parts[3] != "IFNAME" && parts[3] != "ifname")) {
        return {};
    }
    const auto setting = split(parts[4], '=', 2);
    if (setting.size() != 2 || !is_word(setting[0])) {
        return {};
    }
    return {parts[1], parts[2], setting[0], setting[1]};
}

Texts sysctl_texts(const EndpointRecord& settings) {
    const auto found = settings.driver_options.find(kSysctls);
    return found == settings.driver_options.end() ? Texts{} : split(found->second, ',', SIZE_MAX);
}

unsigned number_or(const std::string* text, unsigned otherwise) {
    unsigned value = otherwise;
    if (text != nullptr) {
        std::from_chars(text->data(), text->data() + text->size(), value);
    }
    return value;
}

} // namespace

bool is_user_defined(const std::string& network_mode) {
    return network_mode != "default" && network_mode != "bridge" && network_mode != "host" && network_mode != "none" &&
           !network_mode.starts_with("container:");
}

void check_endpoint_settings(const std::string& name, const NetworkRecord* network, const EndpointRecord& settings) {
    Texts wrong;
    if (!is_user_defined(name)) {
        if (settings.wanted_ipv4) {
            wrong.emplace_back("user-specified IP address is supported on user-defined networks only");
        }
        if (!settings.aliases.empty()) {
            wrong.emplace_back("network-scoped aliases are only supported for user-defined networks");
        }
    }
    if (settings.wanted_ipv4 && network != nullptr && network->subnet &&
        !network->subnet->contains(*settings.wanted_ipv4)) {
        wrong.push_back("no configured subnet contains IP address " + settings.wanted_ipv4->to_string());
    }
    for (const auto& sysctl : sysctl_texts(settings)) {
        if (sysctl_parts(sysctl).empty()) {
            wrong.push_back(fmt::format("unrecognised network interface sysctl '{}'; represent 'net.X.Y.ethN.Z=V' as "
                                        "'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'",
                                        shown(sysctl)));
        }
    }
    if (!wrong.empty()) {
        throw Refused(Refused::Why::bad, fmt::format("invalid endpoint settings:\n{}", fmt::join(wrong, "\n")));
    }
}

std::string wanted_interface(const EndpointRecord& settings) {
    const auto found = settings.driver_options.find(kIfname);
    return found == settings.driver_options.end() ? std::string() : found->second;
}

std::string interface_prefix(const NetworkRecord& network) {
    const auto* prefix = network_option(network, "com.docker.network.container_iface_prefix");
    return prefix == nullptr || prefix->empty() ? "eth" : *prefix;
}

std::vector<std::pair<std::string, std::string>> sysctls_of(const EndpointRecord& settings,
                                                            const std::string& interface) {
    std::vector<std::pair<std::string, std::string>> sysctls;
    for (const auto& text : sysctl_texts(settings)) {
        if (const auto parts = sysctl_parts(text); !parts.empty()) {
            sysctls.emplace_back(fmt::format("net/{}/{}/{}/{}", parts[0], parts[1], interface, parts[2]), parts[3]);
        }
    }
    return sysctls;
}

Announcements announcements_of(const NetworkRecord& network) {
    constexpr unsigned most = 3;
    const Announcements usual;
    return {std::min(number_or(network_option(network, "com.docker.network.advertise_addr_nmsgs"), usual.count), most),
            std::chrono::milliseconds(number_or(network_option(network, "com.docker.network.advertise_addr_ms"),
                                                static_cast<unsigned>(usual.interval.count())))};
}

} // namespace pontoon
