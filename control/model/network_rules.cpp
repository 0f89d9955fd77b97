#include "control/model/network_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/compile.hpp"
#include "control/json_reader.hpp"
#include "control/model/gateway.hpp"
#include "control/model/moment.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

using Why = Refused::Why;

[[noreturn]] void fail_no_plugin(const std::string& name) {
    throw Refused(Why::missing,
                  fmt::format("could not find plugin {} in v1 plugin registry: plugin not found", shown(name)));
}

void check_ipam_driver(const NetworkRecord& request) {
    if (request.ipam_driver == "default") {
        return;
    }
    if (request.ipam_driver != "null") {
        fail_no_plugin(request.ipam_driver);
    }
    if (request.driver == "bridge") {
        throw Refused(Why::bad, "ipv4 pool is empty");
    }
}

} // namespace

void check_name(const NetworkRecord& request) {
    constexpr std::array<std::string_view, 4> predefined{"bridge", "host", "none", "default"};
    if (std::ranges::find(predefined, request.name) != predefined.end()) {
        throw Refused(Why::forbidden,
                      fmt::format("operation is not permitted on predefined {} network ", request.name));
    }
    if (request.name.find_first_not_of(" \t\n\v\f\r") == std::string::npos) {
        throw Refused(Why::bad, "invalid name: name is empty");
    }
}

void check_request(const NetworkRecord& request) {
    if (request.config_only && (request.internal || request.attachable)) {
        throw Refused(Why::forbidden,
                      "configuration network can only contain network specific fields. Network operator fields like "
                      "[ ingress | internal | attachable | scope ] are not supported.");
    }
    if (request.config_from.empty()) {
        return;
    }
    if (request.config_only) {
        throw Refused(Why::forbidden, "a configuration network cannot depend on another configuration network");
    }
    if (!request.pools.empty() || request.ipam_driver != "default" ||
        (request.ipam_options && !request.ipam_options->empty())) {
        throw Refused(Why::forbidden, "user-specified configurations are not supported if the network depends on a "
                                      "configuration network");
    }
    if (!request.options.empty()) {
        throw Refused(Why::forbidden,
                      "network driver options are not supported if the network depends on a configuration network");
    }
}

void check_driver(const NetworkRecord& request) {
    const auto& driver = request.driver;
    if (request.config_only) {
        return;
    }
    if (driver == "host" || driver == "null") {
        throw Refused(Why::forbidden, fmt::format("only one instance of \"{}\" network is allowed", driver));
    }
    if (driver == "overlay") {
        throw Refused(Why::forbidden, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm "
                                      "join\" to connect this node to swarm and try again.");
    }
    if (driver == "macvlan" || driver == "ipvlan") {
        throw Refused(Why::unsupported,
                      fmt::format("pontoon has no {} networks: its drivers are bridge, host and null", driver));
    }
    if (driver != "bridge") {
        fail_no_plugin(driver);
    }
    check_ipam_driver(request);
    const auto has_gateway = [](const IpamPool& pool) { return pool.auxiliary.contains(kDefaultGateway); };
    if (request.internal && std::ranges::any_of(request.pools, has_gateway)) { // N-137
        throw Refused(Why::bad, "no gateway can be set on an internal bridge network");
    }
}

void check_list_filters(const Filters& filters) {
    check_filters(filters, {"dangling", "driver", "id", "label", "name", "scope", "type"});
    (void)bool_filter(filters, "dangling", false);
    for (const auto& type : values_of(filters, "type")) {
        if (type != "builtin" && type != "custom") {
            throw Refused(Why::impossible, fmt::format("invalid filter: 'type'='{}'", shown(type)));
        }
    }
}

bool match_list(const NetworkRecord& network, const State& state, const Filters& filters) {
    const auto attached = state.attached.find(network.id);
    const bool used = attached != state.attached.end() && !attached->second.empty();
    const bool dangling = !used && !is_predefined(network);
    return match_exactly(filters, "driver", network.driver) && match_pattern(filters, "id", network.id) &&
           match_labels(values_of(filters, "label"), network.labels) && match_pattern(filters, "name", network.name) &&
           match_exactly(filters, "scope", "local") &&
           match_exactly(filters, "type", is_predefined(network) ? "builtin" : "custom") &&
           (values_of(filters, "dangling").empty() || bool_filter(filters, "dangling", false) == dangling);
}

std::optional<Time> check_prune_filters(const Filters& filters) {
    check_filters(filters, {"label", "label!", "until"});
    const auto& until = values_of(filters, "until");
    if (until.size() > 1) {
        throw Refused(Why::bad, "more than one until filter specified");
    }
    return until.empty() ? std::nullopt : std::optional(parse_moment(*until.begin(), Time::now()));
}

bool match_prune(const NetworkRecord& network, const Filters& filters, const std::optional<Time>& until) {
    if (until && network.created > *until) {
        return false;
    }
    const auto& unwanted = values_of(filters, "label!");
    return match_labels(values_of(filters, "label"), network.labels) &&
           (unwanted.empty() || !match_labels(unwanted, network.labels));
}

} // namespace pontoon
