#include "control/model/container_rules.hpp"

#include <algorithm>
#include <tuple>

#include "control/refused.hpp"

namespace pontoon {

namespace {

constexpr std::string_view kContainer = "container:";

void refuse_if(bool wrong, const std::string& message) {
    if (wrong) {
        throw Refused(Refused::Why::bad, message);
    }
}

void check_shared(const ContainerRecord& request, bool given_hostname) {
    refuse_if(shared_container(request.network_mode).empty(),
              "invalid network mode: invalid container format container:<name|id>");
    refuse_if(given_hostname, "conflicting options: hostname and the network mode");
    refuse_if(!request.links.empty(), "conflicting options: container type network can't be used with links. This "
                                      "would result in undefined behavior");
    refuse_if(!request.dns.empty(), "conflicting options: dns and the network mode");
    refuse_if(!request.extra_hosts.empty(), "conflicting options: custom host-to-IP mapping and the network mode");
    refuse_if(!request.publish.empty() || request.publish_all,
              "conflicting options: port publishing and the container type network mode");
    refuse_if(!request.exposed.empty(), "conflicting options: port exposing and the container type network mode");
}

} // namespace

std::string shared_container(const std::string& network_mode) {
    return network_mode.starts_with(kContainer) ? network_mode.substr(kContainer.size()) : std::string();
}

void check_network_mode(const ContainerRecord& request, bool given_hostname) {
    if (request.network_mode.starts_with(kContainer)) {
        check_shared(request, given_hostname);
    }
    refuse_if(request.network_mode == "host" && !request.links.empty(),
              "conflicting options: host type networking can't be used with links. This would result in undefined "
              "behavior");
}

std::string driver_for_rules(const NetworkRecord& network) {
    return network.config_only ? "bridge" : network.driver;
}

void check_other_network(const std::string& mode, const std::string& driver, bool has_none, bool has_others) {
    refuse_if(driver == "host" && mode != "host",
              "cannot connect container to host network - container must be created in host network mode");
    refuse_if(mode.starts_with(kContainer) || (mode == "host" && driver != "host"),
              "container sharing network namespace with another container or host cannot be connected to any other "
              "network");
    refuse_if(has_none || (driver == "null" && has_others),
              "container cannot be connected to multiple networks with one of the networks in private (none) mode");
}

Texts creation_warnings(const ContainerRecord& container) {
    Texts warnings;
    if (container.network_mode == "host" && (!container.publish.empty() || container.publish_all)) {
        warnings.emplace_back("Published ports are discarded when using host network mode");
    }
    if (!container.links.empty()) {
        warnings.emplace_back("Links on the default bridge network are deprecated and will be removed in a future "
                              "release; use a user-defined network, where containers know each other's names");
    }
    return warnings;
}

std::vector<ExposedPorts> exposed_ports(const ContainerRecord& container) {
    std::vector<ExposedPorts> all = container.exposed;
    for (const auto& spec : container.publish) {
        all.push_back({spec.ports, spec.protocol});
    }
    const auto key = [](const ExposedPorts& one) {
        return std::tuple(one.protocol, one.ports.first, 65535 - one.ports.last);
    };
    std::ranges::sort(all, {}, key);
    std::vector<ExposedPorts> apart;
    for (auto one : all) { // what overlaps the one before begins behind it
        if (!apart.empty() && apart.back().protocol == one.protocol && one.ports.first <= apart.back().ports.last) {
            if (one.ports.last <= apart.back().ports.last) {
                continue;
            }
            one.ports.first = static_cast<std::uint16_t>(apart.back().ports.last + 1);
        }
        apart.push_back(one);
    }
    return apart;
}

} // namespace pontoon
