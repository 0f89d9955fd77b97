#include "control/docker/container_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "control/docker/json_values.hpp"
#include "control/docker/port_bindings.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

json::object state_json(const ContainerRecord& container) {
    return {{"Status", to_string(container.state)},
            {"Running", container.is_running()},
            {"Paused", false},
            {"Restarting", false},
            {"OOMKilled", false},
            {"Dead", false},
            {"Pid", container.pid},
            {"ExitCode", container.exit_code},
            {"Error", container.error},
            {"StartedAt", container.started.to_string()},
            {"FinishedAt", container.finished.to_string()}};
}

json::array link_texts(const State& state, const ContainerRecord& container) {
    json::array links;
    for (const auto& link : container.links) {
        const auto* target = state.containers.by_id(link.container);
        links.emplace_back(fmt::format("/{}:/{}/{}", target == nullptr ? short_id(link.container) : target->name,
                                       container.name, link.alias));
    }
    return links;
}

json::object host_config(const State& state, const ContainerRecord& container) {
    json::array publish;
    for (const auto& spec : container.publish) {
        publish.emplace_back(to_spec(spec));
    }
    auto links = link_texts(state, container);
    return {{"Binds", nullptr},
            {"ContainerIDFile", ""},
            {"LogConfig", {{"Type", "json-file"}, {"Config", json::object()}}},
            {"NetworkMode", container.network_mode},
            {"PortBindings", port_bindings_json(container.publish)},
            {"Publish", std::move(publish)},
            {"RestartPolicy", {{"Name", "no"}, {"MaximumRetryCount", 0}}},
            {"AutoRemove", container.auto_remove},
            {"VolumeDriver", ""},
            {"VolumesFrom", nullptr},
            {"CapAdd", nullptr},
            {"CapDrop", nullptr},
            {"CgroupnsMode", "host"},
            {"Dns", json_of(container.dns)},
            {"DnsOptions", json_of(container.dns_options)},
            {"DnsSearch", json_of(container.dns_search)},
            {"ExtraHosts", json_or_null(container.extra_hosts)},
            {"GroupAdd", nullptr},
            {"IpcMode", "host"},
            {"Links", links.empty() ? json::value() : json::value(std::move(links))},
            {"PidMode", ""},
            {"Privileged", false},
            {"PublishAllPorts", container.publish_all},
            {"ReadonlyRootfs", false},
            {"SecurityOpt", nullptr},
            {"UTSMode", ""},
            {"UsernsMode", ""}};
}

json::object config_json(const ContainerRecord& container) {
    json::object config{{"Hostname", container.hostname},
                        {"Domainname", container.domainname},
                        {"User", ""},
                        {"AttachStdin", false},
                        {"AttachStdout", true},
                        {"AttachStderr", true},
                        {"ExposedPorts", exposed_ports_json(container.exposed)},
                        {"Tty", false},
                        {"OpenStdin", false},
                        {"StdinOnce", false},
                        {"Env", json_of(container.env)},
                        {"Cmd", json_of(container.command)},
                        {"Image", ""},
                        {"Volumes", nullptr},
                        {"WorkingDir", container.working_dir},
                        {"Entrypoint", nullptr},
                        {"OnBuild", nullptr},
                        {"Labels", json_of(container.labels)}};
    const auto main = std::ranges::find(container.endpoints, container.network_mode, &EndpointRecord::network);
    if (main != container.endpoints.end() && main->wanted_mac) { // M-004
        config["MacAddress"] = main->wanted_mac->to_string();
    }
    return config;
}

// What older engines say beside Networks is of the default network (N-032).
json::object network_settings(const State& state, const ContainerRecord& container) {
    auto networks = networks_json(state, container);
    const auto* bridge = networks.if_contains("bridge");
    const auto of_bridge = [&](const char* key, json::value otherwise) {
        return bridge == nullptr ? std::move(otherwise) : bridge->as_object().at(key);
    };
    return {{"Bridge", ""},
            {"SandboxID", container.is_running() ? container.id : ""},
            {"SandboxKey", container.is_running() ? container.place.file() : ""},
            {"Ports", ports_json(container)},
            {"HairpinMode", false},
            {"LinkLocalIPv6Address", ""},
            {"LinkLocalIPv6PrefixLen", 0},
            {"SecondaryIPAddresses", nullptr},
            {"SecondaryIPv6Addresses", nullptr},
            {"EndpointID", of_bridge("EndpointID", "")},
            {"Gateway", of_bridge("Gateway", "")},
            {"GlobalIPv6Address", ""},
            {"GlobalIPv6PrefixLen", 0},
            {"IPAddress", of_bridge("IPAddress", "")},
            {"IPPrefixLen", of_bridge("IPPrefixLen", 0)},
            {"IPv6Gateway", ""},
            {"MacAddress", of_bridge("MacAddress", "")},
            {"Networks", std::move(networks)}};
}

} // namespace

std::string_view to_string(ContainerRecord::State state) {
    switch (state) {
    case ContainerRecord::State::created: return "created";
    case ContainerRecord::State::running: return "running";
    case ContainerRecord::State::exited: break;
    }
    return "exited";
}

json::object container_json(const State& state, const ContainerRecord& container, const ContainerFiles& files) {
    const bool has_files = !container.foreign && !container.network_mode.starts_with("container:");
    const auto path = [&](const std::filesystem::path& file) { return has_files ? file.string() : std::string(); };
    json::array arguments;
    for (std::size_t i = 1; i < container.command.size(); ++i) {
        arguments.emplace_back(container.command[i]);
    }
    return {{"Id", container.id},
            {"Created", container.created.to_string()},
            {"Path", container.command.empty() ? "" : container.command.front()},
            {"Args", std::move(arguments)},
            {"State", state_json(container)},
            {"Image", ""},
            {"ResolvConfPath", path(files.resolv_conf)},
            {"HostnamePath", path(files.hostname)},
            {"HostsPath", path(files.hosts)},
            {"LogPath", container.foreign ? std::string() : files.log.string()},
            {"Name", "/" + container.name},
            {"RestartCount", 0},
            {"Driver", "pontoon"},
            {"Platform", "linux"},
            {"MountLabel", ""},
            {"ProcessLabel", ""},
            {"AppArmorProfile", ""},
            {"ExecIDs", nullptr},
            {"HostConfig", host_config(state, container)},
            {"GraphDriver", {{"Data", nullptr}, {"Name", ""}}},
            {"Mounts", json::array()},
            {"Config", config_json(container)},
            {"NetworkSettings", network_settings(state, container)}};
}

} // namespace pontoon
