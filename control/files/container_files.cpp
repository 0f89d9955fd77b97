#include "control/files/container_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <spdlog/spdlog.h>

#include "control/dns/has_names.hpp"
#include "control/files/hosts.hpp"
#include "control/files/resolv_conf.hpp"
#include "control/files/small_file.hpp"
#include "control/model/gateway.hpp"
#include "control/refused.hpp"

namespace pontoon {
namespace {

constexpr const char* kDefaultBridge = "bridge";

void check_words(const Texts& words, const char* what) {
    if (!std::ranges::all_of(words, is_word)) {
        throw Refused(Refused::Why::bad, std::string("invalid ") + what);
    }
}

std::string hostname_of(const ContainerRecord& container) {
    return container.hostname.empty() ? short_id(container.id) : container.hostname;
}

std::string hostname_of_host() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

const EndpointRecord* on_default_bridge(const ContainerRecord& container) {
    const auto found = std::ranges::find_if(container.endpoints, [](const EndpointRecord& endpoint) {
        return endpoint.is_attached() && endpoint.network == kDefaultBridge;
    });
    return found == container.endpoints.end() ? nullptr : &*found;
}

std::optional<Ipv4> host_gateway(const State& state, const FileSettings& settings) {
    if (settings.host_gateway) {
        return settings.host_gateway;
    }
    const auto* network = state.networks.by_name(kDefaultBridge);
    return network == nullptr ? std::nullopt : network->gateway;
}

HostLine own_line(const ContainerRecord& container, const EndpointRecord& endpoint) {
    return {endpoint.ipv4.to_string(), own_names(hostname_of(container), container.domainname)};
}

std::vector<HostLine> link_lines(const State& state, const ContainerRecord& container) {
    std::vector<HostLine> lines;
    for (const auto& link : container.links) {
        const auto* target = state.containers.by_id(link.container);
        const auto* endpoint = target == nullptr ? nullptr : on_default_bridge(*target);
        if (endpoint != nullptr) {
            lines.push_back({endpoint->ipv4.to_string(), link_names(link.alias, hostname_of(*target), target->name)});
        }
    }
    return lines;
}

// Docker Desktop's names (L-042). On networks with names the daemon answers for them; the default one has none.
std::vector<HostLine> desktop_lines(const std::vector<HostLine>& extra, const std::optional<Ipv4>& gateway) {
    std::vector<HostLine> lines;
    for (const char* name : {"host.docker.internal", "gateway.docker.internal"}) {
        const bool told = std::ranges::any_of(extra, [&](const HostLine& line) { return line.names == name; });
        if (gateway && !told) {
            lines.push_back({gateway->to_string(), name});
        }
    }
    return lines;
}

std::string hosts_of(const State& state, const ContainerRecord& container, const FileSettings& settings, bool ipv6) {
    const bool host = container.network_mode == "host";
    if (host && container.extra_hosts.empty()) {
        return read_small_file(settings.host_hosts).value_or(hosts_text(ipv6, {}));
    }
    const auto gateway = host_gateway(state, settings);
    std::vector<HostLine> lines;
    for (const auto& text : container.extra_hosts) {
        lines.push_back(extra_host(text, gateway));
    }
    if (on_default_bridge(container) != nullptr) {
        std::ranges::copy(desktop_lines(lines, gateway), std::back_inserter(lines));
    }
    std::ranges::copy(link_lines(state, container), std::back_inserter(lines));
    for (const auto& endpoint : container.endpoints) {
        if (endpoint.is_attached() && !host) {
            lines.push_back(own_line(container, endpoint));
        }
    }
    return hosts_text(ipv6, lines);
}

// The gateway of the first network that has names, which the container asks.
std::optional<Ipv4> name_server(const State& state, const ContainerRecord& container) {
    for (const auto index : gateway_order(state, container)) {
        const auto* network = state.networks.by_id(container.endpoints[index].network_id);
        if (has_names(*network) && network->gateway) {
            return network->gateway;
        }
    }
    return std::nullopt;
}

std::string resolv_conf_of(const State& state, const ContainerRecord& container, const FileSettings& settings) {
    const auto choice = [](const Texts& own, const Texts& common) { return own.empty() ? common : own; };
    const DnsOverrides overrides{.servers = choice(container.dns, settings.dns),
                                 .search = choice(container.dns_search, settings.dns_search),
                                 .options = choice(container.dns_options, settings.dns_options)};
    check_words(overrides.servers, "DNS server");
    check_words(overrides.search, "DNS search domain");
    check_words(overrides.options, "DNS option");
    const bool networked = std::ranges::any_of(container.endpoints, &EndpointRecord::is_attached);
    if (!networked) {
        const bool plain = overrides.servers.empty() && overrides.search.empty() && overrides.options.empty();
        const auto copy = plain ? read_small_file(settings.host_resolv_conf) : std::nullopt;
        return copy ? *copy : resolv_conf_of_host(host_resolv_conf(settings.host_resolv_conf), overrides);
    }
    const auto host = host_resolv_conf(settings.host_resolv_conf);
    const auto server = name_server(state, container);
    return server ? resolv_conf_of_names(host, overrides, *server) : resolv_conf_of_default_bridge(host, overrides);
}

std::filesystem::path written_copy(const ContainerFiles& files) {
    return files.folder / "resolv.conf.written";
}

// One that is not as we left it is the user's (L-053).
void write_resolv_conf(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                       const FileSettings& settings) {
    const auto there = read_small_file(files.resolv_conf);
    const auto left = read_small_file(written_copy(files));
    const bool is_users = left && (!there || *there != *left);
    const auto text = resolv_conf_of(state, container, settings);
    if (is_users || (there && *there == text)) {
        return;
    }
    write_in_place(files.resolv_conf, text);
    write_in_place(written_copy(files), text);
}

// Whether the kernel has IPv6: a new namespace's loopback has ::1 then.
bool has_ipv6() {
    return ::access("/proc/sys/net/ipv6", F_OK) == 0;
}

bool has_own_files(const ContainerRecord& container) {
    return !container.network_mode.starts_with("container:");
}

} // namespace

ContainerFiles files_of(const std::filesystem::path& state_directory, const std::string& container_id) {
    const auto folder = state_directory / "containers" / container_id;
    return {.folder = folder,
            .hosts = folder / "hosts",
            .hostname = folder / "hostname",
            .resolv_conf = folder / "resolv.conf",
            .log = folder / "log",
            .exit = folder / "exit"};
}

void write_files(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                 const FileSettings& settings) {
    std::filesystem::create_directories(files.folder); // of the log too, which each has
    if (!has_own_files(container)) {
        return;
    }
    check_words({hostname_of(container)}, "hostname");
    const auto hosts = hosts_of(state, container, settings, has_ipv6());
    write_resolv_conf(files, state, container, settings);
    write_in_place(files.hosts, hosts);
    const bool host = container.network_mode == "host" && container.hostname.empty();
    write_in_place(files.hostname, (host ? hostname_of_host() : hostname_of(container)) + '\n');
}

void add_to_files(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                  const EndpointRecord& endpoint, const FileSettings& settings) {
    const auto hosts = read_small_file(files.hosts);
    if (!has_own_files(container) || !hosts) {
        return;
    }
    write_in_place(files.hosts, with_line(*hosts, own_line(container, endpoint)));
    write_resolv_conf(files, state, container, settings);
}

void remove_from_files(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                       const EndpointRecord& endpoint, const FileSettings& settings) {
    const auto hosts = read_small_file(files.hosts);
    if (!has_own_files(container) || !hosts) {
        return;
    }
    write_in_place(files.hosts, without_line(*hosts, own_line(container, endpoint)));
    write_resolv_conf(files, state, container, settings);
}

void renew_link_lines(const ContainerFiles& files, const State& state, const ContainerRecord& container) {
    const auto hosts = read_small_file(files.hosts);
    if (!has_own_files(container) || !hosts) {
        return;
    }
    std::string text = *hosts;
    for (const auto& line : link_lines(state, container)) {
        text = with_address(text, line);
    }
    if (text != *hosts) {
        write_in_place(files.hosts, text);
    }
}

void remove_link_lines(const ContainerFiles& files, const State& state, const ContainerRecord& container) {
    auto hosts = read_small_file(files.hosts);
    if (!hosts) {
        return;
    }
    for (const auto& link : container.links) {
        if (const auto* target = state.containers.by_id(link.container)) {
            hosts = without_names(*hosts, link_names(link.alias, hostname_of(*target), target->name));
        }
    }
    write_in_place(files.hosts, *hosts);
}

void remove_files(const ContainerFiles& files) {
    std::error_code error;
    std::filesystem::remove_all(files.folder, error);
    if (error) {
        spdlog::warn("{}: cannot be removed: {}", files.folder.string(), error.message());
    }
}

void check_extra_host(const std::string& text) {
    static_cast<void>(extra_host(text, Ipv4{}));
}

} // namespace pontoon
