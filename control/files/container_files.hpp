// The files that a container has for itself under STATE/containers/ID (docker-behaviours 7.2 to 7.4): they are bind
// mounted over its /etc/hosts, /etc/hostname and /etc/resolv.conf, so that they are always written in place.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "control/model/records.hpp"
#include "control/model/state.hpp"

namespace pontoon {

struct ContainerFiles {
    std::filesystem::path folder;
    std::filesystem::path hosts;
    std::filesystem::path hostname;
    std::filesystem::path resolv_conf;
    std::filesystem::path log;
    std::filesystem::path exit; // the exit code, written by who runs the container

    friend bool operator==(const ContainerFiles&, const ContainerFiles&) = default;
};

// What is the same for all containers; where a container asks for servers, search or options itself, they take the
// place of these, which take the place of the host's.
struct FileSettings {
    std::optional<Ipv4> host_gateway{}; // of --host-gateway-ip; without it the default network's gateway
    Texts dns{};
    Texts dns_search{};
    Texts dns_options{};
    std::filesystem::path host_hosts = "/etc/hosts";
    std::filesystem::path host_resolv_conf = "/etc/resolv.conf";
};

// Paths only; nothing is made.
[[nodiscard]] ContainerFiles files_of(const std::filesystem::path& state_directory, const std::string& container_id);

// Writes hosts, hostname and resolv.conf of a container that starts, whose endpoints have their addresses by now, and
// makes the folder. A resolv.conf that the user has changed stays (L-053). Mode "container:ID" has the files of that
// container, and none are made. Throws Refused where an extra host makes no sense (L-041, L-043), std::runtime_error
// where something broke.
void write_files(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                 const FileSettings& settings = {});

// The running container has got this endpoint, or loses it (its addresses are those that it has or had): its lines in
// hosts come or go and all others stay; resolv.conf follows, unless the user has changed it. `container` is as it is
// after that.
void add_to_files(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                  const EndpointRecord& endpoint, const FileSettings& settings = {});
void remove_from_files(const ContainerFiles& files, const State& state, const ContainerRecord& container,
                       const EndpointRecord& endpoint, const FileSettings& settings = {});

// A container that `container` has legacy links to has started again: its lines get the address of now (L-003).
void renew_link_lines(const ContainerFiles& files, const State& state, const ContainerRecord& container);

// The links that `container` has here are gone: so are their lines.
void remove_link_lines(const ContainerFiles& files, const State& state, const ContainerRecord& container);

// The whole folder, when the container is removed.
void remove_files(const ContainerFiles& files);

// "NAME:ADDRESS" or "NAME:host-gateway", to be called when a container is created. Throws Refused (bad) with Docker's
// words (L-043).
void check_extra_host(const std::string& text);

} // namespace pontoon
