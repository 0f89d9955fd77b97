#include "control/docker/container_request.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "control/docker/json_body.hpp"
#include "control/docker/port_bindings.hpp"
#include "control/json_reader.hpp"
#include "control/model/endpoint_settings.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace json = boost::json;

namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw Refused(Refused::Why::bad, message);
}

// What becomes part of files that have one thing a line.
void check_words(const Texts& texts, const char* what) {
    for (const auto& text : texts) {
        const bool bad = std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
        if (bad || text.empty() || text.size() > 255) {
            refuse(fmt::format("invalid {}: {}", what, shown(text)));
        }
    }
}

// RFC 1123, and '_', which people use.
void check_host_name(const std::string& name, std::size_t longest) {
    const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_'; };
    if (name.size() > longest || !std::ranges::all_of(name, good) || name.starts_with('.') || name.starts_with('-')) {
        refuse("invalid hostname format: " + shown(name));
    }
}

// Cmd is a list, or one word.
Texts read_command(const json::object& body) {
    const auto* command = member(body, "Cmd");
    return command != nullptr && command->is_string() ? Texts{std::string(command->as_string())}
                                                      : texts_of(body, "Cmd");
}

void read_host_config(const json::object& config, ContainerRecord& request, Texts& warnings) {
    request.network_mode = text_of(config, "NetworkMode");
    request.publish_all = bool_of(config, "PublishAllPorts");
    request.auto_remove = bool_of(config, "AutoRemove");
    for (const auto& text : texts_of(config, "Links")) {
        request.links.push_back(parse_link(text));
    }
    request.extra_hosts = texts_of(config, "ExtraHosts");
    request.dns = texts_of(config, "Dns");
    request.dns_search = texts_of(config, "DnsSearch");
    request.dns_options = texts_of(config, "DnsOptions");
    for (const auto& server : request.dns) {
        if (!Ipv4::parse(server) && !Ipv6::parse(server)) {
            refuse("bad nameserver address: " + shown(server));
        }
    }
    check_words(request.dns_search, "DNS search domain");
    check_words(request.dns_options, "DNS option");
    if (const auto* bindings = member(config, "PortBindings")) {
        request.publish = read_port_bindings(*bindings, warnings);
    }
    for (const auto& text : texts_of(config, "Publish")) {
        request.publish.push_back(parse_publish_spec(text));
    }
    request.publish = without_ipv6(request.publish);
}

bool is_main(const std::string& network, const std::string& mode) {
    return network == mode || (mode == "bridge" && network == "default");
}

// The network of the container's mode first; the others as they were told.
void read_endpoints(const json::object* networks, ContainerRecord& request, unsigned api_version) {
    constexpr unsigned several_from = 44;
    Texts names;
    std::vector<EndpointRecord> others;
    std::optional<EndpointRecord> main;
    for (std::size_t i = 0; networks != nullptr && i < networks->size(); ++i) {
        const auto& [key, value] = *(networks->begin() + static_cast<std::ptrdiff_t>(i));
        names.emplace_back(key);
        if (value.is_null()) {
            refuse(fmt::format("invalid config for network {}: EndpointsConfig is nil", shown(names.back())));
        }
        if (!value.is_object()) {
            refuse("invalid JSON: EndpointsConfig is no object of objects");
        }
        auto settings = read_endpoint_settings(&value.get_object());
        settings.network = names.back();
        (is_main(settings.network, request.network_mode) ? main.emplace() : others.emplace_back()) = settings;
    }
    if (names.size() > 1 && api_version < several_from) {
        refuse(fmt::format("Container cannot be created with multiple network endpoints: {}", fmt::join(names, ", ")));
    }
    if (!request.network_mode.starts_with("container:")) {
        request.endpoints.push_back(main.value_or(EndpointRecord{}));
        request.endpoints.front().network = request.network_mode;
    }
    request.endpoints.insert(request.endpoints.end(), others.begin(), others.end());
}

} // namespace

ContainerRecord read_create_request(const json::object& body, const std::string& name, unsigned api_version,
                                    Texts& warnings) {
    if (!text_of(body, "Image").empty()) {
        throw Refused(Refused::Why::unsupported, "pontoon runs no images: use `pontoon run -- COMMAND`");
    }
    ContainerRecord request;
    request.name = name;
    request.hostname = text_of(body, "Hostname");
    request.domainname = text_of(body, "Domainname");
    check_host_name(request.hostname, 63);
    check_host_name(request.domainname, 253);
    request.command = read_command(body);
    request.env = texts_of(body, "Env");
    request.working_dir = text_of(body, "WorkingDir");
    request.labels = text_map_of(body, "Labels");
    if (const auto* exposed = member(body, "ExposedPorts")) {
        request.exposed = read_exposed_ports(*exposed);
    }
    if (const auto* config = object_of(body, "HostConfig")) {
        read_host_config(*config, request, warnings);
    }
    if (request.network_mode.empty() || request.network_mode == "default") {
        request.network_mode = "bridge";
    }
    const auto* networking = object_of(body, "NetworkingConfig");
    read_endpoints(networking == nullptr ? nullptr : object_of(*networking, "EndpointsConfig"), request, api_version);
    if (const auto mac = text_of(body, "MacAddress"); !mac.empty() && !request.endpoints.empty()) { // M-003
        const json::object settings{{"MacAddress", mac}};
        request.endpoints.front().wanted_mac = read_endpoint_settings(&settings).wanted_mac;
    }
    return request;
}

} // namespace pontoon
