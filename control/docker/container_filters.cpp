#include "control/docker/container_filters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "control/docker/container_json.hpp"
#include "control/json_reader.hpp"
#include "control/model/container_rules.hpp"
#include "control/refused.hpp"

namespace pontoon {

namespace {

using Values = std::set<std::string>;

[[noreturn]] void refuse(const std::string& name, const std::string& value) {
    throw Refused(Refused::Why::bad, fmt::format("invalid filter '{}={}'", name, shown(value)));
}

template <typename Matches>
bool any_or_none(const Values& values, Matches&& matches) {
    return values.empty() || std::ranges::any_of(values, std::forward<Matches>(matches));
}

std::optional<ExposedPorts> port_of(const std::string& text) {
    try {
        const auto spec = parse_publish_spec(text);
        return spec.host_ports ? std::nullopt : std::optional(ExposedPorts{spec.ports, spec.protocol});
    } catch (const Refused&) {
        return std::nullopt;
    }
}

bool has_port(const ContainerRecord& container, const std::string& text, bool published) {
    const auto wanted = port_of(text);
    const auto meets = [&](const auto& one) {
        return one.protocol == wanted->protocol && one.ports.overlaps(wanted->ports);
    };
    return published ? std::ranges::any_of(container.bindings, meets)
                     : std::ranges::any_of(exposed_ports(container), meets);
}

bool is_in_network(const ContainerRecord& container, const std::string& key) {
    return std::ranges::any_of(container.endpoints, [&](const EndpointRecord& endpoint) {
        return endpoint.network == key || (!key.empty() && endpoint.network_id.starts_with(key));
    });
}

bool matches(const ContainerRecord& container, const Filters& filters) {
    return (match_pattern(filters, "name", container.name) || match_pattern(filters, "name", "/" + container.name)) &&
           any_or_none(values_of(filters, "id"), [&](const auto& id) { return container.id.starts_with(id); }) &&
           match_exactly(filters, "status", std::string(to_string(container.state))) &&
           any_or_none(values_of(filters, "exited"),
                       [&](const auto& code) {
                           return container.state == ContainerRecord::State::exited &&
                                  code == std::to_string(container.exit_code);
                       }) &&
           any_or_none(values_of(filters, "network"),
                       [&](const auto& network) { return is_in_network(container, network); }) &&
           any_or_none(values_of(filters, "publish"),
                       [&](const auto& port) { return has_port(container, port, true); }) &&
           any_or_none(values_of(filters, "expose"),
                       [&](const auto& port) { return has_port(container, port, false); }) &&
           match_labels(values_of(filters, "label"), container.labels);
}

// Of those named, the time of the last or the first.
std::optional<Time> time_of(const State& state, const Values& keys) {
    return keys.empty() ? std::nullopt : std::optional(find_container(state, *keys.begin()).created);
}

} // namespace

void check_container_filters(const Filters& filters) {
    check_filters(filters, {"name", "id", "label", "network", "status", "exited", "publish", "expose", "before",
                            "since", "ancestor", "volume", "health", "is-task", "isolation"});
    static const Values states{"created", "running", "paused", "restarting", "removing", "exited", "dead"};
    for (const auto& status : values_of(filters, "status")) {
        if (!states.contains(status)) {
            refuse("status", status);
        }
    }
    for (const auto& code : values_of(filters, "exited")) {
        int number = 0;
        const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
        if (error != std::errc() || end != code.data() + code.size()) {
            refuse("exited", code);
        }
    }
    for (const auto* name : {"publish", "expose"}) {
        for (const auto& port : values_of(filters, name)) {
            if (!port_of(port)) {
                refuse(name, port);
            }
        }
    }
}

std::vector<const ContainerRecord*> select(const State& state, const ContainerQuery& query) {
    const auto& filters = query.filters;
    const auto before = time_of(state, values_of(filters, "before"));
    const auto since = time_of(state, values_of(filters, "since"));
    const bool all =
        query.all || query.limit > 0 || before || since || filters.contains("status") || filters.contains("exited");
    const bool nothing_here = filters.contains("ancestor") || filters.contains("volume") || filters.contains("health");
    std::vector<const ContainerRecord*> found;
    for (const auto& [id, container] : state.containers.all()) {
        const bool in_time = (!before || container.created < *before) && (!since || container.created > *since);
        if (!nothing_here && (all || container.is_running()) && in_time && matches(container, filters)) {
            found.push_back(&container);
        }
    }
    std::ranges::sort(found, std::greater<>(), [](const auto* container) { return container->created; });
    if (query.limit > 0 && found.size() > static_cast<std::size_t>(query.limit)) {
        found.resize(static_cast<std::size_t>(query.limit));
    }
    return found;
}

} // namespace pontoon
